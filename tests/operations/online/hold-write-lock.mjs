// A process that holds the write lock of a database until its stdin ends: a restore meanwhile lasts as long.

import { readSync } from "node:fs";
import { openDatabase } from "../../../dist/server/engine/lmdb/open.js";

const [, , kind, dir] = process.argv;
const database = await openDatabase({ kind, dir, mode: "write" });
database.records.transactionSync(() => {
  process.stdout.write("held\n");
  try {
    readSync(0, Buffer.alloc(1));
  } catch {
    // the other end is gone
  }
});
await database.close();
