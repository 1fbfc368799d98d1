// Starting worker threads, from the build and from the TypeScript source that a test runner loads.

import { Worker, type WorkerOptions } from "node:worker_threads";
import { startWatched } from "./ending.js";

const SOURCES = new URL("../..", import.meta.url).href;
const BUILT = new URL("../dist/server/", SOURCES).href;

/**
 * Limits for a thread that blocks pass through. What it makes lives for one block, so a small nursery does, and spares
 * a restore a hundred MiB beside LMDB's 512 of dirty pages.
 */
export const SHORT_LIVED = { maxYoungGenerationSizeMb: 8 };

/**
 * Starts the thread whose module is at `url`.
 *
 * Node 20 can't load TypeScript in a thread, so where this module itself runs from source, under the tests,
 * the thread comes from the build in `dist` (which `npm test` makes first).
 */
export function startThread(url: URL, options: WorkerOptions = {}): Worker {
  return startWatched(() => new Worker(builtModule(url), options));
}

/** The module at `url` as Node can load it. */
export function builtModule(url: URL): URL {
  const fromSource = import.meta.url.endsWith(".ts");
  return fromSource ? new URL(url.href.replace(SOURCES, BUILT)) : url;
}
