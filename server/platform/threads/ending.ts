// Ends threads. A thread that is ended while it loads native code, or while that code makes a JavaScript object, aborts the
// whole process: nobody catches what the native code throws then. So code that ends a thread, or the process, waits until the
// thread is at rest. From then on the thread begins no native code.

import { errorMonitor } from "node:events";
import { setTimeout } from "node:timers/promises";
import { getEnvironmentData, setEnvironmentData, type Worker } from "node:worker_threads";
import { FlowgError } from "../errors.js";

/** The states of threads that have not ended, each shared with its thread. */
const states = new Map<Worker, Int32Array>();
/** Those of them that have thrown an error: a module that can't be loaded, no memory. */
const failed = new WeakSet<Worker>();
const STATE = "flowg:state";
/** The thread starts, or runs native code. */
const BUSY = 0;
const AT_REST = 1;
const ENDING = 2;
/**
 * The longest wait for a thread, which nothing but a hang takes. A start takes a twentieth of a second, a block's compression
 * less; on a machine that has twenty times as much to do as it can, a start took more than two seconds.
 */
const BUSY_MS = 60_000;
/** The same when the process ends, and the end of a thread isn't noticed any more. */
const BUSY_AT_EXIT_MS = 10_000;
/** The same for a thread that has failed: it may never come to rest, and only its own end is left to wait for. */
const FAILED_AT_EXIT_MS = 500;

/** Starts a thread that shares its state. */
export function startWatched(start: () => Worker): Worker {
  const state = new Int32Array(new SharedArrayBuffer(4));
  // a thread copies this when it is made
  setEnvironmentData(STATE, state);
  try {
    const thread = start();
    if (states.size === 0) process.once("exit", waitForAll);
    states.set(thread, state);
    thread.once("exit", () => forget(thread));
    // only watches: an error that nobody else listens to still ends the process
    thread.once(errorMonitor, () => failed.add(thread));
    return thread;
  } finally {
    setEnvironmentData(STATE, undefined);
  }
}

/** A thread's own state. */
const own = (): Int32Array | undefined => getEnvironmentData(STATE) as Int32Array | undefined;

/** Each thread's module calls this after its imports. The thread is at rest once the module itself has run, too. */
export function markLoaded(): void {
  const state = own();
  if (!state) return;
  // not at once: the other side would end the thread in the middle of Node's own start of it, which is as bad
  setImmediate(() => rest(state));
}

/**
 * A thread calls this to run native code that must not be cut.
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
 * A thread calls this after its last message, and ends. It would end by itself, too, but would first wait for V8's compiler,
 * which may wait for a collection that only this thread can make: then neither goes on (nodejs/node#54918, seen on Node 20 and
 * 24).
 */
export function endOwnThread(): void {
  process.exit(0);
}

/** Ends a thread as soon as that does no harm. */
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
  const start = performance.now();
  for (const [thread, state] of states) {
    const last = start + (failed.has(thread) ? FAILED_AT_EXIT_MS : BUSY_AT_EXIT_MS);
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
