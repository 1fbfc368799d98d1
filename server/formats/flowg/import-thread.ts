// The thread that translates one of FlowG's own backup files into raw blocks of our records.

import { setImmediate } from "node:timers/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { endOwnThread, markLoaded } from "../../platform/threads/ending.js";
import { errorMessage } from "../../platform/threads/error-message.js";
import { giveWay } from "../../platform/threads/give-way.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SourceFormat } from "../../records/reports.js";
import type { ThreadAnswer, ThreadRequest } from "../block-stream/receiver.js";
import { BlockSender } from "../block-stream/sender.js";
import { borrowed, type LentSource } from "../sources/lending.js";
import { importFlowg } from "./import.js";

export interface ImportTask {
  source: LentSource;
  format: Exclude<SourceFormat, "snapshot">;
  expected: DatabaseKind | undefined;
  scratchDir: string;
}

export type ImportAnswer =
  | { did: "read"; bytes: number; totalBytes: number }
  | { did: "import"; database: DatabaseKind }
  /** Comes after the last block. */
  | { did: "warn"; warnings: string[] };

markLoaded();
giveWay();
const port = parentPort as MessagePort;
const sender = new BlockSender(port);
const stop = new AbortController();

const running = run().then(say, (error) => say({ did: "fail", error: errorMessage(error) }));

port.on("message", async (request: ThreadRequest) => {
  if (request.do === "recycle") return sender.recycle(request.memory);
  stop.abort();
  sender.close();
  await running;
  endOwnThread();
});

function say(answer: ThreadAnswer<ImportAnswer>): void {
  port.postMessage(answer);
}

async function run(): Promise<ImportAnswer> {
  const { source, format, expected, scratchDir } = workerData as ImportTask;
  using imported = await importFlowg({
    source: borrowed(source),
    format,
    expected,
    scratchDir,
    signal: stop.signal,
    onProgress: (bytes, totalBytes) => say({ did: "read", bytes, totalBytes }),
  });
  say({ did: "import", database: imported.database });
  let block = sender.newBlock();
  for (const row of imported.records()) {
    if (!row) {
      await setImmediate();
      stopIfAborted(stop.signal, "the import");
      continue;
    }
    const { key, value } = row;
    if (!block.isEmpty && !block.fits(key.byteLength, value.byteLength)) {
      if (!(await sender.send(block))) stopIfAborted(stop.signal, "the import");
      block = sender.newBlock();
    }
    block.add(key, value);
  }
  await sender.send(block);
  say({ did: "end" });
  return { did: "warn", warnings: imported.warnings };
}
