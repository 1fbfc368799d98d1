// The block thread's client: hands it blocks, gives back promises, in order. Started when first used; it
// doesn't keep the process alive while it has nothing to do.

import { isMainThread, type Worker } from "node:worker_threads";
import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { startThread } from "../threads.js";
import type { BlockAnswer, BlockFault, BlockRequest } from "./block-thread.js";
import type { BlockSummary } from "./summarize.js";

/** Blocks on their way at once: enough to keep two threads busy, few enough to bound memory. */
export const BLOCKS_IN_FLIGHT = 4;

export interface PackedBlock {
  /** The zstd frame. */
  frame: Uint8Array;
  /** The memory of the raw block, to be used again. */
  raw: Uint8Array;
}

export interface UnpackedBlock {
  summary: BlockSummary;
  /** Only if it was asked for. */
  raw: Uint8Array | undefined;
}

/** A block that decompresses to something it must not be. */
export class UnpackFault extends Error {
  constructor(readonly fault: BlockFault) {
    super(fault.is);
  }
}

interface Waiting {
  resolve(answer: BlockAnswer): void;
  reject(error: unknown): void;
}

let thread: Worker | undefined;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/** Compresses a raw block. Its memory moves to the thread and comes back. */
export async function packBlock(raw: Uint8Array): Promise<PackedBlock> {
  const answer = await ask({ id: ++lastId, do: "pack", raw }, [raw.buffer as ArrayBuffer]);
  if (answer.did === "pack") return answer;
  const cause = answer.did === "fail" ? answer.fault : undefined;
  throw new FlowgError("INTERNAL", "a block could not be compressed", { cause });
}

/**
 * Decompresses and checks a block whose prefix and CRC have been checked.
 * @param keep whether the raw bytes are wanted, not only what they are
 * @param checkRecords whether each record must be one that a restore lets in
 * @throws UnpackFault
 */
export async function unpackBlock(request: {
  frame: Uint8Array;
  rawLength: number;
  database: DatabaseKind;
  keep: boolean;
  checkRecords: boolean;
}): Promise<UnpackedBlock> {
  const answer = await ask({ id: ++lastId, do: "unpack", ...request }, []);
  if (answer.did === "fail") throw new UnpackFault(answer.fault);
  if (answer.did !== "unpack") throw new FlowgError("INTERNAL", "a block could not be unpacked");
  return { summary: answer.summary, raw: answer.raw };
}

function ask(request: BlockRequest, moved: ArrayBuffer[]): Promise<BlockAnswer> {
  thread ??= start();
  const asked = thread;
  return new Promise((resolve, reject) => {
    waiting.set(request.id, { resolve, reject });
    if (waiting.size === 1) asked.ref();
    asked.postMessage(request, moved);
  });
}

function start(): Worker {
  // every thread has its own copy of this module, but there may only be one block thread
  if (!isMainThread)
    throw new FlowgError("INTERNAL", "blocks are packed from the main thread only");
  const started = startThread(new URL("./block-thread.js", import.meta.url));
  started.on("message", (answer: BlockAnswer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) started.unref();
    asker?.resolve(answer);
  });
  // A thread that dies (out of memory) fails what it was asked; the next request starts another.
  const fail = (cause: unknown) => {
    if (thread === started) thread = undefined;
    for (const asker of waiting.values()) {
      asker.reject(new FlowgError("INTERNAL", "the block thread ended", { cause }));
    }
    waiting.clear();
  };
  started.on("error", fail);
  started.on("exit", fail);
  started.unref();
  return started;
}
