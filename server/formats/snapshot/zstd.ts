// Compresses and decompresses blocks in the zstd thread, in order.

import { FlowgError } from "../../platform/errors.js";
import { AnsweringThread } from "../../platform/threads/answering-thread.js";
import { errorFrom } from "../../platform/threads/error-message.js";
import type { ZstdAnswer, ZstdRequest } from "./zstd-thread.js";

/** Blocks on their way at once: enough to keep the threads busy, few enough to bound memory. */
export const BLOCKS_IN_FLIGHT = 4;
/** The most expanded bytes of blocks on their way. A larger block goes alone. */
export const BYTES_IN_FLIGHT = 8 * 1024 * 1024;

const thread = new AnsweringThread<ZstdRequest, ZstdAnswer>(
  new URL("./zstd-thread.js", import.meta.url),
);

/** Starts the zstd thread, so that it is ready when the first block is. */
export function readyForBlocks(): void {
  thread.start();
}

export interface PackedBlock {
  /** The zstd frame. */
  frame: Uint8Array;
  /** The memory of the raw block, to be used again. */
  raw: Uint8Array;
}

/**
 * Compresses a raw block. Its memory moves to the thread and comes back.
 * @param isPassing whether it is read soon and then removed, so that time counts more than space
 */
export async function packBlock(raw: Uint8Array, isPassing = false): Promise<PackedBlock> {
  const asked = { do: "pack", bytes: raw, isPassing } as const;
  const answer = await thread.ask(asked, [raw.buffer as ArrayBuffer]);
  if (answer.did === "pack") return { frame: answer.bytes, raw: answer.from };
  const cause = answer.did === "fail" ? errorFrom(answer.error) : undefined;
  throw new FlowgError("INTERNAL", "a block could not be compressed", { cause });
}

/**
 * Decompresses a frame, whose memory stays as it is.
 * @returns the raw block, or what is wrong with the frame
 */
export async function expandFrame(frame: Uint8Array): Promise<{ raw: Uint8Array } | string> {
  // a copy can be moved to the thread; moving the frame would take the whole chunk that it is a piece of
  const bytes = new Uint8Array(frame);
  const answer = await thread.ask({ do: "unpack", bytes }, [bytes.buffer]);
  if (answer.did === "unpack") return { raw: answer.bytes };
  if (answer.did === "refuse") return answer.problem;
  const cause = answer.did === "fail" ? errorFrom(answer.error) : undefined;
  throw new FlowgError("INTERNAL", "a block could not be decompressed", { cause });
}
