// The three databases as a server opens them, and the places beside them where transfers keep their files.

import { resolve } from "node:path";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Durability, Engine, ServeDatabases, ServedDatabases } from "../../storage/engine.js";
import { sweepLeftovers } from "../leftovers.js";
import { sweepUndo } from "../restore/undo-directory.js";
import { prepareSpool } from "../spool.js";

export interface LiveOptions extends Omit<ServeDatabases, "places"> {
  engine: Engine;
  dirs: Record<DatabaseKind, string>;
  /** Of the log database; the others are flushed before they are answered, whatever it is. */
  durability?: Durability | undefined;
}

/** @throws DATABASE_UNAVAILABLE where another server has one of them, and what else opening a database throws */
export async function openLiveDatabases({
  engine,
  dirs,
  durability,
  ...options
}: LiveOptions): Promise<ServedDatabases> {
  // absolute: messages for clients are searched for it
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
