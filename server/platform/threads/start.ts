// Starting worker threads, from the build and from the TypeScript source that a test runner loads.

import { Worker, type WorkerOptions } from "node:worker_threads";
import { FlowgError } from "../errors.js";
import { startWatched } from "./ending.js";

const RETRY_AFTER_SECONDS = 5;
const SOURCES = new URL("../..", import.meta.url).href;
const BUILT = new URL("../dist/server/", SOURCES).href;

/**
 * Limits for a thread that blocks pass through. Its objects live for one block, so it needs little room for young ones. That
 * spares a restore a hundred MiB beside LMDB's 512 of dirty pages.
 */
export const SHORT_LIVED = { maxYoungGenerationSizeMb: 8 };

/**
 * Starts the thread whose module is at `url`.
 *
 * Node 20 can't load TypeScript in a thread, so where this module itself runs from source, under the tests,
 * the thread comes from the build in `dist` (which `npm test` makes first).
 */
export function startThread(url: URL, options: WorkerOptions = {}): Worker {
  try {
    return startWatched(() => new Worker(builtModule(url), options));
  } catch (cause) {
    throw hasNoRoom(cause) ? noThread(cause) : cause;
  }
}

const hasNoRoom = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_INIT_FAILED";

/** @param cause why a thread could not be started, or not load what it needs */
export function noThread(cause: unknown): FlowgError {
  const why = cause instanceof Error ? ` (${cause.message})` : "";
  return new FlowgError("BUSY", `the system starts no more threads${why}`, {
    hint: "raise the limit of processes (`ulimit -u`, or the pids of a container) or of open files (`ulimit -n`), or free some memory",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    cause,
  });
}

/** The module at `url` as Node can load it. */
export function builtModule(url: URL): URL {
  const fromSource = import.meta.url.endsWith(".ts");
  return fromSource ? new URL(url.href.replace(SOURCES, BUILT)) : url;
}
