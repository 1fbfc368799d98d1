// Frees the native memory of blocks that are no longer used. V8 frees it only when much has come together (a hundred MiB in
// each thread on Node 24). A thread that knows what it is done with releases that. Another one, through which blocks pass, collects
// young objects itself every few blocks, which takes half a millisecond.

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

/** Waits until `release` can free memory. A port closes after a turn of the event loop, and keeps what is moved to it before. */
export async function readyToRelease(): Promise<void> {
  while (!isClosed) await new Promise(setImmediate);
}

/** Frees the memory of these arrays at once and leaves them empty: what is moved to a closed port is gone. */
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

/** At this much memory a collection comes sooner. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * @param every collects after so many blocks
 * @returns a function to call for each block that has passed, with its bytes
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
