// Exports a snapshot of a repository as the sealed files of a backup directory.

import { join } from "node:path";
import { readFileBytes } from "../../formats/snapshot/file.js";
import { readSnapshot } from "../../formats/snapshot/read.js";
import { publishAll } from "../../platform/files/publish.js";
import { StagedFile } from "../../platform/files/staged-file.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { BackupReport, OnProgress, SnapshotSummary } from "../../records/reports.js";
import { demandNoOthers, makeBackupDir } from "../offline/backup.js";
import { demandNoShrink } from "../offline/shrink.js";
import { databasesIn, type OpenedSnapshot, sourceOf } from "./open-snapshot.js";

export interface ExportOptions {
  snapshot: OpenedSnapshot;
  backupDir: string;
  /** Allows the files beside files of other databases that are of another instant. */
  allowMixed?: boolean | undefined;
  /** Allows it to replace an older backup that has far more records. */
  allowShrink?: boolean | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Files get their names only when all have been read back and are whole. All get their names, or none does.
 * @throws REFUSED where a backup into that directory would be; REPOSITORY_DAMAGED, FILE_UNAVAILABLE, DISK_FULL, CANCELLED
 */
export async function exportSnapshot(options: ExportOptions): Promise<BackupReport> {
  const started = performance.now();
  const { snapshot, backupDir } = options;
  await makeBackupDir(backupDir);
  const kinds = databasesIn(snapshot);
  if (!options.allowMixed) await demandNoOthers(backupDir, kinds);
  const staged: StagedFile[] = [];
  const snapshots: SnapshotSummary[] = [];
  try {
    for (const kind of kinds) {
      const file = await StagedFile.create(join(backupDir, BACKUP_FILE_NAMES[kind][0]));
      staged.push(file);
      snapshots.push(await exportOne(file, kind, options));
    }
    if (!options.allowShrink) await demandNoShrink(backupDir, snapshots.map(withMaking(snapshot)));
    await publishAll(staged);
  } finally {
    for (const file of staged) await file[Symbol.asyncDispose]();
  }
  const [{ manifest }] = snapshot.copies;
  return {
    setId: manifest.setId,
    createdAt: manifest.createdAt,
    directory: backupDir,
    snapshots,
    notes: snapshot.notes,
    seconds: (performance.now() - started) / 1000,
  };
}

const withMaking =
  ({ copies: [{ manifest }] }: OpenedSnapshot) =>
  (one: SnapshotSummary) => ({
    ...one,
    madeAt: manifest.databases[one.database]?.databaseMadeAt,
  });

async function exportOne(
  file: StagedFile,
  database: DatabaseKind,
  { snapshot, onProgress, signal }: ExportOptions,
): Promise<SnapshotSummary> {
  const started = performance.now();
  const source = sourceOf(snapshot, database, { signal });
  let bytes = 0;
  const facts = { database, totalBytes: source.size };
  for await (const chunk of source.open()) {
    await file.write(chunk);
    bytes += chunk.byteLength;
    onProgress?.({ ...facts, phase: "reading", records: 0, bytes });
  }
  await file.flush();
  const { seal, fileSha256 } = await readSnapshot(readFileBytes(file.path), {
    expected: database,
    checkRecords: true,
    signal,
    onProgress: (records, done) =>
      onProgress?.({ ...facts, phase: "verifying", records, bytes: done, totalBytes: bytes }),
  });
  const { entries, blocks, rawBytes, sha256 } = seal;
  const seconds = (performance.now() - started) / 1000;
  const counts = { entries, blocks, bytes, rawBytes, sha256, fileSha256, seconds };
  return { database, path: file.target, ...counts };
}
