// The thread that looks at what is in raw blocks, record by record, while the zstd thread expands the next ones.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper, release } from "../native-memory.js";
import { type InspectRequest, inspect } from "./inspect.js";

// nearly all memory is let go of by name: what is left is little
const blockPassed = nativeMemoryKeeper(32);
const port = parentPort;
port?.on("message", (request: InspectRequest) => {
  blockPassed();
  const answer = inspect(request);
  const raw = answer.did === "inspect" ? answer.raw : undefined;
  port.postMessage(answer, raw ? [raw.buffer as ArrayBuffer] : []);
  if (!raw) release(request.raw);
});
