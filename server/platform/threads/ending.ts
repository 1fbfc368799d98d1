// Ending threads. One that is ended while it loads native code, or while that makes something for JavaScript, takes the
// whole process down with it: what that code throws when it can't go on, nobody catches. So code that ends one, or the
// process, waits until it is at rest, and from then on it begins nothing of the kind.

import { setTimeout } from "node:timers/promises";
import { getEnvironmentData, setEnvironmentData, type Worker } from "node:worker_threads";
import { FlowgError } from "../errors.js";

/** The states of threads that have not ended, each shared with its thread. */
const states = new Map<Worker, Int32Array>();
const STATE = "flowg:state";
/** It starts, or native code of its runs. */
const BUSY = 0;
const AT_REST = 1;
const ENDING = 2;
/** A start takes a twentieth of a second, a block's compression less. One that failed to load is not waited for longer. */
const BUSY_MS = 2_000;

/** Starts a thread that shares what it is at. */
export function startWatched(start: () => Worker): Worker {
  const state = new Int32Array(new SharedArrayBuffer(4));
  // a thread gets a copy of this when it is made
  setEnvironmentData(STATE, state);
  try {
    const thread = start();
    if (states.size === 0) process.once("exit", waitForAll);
    states.set(thread, state);
    thread.once("exit", () => forget(thread));
    return thread;
  } finally {
    setEnvironmentData(STATE, undefined);
  }
}

/** A thread's own state. */
const own = (): Int32Array | undefined => getEnvironmentData(STATE) as Int32Array | undefined;

/** Each thread's module calls this once all that it imports is loaded. It counts when the module itself has run, too. */
export function markLoaded(): void {
  const state = own();
  if (!state) return;
  // the waiting side then ends the thread at once: in the middle of Node's own start of a thread that is as bad
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

/**
 * In a thread: ends it, once what it has posted is all. A thread whose event loop runs empty ends as well, but first waits
 * for V8's compiler, which may wait for a collection that only this thread can make: then neither goes on (nodejs/node#54918,
 * seen on Node 20 and 24).
 */
export function endOwnThread(): void {
  process.exit(0);
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
