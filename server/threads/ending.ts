// Starting worker threads, from the build and from the TypeScript source that a test runner loads.

import { getPriority, setPriority } from "node:os";
import { setTimeout } from "node:timers/promises";
import {
  getEnvironmentData,
  setEnvironmentData,
  Worker,
  type WorkerOptions,
} from "node:worker_threads";
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
  const state = new Int32Array(new SharedArrayBuffer(4));
  setEnvironmentData(STATE, state);
  try {
    const thread = new Worker(module, options);
    if (states.size === 0) process.once("exit", waitForAll);
    states.set(thread, state);
    thread.once("exit", () => forget(thread));
    return thread;
  } finally {
    setEnvironmentData(STATE, undefined);
  }
}

// A thread that is ended while it loads native code, or while that makes something for JavaScript, takes the whole
// process down with it: what that code throws when it can't go on, nobody catches. So whoever ends one, or the process,
// waits until it is at rest, and from then on it begins nothing of the kind.

/** What a thread that has not ended is at, shared with it. */
const states = new Map<Worker, Int32Array>();
const STATE = "flowg:state";
/** It starts, or native code of its runs. */
const BUSY = 0;
const AT_REST = 1;
const ENDING = 2;
/** A start takes a twentieth of a second, a block's compression less. One that failed to load is not waited for longer. */
const BUSY_MS = 2_000;

/** In a thread: its own. */
const own = (): Int32Array | undefined => getEnvironmentData(STATE) as Int32Array | undefined;

/** To be called by each thread's module, once all that it imports is there. It counts when the module has run, too. */
export function hasLoaded(): void {
  const state = own();
  if (!state) return;
  // whoever waits ends the thread at once: in the middle of Node's own start of a thread that is no better
  setImmediate(() => rest(state));
}

/**
 * In a thread: runs native code that must not be cut.
 * @throws if the thread is being ended
 */
export function uncut<T>(work: () => T): T {
  const state = own();
  if (!state) return work();
  if (Atomics.compareExchange(state, 0, AT_REST, BUSY) === ENDING) {
    throw new FlowgError("CANCELLED", "the thread is being ended");
  }
  try {
    return work();
  } finally {
    rest(state);
  }
}

function rest(state: Int32Array): void {
  Atomics.compareExchange(state, 0, BUSY, AT_REST);
  Atomics.notify(state, 0);
}

/** Ends a thread, as soon as that does no harm. */
export async function endThread(thread: Worker): Promise<void> {
  const state = states.get(thread);
  const last = performance.now() + BUSY_MS;
  while (state && !mayEnd(state) && states.has(thread) && performance.now() < last)
    await setTimeout(5);
  await thread.terminate();
}

const mayEnd = (state: Int32Array): boolean =>
  Atomics.compareExchange(state, 0, AT_REST, ENDING) !== BUSY;

function waitForAll(): void {
  const last = performance.now() + BUSY_MS;
  for (const state of states.values()) {
    while (!mayEnd(state)) {
      const ms = last - performance.now();
      if (ms <= 0) break;
      Atomics.wait(state, 0, BUSY, ms);
    }
  }
}

function forget(thread: Worker): void {
  states.delete(thread);
  if (states.size === 0) process.off("exit", waitForAll);
}

/** As setpriority(2) counts: such a thread gets a tenth of a core that another wants too, and all of one that is idle. */
const NICE = 10;
let gaveWay = false;

/**
 * Has the thread that calls it give way to those that answer requests, from its first work on: starting and being ended
 * must be quick. Not for a thread that others wait for. Only Linux has priorities of threads; elsewhere it would be the
 * whole process's.
 */
export function giveWay(): void {
  if (process.platform !== "linux" || gaveWay) return;
  gaveWay = true;
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
