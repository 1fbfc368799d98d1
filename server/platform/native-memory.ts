// Native memory of blocks that nobody holds any more. V8 sees it only when much of it has come together (a hundred MiB in
// each thread on Node 24), so a thread through which blocks pass lets go of it itself, every few blocks; a collection of
// what is young takes half a millisecond.

import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel } from "node:worker_threads";

const { port1: nowhere, port2: nobody } = new MessageChannel();
let isClosed = false;
nobody.once("close", () => {
  isClosed = true;
});
nobody.close();
nowhere.unref();

/** Waits until `release` frees. A port closes after a turn of the event loop: what is moved to it before is kept there. */
export async function readyToRelease(): Promise<void> {
  while (!isClosed) await new Promise(setImmediate);
}

/** Frees the memory of these at once: what is moved to a closed port is gone. They are empty then. */
export function release(...parts: readonly ArrayBufferView[]): void {
  const memory = new Set(parts.map(({ buffer }) => buffer as ArrayBuffer));
  nowhere.postMessage(undefined, [...memory]);
}

let collect: ((options: { type: "minor" }) => void) | undefined;

function collectYoung(): void {
  if (!collect) {
    v8.setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as NonNullable<typeof collect>;
  }
  collect({ type: "minor" });
}

/** When there is this much, it is freed sooner. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * @param every so many blocks, memory is let go of
 * @returns to be called for each block that has passed, with its bytes
 */
export function nativeMemoryKeeper(every = 8): (bytes: number) => void {
  let passed = 0;
  let held = 0;
  return (bytes) => {
    passed++;
    held += bytes;
    if (passed < every && held < MOST_BYTES) return;
    passed = 0;
    held = 0;
    collectYoung();
  };
}
