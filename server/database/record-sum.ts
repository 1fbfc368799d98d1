// What the records of a table amount to: how many, and the sum of their checksums. In the table of sums:
//
//     records, local        {"records":n,"checksums":n}, with a checksum as records have
//
// The order of the records doesn't matter, so each change takes a subtraction and an addition.

import type { Transaction } from "lmdb";
import { readChecksum } from "../checksum/checksum.js";
import { key } from "./keys.js";
import type { DatabaseKind } from "./kinds.js";
import type { Table } from "./open.js";
import { CHECKSUM_BYTES, openStored, seal } from "./stored-value.js";

export interface RecordSum {
  records: number;
  /** Modulo 2^32; undefined if it isn't known. */
  checksums: number | undefined;
}

/** As it was found; undefined if it is missing or damaged itself. */
export type KeptSum = { found: RecordSum | undefined };

export interface SummedTable {
  kind: DatabaseKind;
  name: "records" | "local";
  raw: Table;
  sums: Table;
}

export const sumKey = (name: SummedTable["name"]): Buffer => key(name);

export const encodeSum = (name: SummedTable["name"], { records, checksums }: RecordSum): Buffer =>
  seal(sumKey(name), Buffer.from(JSON.stringify({ records, checksums: checksums ?? null })));

export function readSum(
  { name, sums }: Pick<SummedTable, "name" | "sums">,
  options: { transaction?: Transaction } = {},
): KeptSum {
  const stored = sums.get(sumKey(name), options);
  const opened = stored && openStored(sumKey(name), stored);
  if (!opened?.isWhole) return { found: undefined };
  const { records, checksums } = JSON.parse(opened.value.toString()) as {
    records: number;
    checksums: number | null;
  };
  return { found: { records, checksums: checksums ?? undefined } };
}

/** Only inside a write transaction. */
export function writeSum({ name, sums }: SummedTable, sum: RecordSum): void {
  sums.putSync(sumKey(name), encodeSum(name, sum));
}

/** Only inside a write transaction. */
export function addToSum(table: SummedTable, change: RecordSum): void {
  const { found = NOTHING } = readSum(table);
  const isKnown = found.checksums !== undefined && change.checksums !== undefined;
  if (!isKnown && canBeCounted(table)) {
    writeSum(table, countAll(table.raw));
    return;
  }
  writeSum(table, {
    records: found.records + change.records,
    checksums: isKnown
      ? ((found.checksums as number) + (change.checksums as number)) >>> 0
      : undefined,
  });
}

const NOTHING: RecordSum = { records: 0, checksums: 0 };

/** Log entries are too many for the thread that answers others: what isn't known of them a restore finds out. */
const canBeCounted = ({ kind, name }: SummedTable): boolean => kind !== "logs" || name === "local";

/** By the checksums that stand there. */
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
