// The yardstick of `flowg admin inspect`: a program that only expands a file, in a thread as it must, and hashes it. It
// checks nothing, knows no flags and prints one number.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

if (isMainThread) {
  const file = process.argv[2] as string;
  const thread = new Worker(new URL(import.meta.url), { workerData: file });
  createHash("sha256").update(readFileSync(file)).digest();
  thread.on("message", (bytes: number) => process.stdout.write(`${bytes}\n`));
} else {
  const { decompress } = await import("@cloudpss/zstd");
  parentPort?.postMessage(decompress(readFileSync(workerData as string)).byteLength);
}
