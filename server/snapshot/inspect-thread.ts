// The thread that looks at what is in raw blocks, record by record, while the zstd thread expands the next ones.

import { parentPort } from "node:worker_threads";
import type { DatabaseKind } from "../database/kinds.js";
import { nativeMemoryKeeper, release } from "../native-memory.js";
import { BadgerFault } from "./badger.js";
import { type BlockSummary, summarizeBlock, UnknownKindFault } from "./summarize.js";

export interface InspectRequest {
  id: number;
  raw: Uint8Array;
  database: DatabaseKind;
  /** Whether each record must be one that a restore lets in. */
  checkRecords: boolean;
  /** Whether the raw bytes are wanted back. */
  keep: boolean;
}

export type InspectAnswer =
  | { id: number; did: "inspect"; summary: BlockSummary; raw: Uint8Array | undefined }
  | { id: number; did: "fail"; fault: BlockFault };

/** Why a block can't be used. `offset` counts inside the raw block. */
export type BlockFault =
  | { is: "damaged"; problem: string; offset: number }
  | { is: "unknown-kind"; kind: string }
  | { is: "broken"; problem: string };

// nearly all memory is let go of by name: what is left is little
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", (request: InspectRequest) => {
  blockPassed();
  const answer = inspect(request);
  const keeps = answer.did === "inspect" && answer.raw;
  port.postMessage(answer, keeps ? [keeps.buffer as ArrayBuffer] : []);
});

function inspect({ id, raw, database, checkRecords, keep }: InspectRequest): InspectAnswer {
  try {
    const summary = summarizeBlock(database, raw, checkRecords);
    if (!keep) release(raw);
    return { id, did: "inspect", summary, raw: keep ? raw : undefined };
  } catch (error) {
    return { id, did: "fail", fault: faultOf(error) };
  }
}

function faultOf(error: unknown): BlockFault {
  if (error instanceof BadgerFault) {
    return { is: "damaged", problem: error.problem, offset: error.offset };
  }
  if (error instanceof UnknownKindFault) return { is: "unknown-kind", kind: error.kind };
  return { is: "broken", problem: error instanceof Error ? error.message : String(error) };
}
