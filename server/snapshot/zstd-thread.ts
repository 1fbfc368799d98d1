// The thread that compresses and decompresses blocks. There is one per process and nothing else may call
// @cloudpss/zstd: its one-shot functions share native contexts between all threads of a process, so two
// callers would corrupt each other's data (lib/binding.cc: `static ZSTD_CCtx *const compressCtx`).

import { parentPort } from "node:worker_threads";
import { compress, decompress } from "@cloudpss/zstd";
import { nativeMemoryKeeper, release } from "../native-memory.js";
import { markLoaded, uncut } from "../threads/ending.js";
import { giveWay } from "../threads/give-way.js";

/** On JSON logs level 1 packs 333 MB/s into a sixth part; level 3 packs 218 MB/s and no better (measured, blocks of 1 MiB). */
const LEVEL = 1;

export type ZstdRequest = { id: number; do: "pack" | "unpack"; bytes: Uint8Array };

/** `from` is the memory of a raw block that was packed, to be used again. */
export type ZstdAnswer =
  | { id: number; did: "pack"; bytes: Uint8Array; from: Uint8Array }
  | { id: number; did: "unpack"; bytes: Uint8Array }
  | { id: number; did: "fail"; problem: string };

markLoaded();
// nearly all memory is let go of by name: what is left is little
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", (request: ZstdRequest) => {
  giveWay();
  blockPassed();
  const answer = serve(request);
  const moved: Uint8Array[] = [];
  if (answer.did === "pack") moved.push(answer.from);
  if (answer.did === "unpack") moved.push(answer.bytes);
  port.postMessage(
    answer,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  );
});

function serve({ id, do: asked, bytes }: ZstdRequest): ZstdAnswer {
  try {
    if (asked === "pack") {
      return { id, did: "pack", bytes: uncut(() => compress(bytes, LEVEL)), from: bytes };
    }
    const raw = uncut(() => decompress(bytes));
    release(bytes);
    return { id, did: "unpack", bytes: raw };
  } catch (error) {
    return { id, did: "fail", problem: error instanceof Error ? error.message : String(error) };
  }
}
