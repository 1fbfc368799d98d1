// Compressing and expanding of blocks, as a request and its answer, fit to go between threads.
//
// Only one thread of a process may call this at a time: the one-shot functions of @cloudpss/zstd share native contexts
// between all threads, so two callers would corrupt each other's data (lib/binding.cc: `static ZSTD_CCtx *const
// compressCtx`). That is the zstd thread, or the main thread as long as there is none.

import { compress, decompress } from "@cloudpss/zstd";

/** Level 1: on JSON logs a better level costs half the speed again for nothing (shared/lmdb-and-speed.md). */
const LEVEL = 1;

export type ZstdRequest = { id: number; do: "pack" | "unpack"; bytes: Uint8Array };

/** `from` is the memory of a raw block that was packed, to be used again. */
export type ZstdAnswer =
  | { id: number; did: "pack"; bytes: Uint8Array; from: Uint8Array }
  | { id: number; did: "unpack"; bytes: Uint8Array }
  | { id: number; did: "fail"; problem: string };

export function serveZstd({ id, do: asked, bytes }: ZstdRequest): ZstdAnswer {
  try {
    if (asked === "pack") return { id, did: "pack", bytes: compress(bytes, LEVEL), from: bytes };
    return { id, did: "unpack", bytes: decompress(bytes) };
  } catch (error) {
    return { id, did: "fail", problem: error instanceof Error ? error.message : String(error) };
  }
}
