// Keeps the sum of a table: how many records it has, and the sum of their checksums. In the table of sums:
//
//     records, local        {"records":n,"checksums":n}, with a checksum as records have
//     records               {"records":n,"checksums":null,"since":{"loss":TEXT,"change":n}}
//     records               {…,"counted":{"history":TEXT,"run":TEXT,"changes":n}}
//
// The second form stands where a damaged record was removed from the log records, whose part of the sum can't be known. It keeps
// what was added to the sum since that loss, so a walk that sees all records of one instant can work out today's sum. The third
// form stands where each change of records was also tracked (see storage/tracking). A writer that changes records without tracking
// them, such as an earlier version, leaves it out, and so ends the count.
//
// The order of the records doesn't matter, so each change takes a subtraction and an addition.

import { randomUUID } from "node:crypto";
import type { Transaction } from "lmdb";
import { readChecksum } from "../../platform/checksum/checksum.js";
import { key } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { CountedChanges } from "../../storage/tables.js";
import type { Table } from "./environment.js";
import { CHECKSUM_BYTES, openStored, seal } from "./stored-value.js";

export interface RecordSum {
  records: number;
  /** The sum modulo 2^32; undefined if it isn't known. */
  checksums: number | undefined;
  /** Only where the sum isn't known. */
  since?: SinceLoss | undefined;
  counted?: CountedChanges | undefined;
}

/** Changes since the sum was lost. */
export interface SinceLoss {
  /** Identifies the loss, because another may follow. */
  loss: string;
  /** The change of the sum, modulo 2^32. */
  change: number;
}

/** The sum as it was found. `found` is undefined if it is missing or damaged itself. */
export type KeptSum = { found: RecordSum | undefined };

export interface SummedTable {
  kind: DatabaseKind;
  name: "records" | "local";
  raw: Table;
  sums: Table;
}

export const sumKey = (name: SummedTable["name"]): Buffer => key(name);

const encodeSum = (
  name: SummedTable["name"],
  { records, checksums, since, counted }: RecordSum,
): Buffer => {
  const sum = { records, checksums: checksums ?? null, since, counted };
  return seal(sumKey(name), Buffer.from(JSON.stringify(sum)));
};

export function readSum(
  { name, sums }: Pick<SummedTable, "name" | "sums">,
  options: { transaction?: Transaction } = {},
): KeptSum {
  const stored = sums.get(sumKey(name), options);
  const opened = stored && openStored(sumKey(name), stored);
  return sumIn(opened?.isWhole ? opened.value : undefined);
}

/** @param value without its checksum; undefined where it is missing or damaged */
export function sumIn(value: Uint8Array | undefined): KeptSum {
  if (!value) return { found: undefined };
  const { checksums, ...sum } = JSON.parse(Buffer.from(value).toString()) as Omit<
    RecordSum,
    "checksums"
  > & { checksums: number | null };
  return { found: { ...sum, checksums: checksums ?? undefined } };
}

/** Only inside a write transaction. */
export function writeSum({ name, sums }: SummedTable, sum: RecordSum): void {
  sums.putSync(sumKey(name), encodeSum(name, sum));
}

/**
 * Only inside a write transaction.
 * @param found the sum that was kept before
 * @param counted the new count of changes; without it, the count ends
 */
export function addToSum(
  table: SummedTable,
  change: RecordSum,
  {
    found = NOTHING,
    counted,
  }: { found: RecordSum | undefined; counted?: CountedChanges | undefined },
): void {
  const isKnown = found.checksums !== undefined && change.checksums !== undefined;
  if (!isKnown && canBeCounted(table)) {
    writeSum(table, { ...countAll(table.raw), counted });
    return;
  }
  const records = found.records + change.records;
  if (isKnown) {
    const checksums = ((found.checksums as number) + (change.checksums as number)) >>> 0;
    writeSum(table, { records, checksums, counted });
  } else {
    const since = sinceLoss(found, change);
    writeSum(table, { records, checksums: undefined, since, counted });
  }
}

function sinceLoss({ since }: RecordSum, { checksums }: RecordSum): SinceLoss {
  if (since === undefined || checksums === undefined) return { loss: randomUUID(), change: 0 };
  return { loss: since.loss, change: (since.change + checksums) >>> 0 };
}

/**
 * Makes a sum known again. Only inside a write transaction.
 * @param at what was kept at an instant, and the sum of the checksums of all records of that instant
 * @returns false if the sum is known by now, or was lost once more
 */
export function recoverSum(
  table: SummedTable,
  at: { since: SinceLoss; checksums: number },
): boolean {
  const { found } = readSum(table);
  if (!found?.since || found.since.loss !== at.since.loss) return false;
  const { records, counted } = found;
  const checksums = (at.checksums + found.since.change - at.since.change) >>> 0;
  writeSum(table, { records, checksums, counted });
  return true;
}

const NOTHING: RecordSum = { records: 0, checksums: 0 };

/** Whether a lost sum may be counted anew here. Log entries are too many for the main thread: a walk finds their sum. */
const canBeCounted = ({ kind, name }: SummedTable): boolean => kind !== "logs" || name === "local";

/** Adds up the checksums as they are stored. */
function countAll(raw: Table): RecordSum {
  let records = 0;
  let checksums = 0;
  for (const { value } of raw.getRange({})) {
    records++;
    if (value.length >= CHECKSUM_BYTES)
      checksums = (checksums + readChecksum(value, value.length - CHECKSUM_BYTES)) >>> 0;
  }
  return { records, checksums };
}
