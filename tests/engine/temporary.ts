// A database in a directory of its own that is gone when the test ends: `await using db = await …`.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { expectedDerived } from "../storage/rederive.js";

export async function temporaryDatabase(kind: DatabaseKind): Promise<Environment> {
  const dir = await mkdtemp(join(tmpdir(), `flowg-${kind}-`));
  const database = await openDatabase({ kind, dir, mode: "create" });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The derived table as sorted lines, and what it must be by its law. */
export function derivedAndExpected(database: Environment): { found: string[]; expected: string[] } {
  const line = (key: Uint8Array, value: Uint8Array) =>
    `${Buffer.from(key).toString("latin1")}=${Buffer.from(value).toString("latin1")}`;
  const found = [...database.derived.range({})].map((item) => line(item.key as Buffer, item.value));
  const expected = [...expectedDerived(database)].map(([key, value]) => line(key, value));
  return { found: found.sort(), expected: expected.sort() };
}
