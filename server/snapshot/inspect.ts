// A look at what is in a raw block, as a request and its answer, fit to go between threads.

import type { DatabaseKind } from "../database/kinds.js";
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

export function inspect({ id, raw, database, checkRecords, keep }: InspectRequest): InspectAnswer {
  try {
    const summary = summarizeBlock(database, raw, checkRecords);
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
