// The thread that compresses and expands blocks. There is one per process: see `zstd`.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper, release } from "../native-memory.js";
import { serveZstd, type ZstdRequest } from "./zstd.js";

// nearly all memory is let go of by name: what is left is little
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", (request: ZstdRequest) => {
  blockPassed();
  const answer = serveZstd(request);
  if (answer.did === "unpack") release(request.bytes);
  const moved: Uint8Array[] = [];
  if (answer.did === "pack") moved.push(answer.from);
  if (answer.did === "unpack") moved.push(answer.bytes);
  port.postMessage(
    answer,
    moved.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
