// The thread that compresses and decompresses blocks. There is one per process and nothing else may call
// @cloudpss/zstd: its one-shot functions share native contexts between all threads of a process, so two
// callers would corrupt each other's data (lib/binding.cc: `static ZSTD_CCtx *const compressCtx`).

import { parentPort } from "node:worker_threads";
import { compress, decompress } from "@cloudpss/zstd";
import type { DatabaseKind } from "../database/kinds.js";
import { nativeMemoryKeeper } from "../native-memory.js";
import { BadgerFault } from "./badger.js";
import { checkRecords } from "./check-records.js";
import { type BlockSummary, summarizeBlock, UnknownKindFault } from "./summarize.js";

/** Level 1: on JSON logs a better level costs half the speed again for nothing (shared/lmdb-and-speed.md). */
const LEVEL = 1;

export type BlockRequest =
  | { id: number; do: "pack"; raw: Uint8Array }
  | {
      id: number;
      do: "unpack";
      frame: Uint8Array;
      rawLength: number;
      database: DatabaseKind;
      keep: boolean;
      checkRecords: boolean;
    };

export type BlockAnswer =
  | { id: number; did: "pack"; frame: Uint8Array; raw: Uint8Array }
  | { id: number; did: "unpack"; summary: BlockSummary; raw?: Uint8Array | undefined }
  | { id: number; did: "fail"; fault: BlockFault };

/** Why a block can't be used. `offset` counts inside the raw block. */
export type BlockFault =
  | { is: "damaged"; problem: string; offset: number }
  | { is: "unknown-kind"; kind: string }
  | { is: "broken"; problem: string };

const blockPassed = nativeMemoryKeeper();
const port = parentPort;
port?.on("message", (request: BlockRequest) => {
  blockPassed();
  const answer = serve(request);
  const moved: ArrayBuffer[] = [];
  if (answer.did !== "fail" && answer.raw) moved.push(answer.raw.buffer as ArrayBuffer);
  port.postMessage(answer, moved);
});

function serve(request: BlockRequest): BlockAnswer {
  try {
    if (request.do === "pack") {
      return { id: request.id, did: "pack", frame: compress(request.raw, LEVEL), raw: request.raw };
    }
    const raw = decompress(request.frame);
    if (raw.byteLength !== request.rawLength) {
      throw new BadgerFault(`decompresses to ${raw.byteLength} bytes`, 0);
    }
    const summary = summarizeBlock(request.database, raw);
    if (request.checkRecords) checkRecords(request.database, raw);
    return { id: request.id, did: "unpack", summary, raw: request.keep ? raw : undefined };
  } catch (error) {
    return { id: request.id, did: "fail", fault: faultOf(error, request.do) };
  }
}

function faultOf(error: unknown, doing: BlockRequest["do"]): BlockFault {
  if (error instanceof BadgerFault) {
    return { is: "damaged", problem: error.problem, offset: error.offset };
  }
  if (error instanceof UnknownKindFault) return { is: "unknown-kind", kind: error.kind };
  const problem = error instanceof Error ? error.message : String(error);
  return doing === "unpack"
    ? { is: "damaged", problem: `does not decompress: ${problem}`, offset: 0 }
    : { is: "broken", problem };
}
