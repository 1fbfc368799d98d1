// Tells which database a directory holds, and its schema, by two values of the local table. These are read first. From schema 3
// on they have checksums, like all values, so the values themselves must tell whether they have any.

import { damagedDatabase } from "../../records/damage.js";
import type { ChecksummedTable } from "./checksummed-table.js";
import type { Environment, Table } from "./environment.js";
import { readSum } from "./record-sum.js";
import { openStored } from "./stored-value.js";

export const KIND_KEY = Buffer.from("kind");
export const SCHEMA_KEY = Buffer.from("schema");

/** The version of the layout of records and derived data. A later one is refused. */
export const SCHEMA_VERSION = 3;
/** The first schema in which values have checksums. */
const SEALED_SCHEMA = 3;

export interface Identity {
  /** The kind as it is stored, known or not. */
  kind: string;
  /** NaN if it isn't a number. */
  schema: number;
  isSealed: boolean;
}

/**
 * @returns undefined if the database says nothing of itself
 * @throws DATABASE_DAMAGED
 */
export function readIdentity(
  { local, sums }: { local: Table; sums: Table | undefined },
  where: Pick<Environment, "kind" | "dir">,
): Identity | undefined {
  const kind = local.get(KIND_KEY);
  const schema = local.get(SCHEMA_KEY);
  if (kind === undefined) return undefined;
  const plain = schema?.toString() ?? "";
  if (/^\d+$/.test(plain) && Number(plain) !== SEALED_SCHEMA) {
    // a single bit tells schema 2 from 3, but in schema 3 there are checksums
    const isSealed = sums !== undefined && readSum({ name: "records", sums }).found !== undefined;
    if (isSealed) throw damagedDatabase(where, "its schema is not what was written");
    return { kind: kind.toString(), schema: Number(plain), isSealed: false };
  }
  const openedKind = openStored(KIND_KEY, kind);
  const openedSchema = schema && openStored(SCHEMA_KEY, schema);
  if (!openedKind.isWhole || !openedSchema?.isWhole)
    throw damagedDatabase(where, "its kind or its schema is not what was written");
  return {
    kind: openedKind.value.toString(),
    schema: Number(openedSchema.value.toString()),
    isSealed: true,
  };
}

/** Only inside a write transaction. */
export function writeIdentity(
  local: ChecksummedTable,
  { kind, schema }: Omit<Identity, "isSealed">,
) {
  local.put(KIND_KEY, Buffer.from(kind));
  local.put(SCHEMA_KEY, Buffer.from(String(schema)));
}
