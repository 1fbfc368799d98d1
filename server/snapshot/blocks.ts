// Blocks through the threads that work on them: hands them over, gives back promises, in order.

import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { AskedThread } from "./asked-thread.js";
import type { BlockFault, InspectAnswer, InspectRequest } from "./inspect.js";
import type { BlockSummary } from "./summarize.js";
import type { ZstdAnswer, ZstdRequest } from "./zstd.js";

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
 * @param inspect whether to look at what is in it, when it isn't done here
 * @param here whether to do it in this thread, unless the others run already
 * @throws UnpackFault
 */
export async function unpackBlock({
  frame,
  rawLength,
  here,
  inspect,
  ...how
}: {
  frame: Uint8Array;
  rawLength: number;
  database: DatabaseKind;
  keep: boolean;
  checkRecords: boolean;
  inspect: boolean;
  here: boolean;
}): Promise<UnpackedBlock> {
  const local = here && !zstd.isStarted ? await import("./unpack-here.js") : undefined;
  // meanwhile another reader may have started them: then they are the ones to use
  if (local && !zstd.isStarted) {
    const raw = demandLength(local.expandHere(frame), rawLength);
    return demandSound(local.inspectHere({ id: 0, raw, ...how }));
  }
  // a copy of its own can be handed over; the frame is a piece of a chunk that was read, all of which would be copied
  const bytes = new Uint8Array(frame);
  const expanded = await zstd.ask({ do: "unpack", bytes }, [bytes.buffer]);
  const raw = demandLength(expanded, rawLength);
  if (!inspect) return { summary: undefined, raw };
  return demandSound(await inspection.ask({ raw, ...how }, [raw.buffer as ArrayBuffer]));
}

function demandLength(answer: ZstdAnswer, rawLength: number): Uint8Array {
  if (answer.did === "fail") {
    const problem = `does not decompress: ${answer.problem}`;
    throw new UnpackFault({ is: "damaged", problem, offset: 0 });
  }
  if (answer.bytes.byteLength === rawLength) return answer.bytes;
  const problem = `decompresses to ${answer.bytes.byteLength} bytes`;
  throw new UnpackFault({ is: "damaged", problem, offset: 0 });
}

function demandSound(answer: InspectAnswer): UnpackedBlock {
  if (answer.did === "fail") throw new UnpackFault(answer.fault);
  return answer;
}
