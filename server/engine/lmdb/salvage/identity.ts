// Reads what a damaged database says of itself beside its records: its kind, their number, and the deletions under way.

import { FlowgError } from "../../../platform/errors.js";
import { DATABASE_KINDS, type DatabaseKind, isDatabaseKind } from "../../../records/kinds.js";
import { purgedAt } from "../../../storage/notes/unfinished-work.js";
import type { Instant, TableRange } from "../../../storage/tables.js";
import { KIND_KEY, SCHEMA_KEY, SCHEMA_VERSION } from "../identity.js";
import { type KeptSum, sumIn, sumKey } from "../record-sum.js";
import type { DamagedState } from "./damaged-state.js";
import { isGap } from "./lossy-walk.js";
import { isRecordKey, type Proven } from "./proven-records.js";

export interface DamagedIdentity {
  /** The kind of database; undefined where nothing tells it. */
  kind: DatabaseKind | undefined;
  /** When the database was made, RFC 3339. */
  madeAt: string | undefined;
  /** The sum of the records. */
  sum: KeptSum;
  /** Whether the notes are what was written, so that no deletion under way is missed. */
  areNotesWhole: boolean;
  /** Says which records a deletion under way has yet to remove. */
  isGone: ((key: Uint8Array) => boolean) | undefined;
}

/** @throws DATABASE_TOO_NEW, DATABASE_INVALID for an older schema, whose records have no checksums to prove them */
export function identityOf(state: DamagedState, path: string): DamagedIdentity {
  const { values, isWhole } = state.values("local");
  const sums = state.values("sums").values;
  const sumOf = (name: "records" | "local"): KeptSum =>
    sumIn(sums.find(({ key }) => sumKey(name).equals(key))?.value);
  const notes = sumOf("local").found;
  const checksums = values.reduce((sum, { checksum }) => (sum + checksum) >>> 0, 0);
  const areCounted =
    notes?.records === values.length && (notes.checksums ?? checksums) === checksums;
  const textOf = (key: Uint8Array) => {
    const found = values.find((one) => Buffer.compare(one.key, key) === 0);
    return found && Buffer.from(found.value).toString();
  };
  const schema = Number(textOf(SCHEMA_KEY) ?? SCHEMA_VERSION);
  if (schema > SCHEMA_VERSION) {
    throw new FlowgError(
      "DATABASE_TOO_NEW",
      `${path} has schema ${schema}; this program knows ${SCHEMA_VERSION}`,
      { hint: "use the version of flowg that wrote it, or a later one" },
    );
  }
  if (sums.length === 0 && values.length === 0) refuseUnsealed(state, path);
  const said = textOf(KIND_KEY);
  const kind = said !== undefined && isDatabaseKind(said) ? said : kindByRecords(state);
  return {
    kind,
    madeAt: textOf(MADE_KEY),
    sum: sumOf("records"),
    areNotesWhole: isWhole && areCounted,
    isGone: purgedAt({ local: tableOf(values) }),
  };
}

const MADE_KEY = Buffer.from("made");

/** The kind of database by the first record that proves itself. */
function kindByRecords(state: DamagedState): DatabaseKind | undefined {
  for (const kind of DATABASE_KINDS) {
    for (const steps of state.steps("records", isRecordKey(kind)))
      if (steps.some((step) => !isGap(step))) return kind;
  }
  return undefined;
}

/** @throws DATABASE_INVALID */
function refuseUnsealed(state: DamagedState, path: string): void {
  const schema = state.plain("local", SCHEMA_KEY);
  if (schema === undefined || !/^[12]$/.test(schema)) return;
  throw new FlowgError(
    "DATABASE_INVALID",
    `${path} has schema ${schema}, whose records have no checksums: what of them is right can't be told`,
    {
      hint: "try `flowg admin backup --skip-damaged`, which takes what LMDB can read, or restore a backup",
    },
  );
}

function tableOf(values: readonly Proven[]): Instant["local"] {
  const range = ({ start, end }: TableRange = {}) =>
    values
      .filter(({ key }) => !start || Buffer.compare(key, start) >= 0)
      .filter(({ key }) => !end || Buffer.compare(key, end) < 0)
      .map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }));
  // the notes use only this method of a table
  return { range } as unknown as Instant["local"];
}
