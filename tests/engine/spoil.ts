// What a disk does to a record: one bit of its stored value changes, and no checksum or sum with it.

import type { Environment } from "../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import type { Key } from "../../server/records/keys.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { rawTable } from "./old-schema.js";

export async function spoil(kind: DatabaseKind, dir: string, key: Key, at = 20): Promise<void> {
  await using database = await openDatabase({ kind, dir, mode: "write" });
  spoilRecord(database, key, at);
}

/** Damages a record in an open database. */
export function spoilRecord(database: Environment, key: Key, at = 20): void {
  const table = rawTable(database, "records");
  const stored = Buffer.from(table.get(key) as Buffer);
  stored[at] = (stored[at] as number) ^ 1;
  table.putSync(key, stored);
}
