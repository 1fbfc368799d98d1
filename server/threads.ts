// Starting worker threads, from the build and from the TypeScript source that a test runner loads.

import { getPriority, setPriority } from "node:os";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { type ErrorCode, FlowgError } from "./errors.js";

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
  const own = new URL(".", import.meta.url).href;
  const fromSource = import.meta.url.endsWith(".ts");
  const module = fromSource
    ? new URL(url.href.replace(own, new URL("../dist/server/", own).href))
    : url;
  return new Worker(module, options);
}

/** As setpriority(2) counts: such a thread gets a tenth of a core that another wants too, and all of one that is idle. */
const NICE = 10;

/**
 * Has the thread that calls it give way to those that answer requests. Not for one that others wait for. Only Linux has
 * priorities of threads; elsewhere it would be the whole process's.
 */
export function giveWay(): void {
  if (process.platform !== "linux") return;
  try {
    if (getPriority() < NICE) setPriority(NICE);
  } catch {
    // where it isn't allowed all have the same
  }
}

/** An error as it crosses between threads, where classes get lost. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  details: Record<string, unknown>;
  stack: string | undefined;
}

export function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof FlowgError) {
    const { code, message, hint, details, stack } = error;
    return { code, message, hint, details, stack };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: "INTERNAL", message, hint: undefined, details: {}, stack };
}

export function errorFrom({ code, message, hint, details, stack }: ErrorMessage): FlowgError {
  return new FlowgError(code, message, { hint, details, cause: stack });
}
