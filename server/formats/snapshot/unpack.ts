// Unpacks a block: decompresses its zstd frame, and finds out what is in it.

import { release } from "../../platform/native-memory.js";
import { AnsweringThread } from "../../platform/threads/answering-thread.js";
import { errorFrom } from "../../platform/threads/error-message.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { type BlockFault, blockFaultOf } from "./block-fault.js";
import { walkAndNote } from "./block-notes.js";
import type { InspectAnswer, InspectRequest } from "./inspect-thread.js";
import { scanBlock } from "./scan-block.js";
import type { BlockSummary } from "./walk-block.js";
import { expandFrame } from "./zstd.js";

/** Walks the blocks that this thread can't scan quickly. */
const thread = new AnsweringThread<InspectRequest, InspectAnswer>(
  new URL("./inspect-thread.js", import.meta.url),
);

export interface UnpackedBlock {
  /** Absent if the block was not to be inspected. */
  summary: BlockSummary | undefined;
  /** Only with `keep`. */
  raw: Uint8Array | undefined;
}

/** A block that decompresses to something it must not be. */
export class UnpackFault extends Error {
  constructor(readonly fault: BlockFault) {
    super(fault.is);
  }
}

/**
 * Decompresses and checks a block whose prefix and CRC have been checked.
 * @param keep whether the raw bytes are wanted, not only their summary
 * @param checkRecords whether each record must be one that a restore lets in
 * @param inspect whether to look at its records
 * @param isFirst whether it is the first of its file, and so perhaps the only one
 * @throws UnpackFault where the block's bytes are wrong
 */
export async function unpackBlock({
  frame,
  rawLength,
  inspect,
  isFirst,
  ...how
}: {
  frame: Uint8Array;
  rawLength: number;
  database: DatabaseKind;
  keep: boolean;
  checkRecords: boolean;
  inspect: boolean;
  isFirst: boolean;
}): Promise<UnpackedBlock> {
  const isSmall = isFirst && rawLength <= SMALL_BYTES;
  // the thread can start while the block is expanded
  if (inspect && how.database !== "logs" && !isSmall) thread.start();
  const expanded = await expandFrame(frame);
  if (typeof expanded === "string") throw damaged(`does not decompress: ${expanded}`);
  const { raw } = expanded;
  if (raw.byteLength !== rawLength) throw damaged(`decompresses to ${raw.byteLength} bytes`);
  if (!inspect) return { summary: undefined, raw };
  const summary = isSmall ? await walkHere(raw, how) : scanHere(raw, how);
  if (summary === undefined) return await inspected({ raw, ...how });
  if (how.keep) return { summary, raw };
  release(raw);
  return { summary, raw: undefined };
}

const damaged = (problem: string) => new UnpackFault({ is: "damaged", problem, offset: 0 });

/** A first block up to this size is walked here, in a few milliseconds. Starting the thread would take longer. */
const SMALL_BYTES = 1 << 17;

type Inspection = Omit<InspectRequest, "id">;

type How = Pick<Inspection, "database" | "checkRecords">;

async function walkHere(raw: Uint8Array, { database, checkRecords }: How): Promise<BlockSummary> {
  try {
    return await walkAndNote(database, raw, { checkRecords });
  } catch (error) {
    const fault = blockFaultOf(error);
    throw fault ? new UnpackFault(fault) : error;
  }
}

/** Scans a plain block of logs in half a millisecond. Undefined for all other blocks. */
function scanHere(raw: Uint8Array, { database, checkRecords }: How): BlockSummary | undefined {
  return database === "logs" ? scanBlock(raw, checkRecords) : undefined;
}

async function inspected(request: Inspection): Promise<UnpackedBlock> {
  const answer = await thread.ask(request, [request.raw.buffer as ArrayBuffer]);
  if (answer.did === "refuse") throw new UnpackFault(answer.fault);
  if (answer.did === "fail") throw errorFrom(answer.error);
  return answer;
}
