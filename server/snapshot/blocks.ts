// Blocks through the threads that work on them: hands them over, gives back promises, in order.

import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { AskedThread } from "./asked-thread.js";
import type { BlockFault, InspectAnswer, InspectRequest } from "./inspect-thread.js";
import type { BlockSummary } from "./summarize.js";
import type { ZstdAnswer, ZstdRequest } from "./zstd-thread.js";

/** Blocks on their way at once: enough to keep two threads busy, few enough to bound memory. */
export const BLOCKS_IN_FLIGHT = 4;

const zstd = new AskedThread<ZstdRequest, ZstdAnswer>(new URL("./zstd-thread.js", import.meta.url));
const inspection = new AskedThread<InspectRequest, InspectAnswer>(
  new URL("./inspect-thread.js", import.meta.url),
);

/** Has the threads ready when the first block is: they start at once instead of one after the other. */
export function readyToPack(): void {
  zstd.start();
}

/** The same for blocks that will be unpacked. */
export function readyToUnpack(): void {
  zstd.start();
  inspection.start();
}

export interface PackedBlock {
  /** The zstd frame. */
  frame: Uint8Array;
  /** The memory of the raw block, to be used again. */
  raw: Uint8Array;
}

export interface UnpackedBlock {
  /** Unless it was not to be inspected. */
  summary: BlockSummary | undefined;
  /** Only if it was asked for. */
  raw: Uint8Array | undefined;
}

/** A block that decompresses to something it must not be. */
export class UnpackFault extends Error {
  constructor(readonly fault: BlockFault) {
    super(fault.is);
  }
}

/** Compresses a raw block. Its memory moves to the thread and comes back. */
export async function packBlock(raw: Uint8Array): Promise<PackedBlock> {
  const answer = await zstd.ask({ do: "pack", bytes: raw }, [raw.buffer as ArrayBuffer]);
  if (answer.did === "pack") return { frame: answer.bytes, raw: answer.from };
  const cause = answer.did === "fail" ? answer.problem : undefined;
  throw new FlowgError("INTERNAL", "a block could not be compressed", { cause });
}

/**
 * Decompresses and checks a block whose prefix and CRC have been checked.
 * @param keep whether the raw bytes are wanted, not only what they are
 * @param checkRecords whether each record must be one that a restore lets in
 * @param inspect whether to look at what is in it
 * @throws UnpackFault
 */
export async function unpackBlock({
  frame,
  rawLength,
  inspect,
  ...how
}: {
  frame: Uint8Array;
  rawLength: number;
  database: DatabaseKind;
  keep: boolean;
  checkRecords: boolean;
  inspect: boolean;
}): Promise<UnpackedBlock> {
  // a copy of its own can be handed over; the frame is a piece of a chunk that was read, all of which would be copied
  const bytes = new Uint8Array(frame);
  const unpacked = await zstd.ask({ do: "unpack", bytes }, [bytes.buffer]);
  if (unpacked.did !== "unpack") {
    const problem = unpacked.did === "fail" ? `does not decompress: ${unpacked.problem}` : "";
    throw new UnpackFault({ is: "damaged", problem, offset: 0 });
  }
  const raw = unpacked.bytes;
  if (raw.byteLength !== rawLength) {
    const problem = `decompresses to ${raw.byteLength} bytes`;
    throw new UnpackFault({ is: "damaged", problem, offset: 0 });
  }
  if (!inspect) return { summary: undefined, raw };
  const answer = await inspection.ask({ raw, ...how }, [raw.buffer as ArrayBuffer]);
  if (answer.did === "fail") throw new UnpackFault(answer.fault);
  return answer;
}
