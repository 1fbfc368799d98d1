// An offline backup writes the three databases, as of one instant, into three files of a directory.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readFileBytes, writeSnapshotFile } from "../../formats/snapshot/file.js";
import { newHeader } from "../../formats/snapshot/header.js";
import { readSnapshot } from "../../formats/snapshot/read.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { isThere } from "../../platform/files/is-there.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { publishAll, recoverPublications } from "../../platform/files/publish.js";
import { StagedFile, sweepStaged } from "../../platform/files/staged-file.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { BACKUP_FILE_NAMES, BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { BackupReport, LeftOut, SnapshotSummary } from "../../records/reports.js";
import type { Engine } from "../../storage/engine.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { cutRuns, type RestoreMark } from "../../storage/notes/restore-mark.js";
import { untilDeferredStored } from "../../stores/logs/deferred/until-stored.js";
import { sweepLeftovers } from "../leftovers.js";
import { SUM_LOST } from "../sum-lost.js";
import { lookAtDatabases } from "./look-at-databases.js";
import type { BackupOptions } from "./options.js";
import { demandNoShrink } from "./shrink.js";

/**
 * Writes `auth.db`, `log.db` and `config.db`, all of one instant. Files get their names only when all have been read back and
 * are whole. All get their names, or none does. So a run that fails leaves an older backup as it was.
 * @throws DATABASE_MISSING and what else opening a database throws, DATABASE_INVALID, FILE_UNAVAILABLE, DISK_FULL, CANCELLED;
 * REFUSED if an earlier restore was cut and an older backup is there, or if the older backup has far more records
 */
export async function backupDirectories(
  options: BackupOptions,
  engine: Engine,
): Promise<BackupReport> {
  const started = performance.now();
  const { backupDir, dirs, only } = options;
  const kinds = BACKUP_ORDER.filter((kind) => only?.includes(kind) ?? true);
  for (const dir of Object.values(dirs)) await sweepLeftovers(engine, dir);
  if (kinds.includes("logs")) await untilDeferredStored(dirs.logs, options.signal);
  await using held = await engine
    .hold(kinds.map((kind) => ({ kind, dir: dirs[kind] })))
    .catch(async (error) => {
      throw await explainedMissing(error, { dirs, engine });
    });
  const set = { setId: randomUUID(), createdAt: held.at };
  const notes = cutRuns(await marksOf(kinds, { held, dirs, engine }));
  await makeBackupDir(backupDir);
  if (!options.allowMixed) await demandNoOthers(backupDir, kinds);
  if (notes.length > 0) await demandNoBackup(backupDir, notes.join("; "));
  const staged: StagedFile[] = [];
  const snapshots: SnapshotSummary[] = [];
  try {
    for (const kind of kinds) {
      const file = await StagedFile.create(join(backupDir, BACKUP_FILE_NAMES[kind][0]));
      staged.push(file);
      snapshots.push(await backUpOne(file, { kind, held, set, notes, options }));
    }
    stopIfAborted(options.signal, "the backup");
    const madeAt = (kind: DatabaseKind) => held.facts[kind]?.madeAt;
    if (!options.allowShrink) {
      const all = snapshots.map((one) => ({ ...one, madeAt: madeAt(one.database) }));
      await demandNoShrink(backupDir, all);
    }
    await publishAll(staged);
  } finally {
    for (const file of staged) await file[Symbol.asyncDispose]();
  }
  return {
    setId: set.setId,
    createdAt: set.createdAt.toISOString(),
    directory: backupDir,
    snapshots,
    notes,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Reads the marks of all databases, also of those that aren't backed up: each tells whether a restore was cut. */
async function marksOf(
  kinds: readonly DatabaseKind[],
  { held, dirs, engine }: { held: HeldInstant; dirs: BackupOptions["dirs"]; engine: Engine },
): Promise<Map<DatabaseKind, RestoreMark | undefined>> {
  const isWhole = kinds.length === BACKUP_ORDER.length;
  const marks = isWhole ? new Map() : (await lookAtDatabases(engine, dirs, [])).marks;
  for (const kind of kinds) marks.set(kind, held.facts[kind]?.mark);
  return marks;
}

/** Refuses to put files of two instants into one directory, where they would look like one set. */
export async function demandNoOthers(
  backupDir: string,
  kinds: readonly DatabaseKind[],
): Promise<void> {
  for (const kind of BACKUP_ORDER) {
    if (kinds.includes(kind)) continue;
    for (const name of BACKUP_FILE_NAMES[kind]) {
      const path = join(backupDir, name);
      if (!(await isThere(path))) continue;
      throw new FlowgError(
        "REFUSED",
        `${path} is of another instant than a backup of ${kinds.join(", ")} alone; nothing was replaced`,
        { hint: "back up all three, or into another directory; --allow-mixed puts them together" },
      );
    }
  }
}

/** Says so if a database is missing because a restore was cut before it made that database. */
async function explainedMissing(
  error: unknown,
  { dirs, engine }: { dirs: BackupOptions["dirs"]; engine: Engine },
): Promise<unknown> {
  if (!(error instanceof FlowgError) || error.code !== "DATABASE_MISSING") return error;
  const notes = cutRuns((await lookAtDatabases(engine, dirs, [])).marks);
  if (notes.length === 0) return error;
  const { code, details, message } = error;
  return new FlowgError(code, `${message}; ${notes.join("; ")}`, {
    hint: "run the restore again to complete it",
    details,
    cause: error,
  });
}

async function backUpOne(
  file: StagedFile,
  {
    kind,
    held,
    set,
    notes,
    options: { onProgress, signal, skipDamaged = false },
  }: {
    kind: DatabaseKind;
    held: HeldInstant;
    set: { setId: string; createdAt: Date };
    options: BackupOptions;
    notes: string[];
  },
): Promise<SnapshotSummary> {
  const started = performance.now();
  const totalRecords = held.facts[kind]?.records;
  const total = totalRecords === undefined ? {} : { totalRecords };
  let leftOut: LeftOut | undefined;
  onProgress?.({ database: kind, phase: "reading", records: 0, bytes: 0, ...total });
  const { seal, bytes } = await writeSnapshotFile(file, {
    header: newHeader(kind, { ...set, madeAt: held.facts[kind]?.madeAt }),
    blocks: stoppable(
      held.blocks(kind, {
        // the read-back below checks each record; only a backup that may leave records out must check them here
        check: skipDamaged,
        skipDamaged,
        onLeftOut: (found) => {
          leftOut = found;
        },
        onSumFound: () => notes.push(SUM_LOST),
      }),
      signal,
    ),
    leftOut: () => leftOut?.records ?? 0,
    recycle: (memory) => held.recycle(memory),
    onProgress: (records, written) =>
      onProgress?.({ database: kind, phase: "reading", records, bytes: written, ...total }),
  });
  onProgress?.({ database: kind, phase: "verifying", records: 0, bytes: 0, totalBytes: bytes });
  // reads the file as it is on the disk now, with every check of a restore
  const read = await readSnapshot(readFileBytes(file.path), {
    expected: kind,
    checkRecords: true,
    signal,
    onProgress: (records, done) =>
      onProgress?.({
        database: kind,
        phase: "verifying",
        records,
        totalRecords: seal.entries,
        bytes: done,
        totalBytes: bytes,
      }),
  }).catch((error) => {
    throw notRestorable(error, kind);
  });
  const expected =
    (totalRecords ?? seal.entries) - ((leftOut as LeftOut | undefined)?.records ?? 0);
  const isWhole = seal.entries === expected || leftOut !== undefined;
  if (read.seal.sha256 !== seal.sha256 || !isWhole) {
    throw new FlowgError("SNAPSHOT_CORRUPT", `${file.path} is not what was written`, {
      hint: "its disk or something else has changed it: check the disk before you go on",
    });
  }
  const { entries, blocks, rawBytes, sha256, fileSha256 } = seal;
  const seconds = (performance.now() - started) / 1000;
  return {
    database: kind,
    path: file.target,
    entries,
    blocks,
    bytes,
    rawBytes,
    sha256,
    fileSha256,
    ...(leftOut === undefined ? {} : { leftOut }),
    seconds,
  };
}

/** Refuses to replace an older backup after a cut restore, which may have left the databases half restored. */
async function demandNoBackup(backupDir: string, note: string): Promise<void> {
  for (const name of Object.values(BACKUP_FILE_NAMES).flat()) {
    if (!(await isThere(join(backupDir, name)))) continue;
    throw new FlowgError("REFUSED", `${note}; a backup now would replace the one in ${backupDir}`, {
      hint: "run the restore again to complete it, or back up into another directory",
    });
  }
}

/** Explains why a restore would refuse the file that was just written. */
function notRestorable(error: unknown, kind: DatabaseKind): unknown {
  if (!(error instanceof FlowgError) || error.code !== "SNAPSHOT_CORRUPT") return error;
  const { code, details, message } = error;
  return new FlowgError(code, `the backup of the ${kind} database is no good: ${message}`, {
    hint: "either the database holds what no restore takes, or the backup's disk has changed it: check both",
    details,
    cause: error,
  });
}

/** Makes the directory, and repairs what a killed run has left in it. @throws FILE_UNAVAILABLE */
export async function makeBackupDir(path: string): Promise<void> {
  try {
    await makeDirectory(path);
    await recoverPublications(path);
    await sweepStaged(path);
  } catch (cause) {
    throw fileError(cause, "use", path);
  }
}

async function* stoppable<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined) {
  for await (const item of items) {
    stopIfAborted(signal, "the backup");
    yield item;
  }
}
