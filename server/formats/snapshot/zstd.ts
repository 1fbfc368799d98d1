// Compressing and decompressing: hands blocks to the zstd thread, gives back promises, in order.

import { FlowgError } from "../../platform/errors.js";
import { AnsweringThread } from "../../platform/threads/answering-thread.js";
import type { ZstdAnswer, ZstdRequest } from "./zstd-thread.js";

/** Blocks on their way at once: enough to keep the threads busy, few enough to bound memory. */
export const BLOCKS_IN_FLIGHT = 4;
/** And bytes of them, as they are expanded; a block that is larger goes alone. */
export const BYTES_IN_FLIGHT = 8 * 1024 * 1024;

const thread = new AnsweringThread<ZstdRequest, ZstdAnswer>(
  new URL("./zstd-thread.js", import.meta.url),
);

/** Has the zstd thread ready when the first block is. */
export function readyForBlocks(): void {
  thread.start();
}

export interface PackedBlock {
  /** The zstd frame. */
  frame: Uint8Array;
  /** The memory of the raw block, to be used again. */
  raw: Uint8Array;
}

/** Compresses a raw block. Its memory moves to the thread and comes back. */
export async function packBlock(raw: Uint8Array): Promise<PackedBlock> {
  const answer = await thread.ask({ do: "pack", bytes: raw }, [raw.buffer as ArrayBuffer]);
  if (answer.did === "pack") return { frame: answer.bytes, raw: answer.from };
  const cause = answer.did === "fail" ? answer.problem : undefined;
  throw new FlowgError("INTERNAL", "a block could not be compressed", { cause });
}

/**
 * Decompresses a frame, whose memory stays what it is.
 * @returns the raw block, or what is wrong with the frame
 */
export async function expandFrame(frame: Uint8Array): Promise<{ raw: Uint8Array } | string> {
  // a copy of its own can be handed over; the frame is a piece of a chunk that was read, all of which would be copied
  const bytes = new Uint8Array(frame);
  const answer = await thread.ask({ do: "unpack", bytes }, [bytes.buffer]);
  if (answer.did === "unpack") return { raw: answer.bytes };
  return answer.did === "fail" ? answer.problem : "";
}
