// Opens the three databases for a server, and prepares the directories beside them for uploads and downloads.

import { resolve } from "node:path";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Durability, Engine, ServeDatabases, ServedDatabases } from "../../storage/engine.js";
import { sweepLeftovers } from "../leftovers.js";
import { sweepUndo } from "../restore/undo-directory.js";
import { prepareSpool } from "../spool.js";

export interface LiveOptions extends Omit<ServeDatabases, "places"> {
  engine: Engine;
  dirs: Record<DatabaseKind, string>;
  /** Of the log database. The other databases flush each write before it is answered. */
  durability?: Durability | undefined;
}

/** @throws DATABASE_UNAVAILABLE where another server has one of them, and what else opening a database throws */
export async function openLiveDatabases({
  engine,
  dirs,
  durability,
  ...options
}: LiveOptions): Promise<ServedDatabases> {
  // absolute paths, since messages for clients are searched for them
  const places = DATABASE_KINDS.map((kind) => ({
    kind,
    dir: resolve(dirs[kind]),
    ...(kind === "logs" && { durability }),
  }));
  const live = await engine.serve({ ...options, places });
  try {
    for (const { dir } of places) {
      await sweepLeftovers(engine, dir);
      await prepareSpool(dir);
    }
    for (const database of Object.values(live.databases)) await sweepUndo(database);
  } catch (error) {
    await live.close();
    throw error;
  }
  return live;
}
