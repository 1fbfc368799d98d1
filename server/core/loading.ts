// What is loaded before the core works: the engine, and the thread that blocks pass through.

import type { DatabaseDirs } from "../operations/offline/options.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Engine } from "../storage/engine.js";

/** The engine that keeps the databases. */
export const engine = async (): Promise<Engine> => (await import("../engine/lmdb.js")).lmdb;

/** Opens the databases that exist once. */
export async function tryAll(dirs: DatabaseDirs): Promise<void> {
  const { tryOpening } = await import("../engine/lmdb/try-opening.js");
  const kinds = Object.keys(dirs) as DatabaseKind[];
  await tryOpening(kinds.map((kind) => ({ kind, dir: dirs[kind], mode: "read" })));
}

/** The thread that all blocks pass through starts while the rest is loaded. */
export async function startZstd(): Promise<void> {
  (await import("../formats/snapshot/zstd.js")).readyForBlocks();
}
