// LMDB as an engine: each database is an environment in a directory of its own.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../storage/engine.js";
import { LmdbRestorer } from "./lmdb/apply/restorer.js";
import { checkDataFile, DATA_FILE } from "./lmdb/data-file.js";
import { openDatabase } from "./lmdb/open.js";
import { serveDatabases } from "./lmdb/serving.js";
import { setAside } from "./lmdb/set-aside.js";
import { sweepDrafts } from "./lmdb/sweep-lock-drafts.js";
import { transactNow } from "./lmdb/transact.js";
import { WalkedInstant } from "./lmdb/walk/held-instant.js";
import { demandWritable } from "./lmdb/writable.js";

const NOTES = new Set(["local"] as const);

export const lmdb: Engine = {
  isThere: ({ dir }) => checkDataFile(dir),
  open: async ({ kind, dir }, { mode, notesOnly = false }) => {
    const tables = notesOnly ? { tables: NOTES } : {};
    const environment = await openDatabase({ kind, dir, mode, ...tables });
    return { ...environment, change: (action) => transactNow(environment, action) };
  },
  serve: serveDatabases,
  hold: (places, how) => WalkedInstant.open(places, how),
  restorer: () => new LmdbRestorer(),
  bytes: ({ dir }) =>
    stat(join(dir, DATA_FILE)).then(
      ({ size }) => size,
      () => 0,
    ),
  demandWritable: ({ dir }) => demandWritable(dir),
  setAside,
  sweep: sweepDrafts,
};
