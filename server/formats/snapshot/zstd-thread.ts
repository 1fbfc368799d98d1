// The thread that compresses and decompresses blocks. There is one per process and nothing else may call
// @cloudpss/zstd: its one-shot functions share native contexts between all threads of a process, so two
// callers would corrupt each other's data (lib/binding.cc: `static ZSTD_CCtx *const compressCtx`).
//
// Node 22.15 and later have zstd in node:zlib. Measured on Node 24.21 (level 1, blocks of 1 MiB of JSON logs), both come
// to the same size, but this package packs 650 MB/s where node:zlib packs 605, and unpacks 2,040 where that unpacks 1,230.

import { parentPort } from "node:worker_threads";
import { compress, decompress } from "@cloudpss/zstd";
import { nativeMemoryKeeper, release } from "../../platform/native-memory.js";
import { markLoaded, uncut } from "../../platform/threads/ending.js";
import { type ErrorMessage, errorMessage } from "../../platform/threads/error-message.js";
import { giveWay } from "../../platform/threads/give-way.js";
import { frameDamage } from "./zstd-damage.js";

/** On JSON logs level 1 packs 333 MB/s into a sixth part; level 3 packs 218 MB/s and no better (measured, blocks of 1 MiB). */
const LEVEL = 1;
/** Twice as fast to pack and a third faster to unpack than level 1, and half again as large (the same blocks). */
const PASSING_LEVEL = -5;

export type ZstdRequest =
  | { id: number; do: "pack"; bytes: Uint8Array; isPassing: boolean }
  | { id: number; do: "unpack"; bytes: Uint8Array };

/** `from` is the memory of a raw block that was packed, to be used again. */
export type ZstdAnswer =
  | { id: number; did: "pack"; bytes: Uint8Array; from: Uint8Array }
  | { id: number; did: "unpack"; bytes: Uint8Array }
  | { id: number; did: "refuse"; problem: string }
  | { id: number; did: "fail"; error: ErrorMessage };

markLoaded();
// for each block, compress() also leaves a buffer for the largest possible frame; what is expanded leaves nothing
const blockPacked = nativeMemoryKeeper();
const port = parentPort;
port?.on("message", (request: ZstdRequest) => {
  giveWay();
  const answer = serve(request);
  if (answer.did === "pack") blockPacked(answer.bytes.byteLength);
  port.postMessage(answer, memoryOf(answer));
});

/** The memory that moves to the other thread with the answer. */
function memoryOf(answer: ZstdAnswer): ArrayBuffer[] {
  if (!("bytes" in answer)) return [];
  const parts = answer.did === "pack" ? [answer.bytes, answer.from] : [answer.bytes];
  return parts.map(({ buffer }) => buffer as ArrayBuffer);
}

function serve(request: ZstdRequest): ZstdAnswer {
  const { id, do: asked, bytes } = request;
  try {
    if (asked === "pack") {
      const level = request.isPassing ? PASSING_LEVEL : LEVEL;
      return { id, did: "pack", bytes: uncut(() => compress(bytes, level)), from: bytes };
    }
    const raw = uncut(() => decompress(bytes));
    release(bytes);
    return { id, did: "unpack", bytes: raw };
  } catch (error) {
    const problem = asked === "unpack" ? frameDamage(error) : undefined;
    if (problem !== undefined) return { id, did: "refuse", problem };
    return { id, did: "fail", error: errorMessage(error) };
  }
}
