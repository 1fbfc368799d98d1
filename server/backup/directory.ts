// An offline backup: the three databases of one instant into three files of a directory.

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackupOptions } from "../core.js";
import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { fileError, StagedFile, sweepStaged } from "../files/staged-file.js";
import type { BackupReport, SnapshotSummary } from "../reports.js";
import { readFileBytes, writeSnapshotFile } from "../snapshot/file.js";
import { newHeader } from "../snapshot/header.js";
import { readSnapshot } from "../snapshot/read.js";
import { HeldInstant } from "./held-instant.js";

/** The order of FlowG's own backup, and its file names. */
export const BACKUP_FILES: readonly { kind: DatabaseKind; name: string }[] = [
  { kind: "auth", name: "auth.db" },
  { kind: "logs", name: "log.db" },
  { kind: "config", name: "config.db" },
];

/**
 * Writes `auth.db`, `log.db` and `config.db`, all of one instant. No file gets its name before all have been read
 * back and found whole, so a failing run leaves an older backup as it was.
 * @throws DATABASE_MISSING and what else opening a database throws, FILE_UNAVAILABLE, DISK_FULL, CANCELLED
 */
export async function backupDirectories(options: BackupOptions): Promise<BackupReport> {
  const started = performance.now();
  const { backupDir, dirs } = options;
  await using held = await HeldInstant.open(
    BACKUP_FILES.map(({ kind }) => ({ kind, dir: dirs[kind] })),
  );
  const set = { setId: randomUUID(), createdAt: new Date() };
  await makeBackupDir(backupDir);
  const staged: StagedFile[] = [];
  const snapshots: SnapshotSummary[] = [];
  try {
    for (const { kind, name } of BACKUP_FILES) {
      const file = await StagedFile.create(join(backupDir, name));
      staged.push(file);
      snapshots.push(await backUpOne(file, { kind, held, set, options }));
    }
    stopIfAborted(options.signal);
    for (const file of staged) await file.publish();
  } finally {
    for (const file of staged) await file[Symbol.asyncDispose]();
  }
  return {
    setId: set.setId,
    createdAt: set.createdAt.toISOString(),
    directory: backupDir,
    snapshots,
    seconds: (performance.now() - started) / 1000,
  };
}

async function backUpOne(
  file: StagedFile,
  {
    kind,
    held,
    set,
    options: { onProgress, signal },
  }: {
    kind: DatabaseKind;
    held: HeldInstant;
    set: { setId: string; createdAt: Date };
    options: BackupOptions;
  },
): Promise<SnapshotSummary> {
  const started = performance.now();
  const totalRecords = held.records[kind];
  const total = totalRecords === undefined ? {} : { totalRecords };
  onProgress?.({ database: kind, phase: "reading", records: 0, bytes: 0, ...total });
  const { seal, bytes } = await writeSnapshotFile(file, {
    header: newHeader(kind, set),
    blocks: stoppable(held.blocks(kind), signal),
    recycle: (memory) => held.recycle(memory),
    onProgress: (records, written) =>
      onProgress?.({ database: kind, phase: "reading", records, bytes: written, ...total }),
  });
  onProgress?.({ database: kind, phase: "verifying", records: 0, bytes: 0, totalBytes: bytes });
  // The file as the disk gives it back, not as it was meant: everything that a restore would check.
  const read = await readSnapshot(readFileBytes(file.path), {
    expected: kind,
    checkRecords: true,
    signal,
    onProgress: (records, done) =>
      onProgress?.({
        ...{ database: kind, phase: "verifying", records, totalRecords: seal.entries },
        ...{ bytes: done, totalBytes: bytes },
      }),
  });
  const isWhole = seal.entries === (totalRecords ?? seal.entries);
  if (read.seal.sha256 !== seal.sha256 || !isWhole) {
    throw new FlowgError("SNAPSHOT_CORRUPT", `${file.path} is not what was written`, {
      hint: "the disk gives back other bytes than it was given: check it before you go on",
    });
  }
  const { entries, blocks, rawBytes, sha256 } = seal;
  const seconds = (performance.now() - started) / 1000;
  return { database: kind, path: file.target, entries, blocks, bytes, rawBytes, sha256, seconds };
}

async function makeBackupDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await sweepStaged(path);
  } catch (cause) {
    throw fileError(cause, "use", path);
  }
}

async function* stoppable<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined) {
  for await (const item of items) {
    stopIfAborted(signal);
    yield item;
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new FlowgError("CANCELLED", "the backup was stopped");
}
