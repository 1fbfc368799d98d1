// Loads what the core needs: the engine, and the thread that compresses and expands blocks.

import type { DatabaseDirs } from "../operations/offline/options.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Engine } from "../storage/engine.js";

/** The engine that keeps the databases. */
export const engine = async (): Promise<Engine> => (await import("../engine/lmdb.js")).lmdb;

/** Opens each existing database once, to try it. */
export async function tryAll(dirs: DatabaseDirs): Promise<void> {
  const { tryOpening } = await import("../engine/lmdb/try-opening.js");
  const kinds = Object.keys(dirs) as DatabaseKind[];
  await tryOpening(kinds.map((kind) => ({ kind, dir: dirs[kind], mode: "read" })));
}

/** Starts the thread that compresses and expands blocks, while the rest is loaded. */
export async function startZstd(): Promise<void> {
  (await import("../formats/snapshot/zstd.js")).readyForBlocks();
}
