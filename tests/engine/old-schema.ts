// Turns a database into one of an earlier schema, as the programs of that time would have left it: without checksums.

import type { Environment, Table } from "../../server/engine/lmdb/environment.js";
import { CHECKSUM_BYTES } from "../../server/engine/lmdb/stored-value.js";

const BYTES = { encoding: "binary", keyEncoding: "binary" } as const;

/** The table as LMDB has it. */
export function rawTable({ root }: Environment, name: "records" | "local"): Table {
  return root.openDB<Buffer, Buffer>({ name, ...BYTES });
}

/**
 * The database can't be used any more afterwards: close it.
 * @param names those that have checksums
 */
export function makeOld(
  database: Environment,
  schema: 1 | 2,
  names: ("records" | "local")[] = ["records", "local"],
): void {
  const tables = names.map((name) => rawTable(database, name));
  database.root.transactionSync(() => {
    for (const table of tables) {
      for (const { key, value } of [...table.getRange()])
        table.putSync(key, value.subarray(0, -CHECKSUM_BYTES));
    }
    tables.at(-1)?.putSync(Buffer.from("schema"), Buffer.from(String(schema)));
  });
  database.root.openDB<Buffer, Buffer>({ name: "sums", ...BYTES }).dropSync();
}
