// Makes a source of one of FlowG's own backup files: translates it into a snapshot in a scratch directory. From there on there
// is only one kind of file, and one mechanism that reads it.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../../platform/errors.js";
import { StagedFile } from "../../platform/files/staged-file.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { startThread } from "../../platform/threads/start.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SourceFormat } from "../../records/reports.js";
import { BlockReceiver } from "../block-stream/receiver.js";
import { readFileBytes, writeSnapshotFile } from "../snapshot/file.js";
import { newHeader } from "../snapshot/header.js";
import { Lending } from "../sources/lending.js";
import type { Source } from "../sources/source.js";
import type { ImportAnswer, ImportTask } from "./import-thread.js";

export interface TranslateOptions {
  format: Exclude<SourceFormat, "snapshot">;
  /** The database that it must be of, where that matters. */
  expected: DatabaseKind | undefined;
  /** A directory of the caller's for the snapshot and for temporary files. */
  scratchDir: string;
  onProgress?: ((bytes: number, totalBytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The snapshot that a FlowG file was translated into, under the file's own name. */
export interface TranslatedFile extends Source {
  warnings: string[];
}

/** @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_WRONG_DATABASE, SNAPSHOT_UNSUPPORTED, DISK_FULL */
export async function flowgFile(
  original: Source,
  options: TranslateOptions,
): Promise<TranslatedFile> {
  const { format, expected, scratchDir, signal } = options;
  using lending = new Lending(original);
  const task: ImportTask = { source: lending.lent, format, expected, scratchDir };
  const worker = startThread(new URL("./import-thread.js", import.meta.url), {
    workerData: task,
    transferList: [lending.lent.port],
  });
  const thread = new BlockReceiver<ImportAnswer, never>(worker);
  const close = () => {
    lending[Symbol.dispose]();
    void thread.close();
  };
  signal?.addEventListener("abort", close, { once: true });
  try {
    const { database } = await answered(thread, "import", options);
    const path = join(scratchDir, `${database}.db`);
    await using file = await StagedFile.create(path);
    await writeSnapshotFile(file, {
      header: newHeader(database),
      isPassing: true,
      blocks: thread.blocks((answer) => tell(answer, options)),
      recycle: (memory) => thread.recycle(memory),
    });
    const { warnings } = await answered(thread, "warn", options);
    stopIfAborted(signal, "reading");
    await file.publish();
    const { size } = await stat(path);
    return { name: original.name, size, open: () => readFileBytes(path), warnings };
  } catch (error) {
    throw signal?.aborted ? new FlowgError("CANCELLED", "reading was stopped") : error;
  } finally {
    signal?.removeEventListener("abort", close);
    await thread.close();
  }
}

/** Waits for an answer of this kind. */
async function answered<Did extends ImportAnswer["did"]>(
  thread: BlockReceiver<ImportAnswer, never>,
  did: Did,
  options: TranslateOptions,
): Promise<ImportAnswer & { did: Did }> {
  for (;;) {
    const answer = (await thread.next()) as ImportAnswer;
    if (answer.did === did) return answer as ImportAnswer & { did: Did };
    tell(answer, options);
  }
}

function tell(answer: ImportAnswer, { onProgress }: TranslateOptions): void {
  if (answer.did === "read") onProgress?.(answer.bytes, answer.totalBytes);
}
