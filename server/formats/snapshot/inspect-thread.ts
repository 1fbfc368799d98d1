// The thread that walks raw blocks record by record, where the main thread can't scan them quickly.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper, release } from "../../platform/native-memory.js";
import { markLoaded } from "../../platform/threads/ending.js";
import { type ErrorMessage, errorMessage } from "../../platform/threads/error-message.js";
import { giveWay } from "../../platform/threads/give-way.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { type BlockFault, blockFaultOf } from "./block-fault.js";
import { walkAndNote } from "./block-notes.js";
import type { BlockSummary } from "./walk-block.js";

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
  | { id: number; did: "refuse"; fault: BlockFault }
  | { id: number; did: "fail"; error: ErrorMessage };

markLoaded();
// `release` frees nearly all memory, so little is left to collect
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", async (request: InspectRequest) => {
  giveWay();
  blockPassed(request.raw.byteLength);
  const answer = await inspect(request);
  const keeps = answer.did === "inspect" && answer.raw;
  port.postMessage(answer, keeps ? [keeps.buffer as ArrayBuffer] : []);
});

async function inspect({
  id,
  raw,
  database,
  checkRecords,
  keep,
}: InspectRequest): Promise<InspectAnswer> {
  try {
    const summary = await walkAndNote(database, raw, { checkRecords });
    if (!keep) release(raw);
    return { id, did: "inspect", summary, raw: keep ? raw : undefined };
  } catch (error) {
    const fault = blockFaultOf(error);
    return fault ? { id, did: "refuse", fault } : { id, did: "fail", error: errorMessage(error) };
  }
}
