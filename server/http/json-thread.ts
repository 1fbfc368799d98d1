// The thread that large JSON bodies are parsed in: 16 MiB take a tenth of a second, in which nobody else would be answered.

import { parentPort } from "node:worker_threads";
import { nativeMemoryKeeper } from "../platform/native-memory.js";
import { markLoaded } from "../platform/threads/ending.js";
import { type JsonText, parseJsonText } from "./json-text.js";

export interface JsonRequest {
  id: number;
  bytes: Uint8Array;
}

export interface JsonAnswer {
  id: number;
  text: JsonText;
}

markLoaded();
const bodyPassed = nativeMemoryKeeper();
const port = parentPort;
port?.on("message", ({ id, bytes }: JsonRequest) => {
  const answer: JsonAnswer = { id, text: parseJsonText(bytes) };
  port.postMessage(answer);
  bodyPassed(bytes.byteLength);
});
