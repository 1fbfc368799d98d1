// Which database a directory holds, and its schema: two values of the local table, and the first that are looked at. From
// schema 3 on they have checksums, as all values have; so whether they have any must be told from themselves.

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
  /** The word in it, known or not. */
  kind: string;
  /** NaN if it is none. */
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
    // one bit makes schema 2 of schema 3: but then there are checksums
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
