// The thread that walks raw blocks, record by record, of which the main thread can't see what is in them at once.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper, release } from "../../platform/native-memory.js";
import { markLoaded } from "../../platform/threads/ending.js";
import { giveWay } from "../../platform/threads/give-way.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { type BlockFault, faultOf } from "./block-fault.js";
import { type BlockSummary, walkBlock } from "./summarize.js";

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

markLoaded();
// nearly all memory is let go of by name: what is left is little
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", (request: InspectRequest) => {
  giveWay();
  blockPassed(request.raw.byteLength);
  const answer = inspect(request);
  const keeps = answer.did === "inspect" && answer.raw;
  port.postMessage(answer, keeps ? [keeps.buffer as ArrayBuffer] : []);
});

function inspect({ id, raw, database, checkRecords, keep }: InspectRequest): InspectAnswer {
  try {
    const summary = walkBlock(database, raw, checkRecords);
    if (!keep) release(raw);
    return { id, did: "inspect", summary, raw: keep ? raw : undefined };
  } catch (error) {
    return { id, did: "fail", fault: faultOf(error) };
  }
}
