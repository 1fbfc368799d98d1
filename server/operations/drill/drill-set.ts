// Drills one backup. It restores the backup into a scratch directory as any restore does, opens it as a server does, checks
// every record, asks a few questions, and removes it. It reports what is wrong with the backup, and throws only what isn't the
// backup's fault.

import { join } from "node:path";
import { type ErrorCode, FlowgError, isOutOfFiles } from "../../platform/errors.js";
import type { ScratchDirectory } from "../../platform/files/scratch-directory.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DrilledDatabase, DrillOutcome, DrillProblem } from "../../records/drill-report.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { DatabaseRestoreReport, OnProgress } from "../../records/reports.js";
import type { Overlay } from "../../repository/deltas/overlay.js";
import type { DatabaseManifest, SegmentEntry } from "../../repository/manifest.js";
import type { Engine } from "../../storage/engine.js";
import type { BackupSet, DatabaseDirs } from "../offline/options.js";
import { restoreDirectories } from "../offline/restore.js";
import { ask } from "./ask.js";
import { checkChanges } from "./check-changes.js";
import { checkDatabase, IS_DAMAGE } from "./check-database.js";
import { diskRate } from "./disk-rate.js";
import { PhaseClock } from "./phases.js";

export interface DrillSet {
  engine: Engine;
  kinds: readonly DatabaseKind[];
  /** The set to restore. Without it, the files of `backupDir` are restored. */
  from?: BackupSet | undefined;
  backupDir: string;
  manifests: Partial<Record<DatabaseKind, DatabaseManifest>>;
  /** What deltas add to the databases of the manifests. */
  overlays: Partial<Record<DatabaseKind, Overlay>>;
  scratch: ScratchDirectory;
  /** Reads a segment in full, where the walk hasn't met its contents. @throws what is wrong with it */
  readSegment?: ((kind: DatabaseKind, segment: SegmentEntry) => Promise<void>) | undefined;
  /** A directory on the disk that a real restore would write to. */
  realDir?: string | undefined;
  maxMemory?: number | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The part of an outcome that the drill of a set finds out. */
export type SetOutcome = Pick<DrillOutcome, "problems" | "warnings" | "restore" | "databases">;

/** Errors for which the backup isn't at fault: the drill couldn't reach, restore or check it. */
const NOT_ITS_FAULT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "CANCELLED",
  "REPOSITORY_UNAVAILABLE",
  "PERMISSION_DENIED",
  "DISK_FULL",
  "FILE_UNAVAILABLE",
  "DATABASE_UNAVAILABLE",
  "DATABASE_REPLACED",
  "CONFLICT",
  "BUSY",
  "INPUT_INVALID",
  "INTERNAL",
]);

/** @throws what isn't the backup's fault */
export function problemOf(error: unknown, database?: DatabaseKind): DrillProblem {
  if (!(error instanceof FlowgError) || NOT_ITS_FAULT.has(error.code)) throw error;
  // whatever was made of it on the way
  if (isOutOfFiles(error) || isOutOfFiles(error.cause)) throw error;
  const { code, message } = error;
  const from = database ?? (error.details.database as DatabaseKind | undefined);
  return { ...(from ? { database: from } : {}), code, message };
}

export async function drillSet(options: DrillSet): Promise<SetOutcome> {
  const { engine, kinds, scratch, signal, maxMemory } = options;
  const at = (kind: DatabaseKind) => join(scratch.path, kind);
  const dirs: DatabaseDirs = { auth: at("auth"), config: at("config"), logs: at("logs") };
  const outcome: SetOutcome = { problems: [], warnings: [], databases: [] };
  const clock = new PhaseClock();
  try {
    const report = await restoreDirectories(
      {
        dirs,
        backupDir: options.backupDir,
        from: options.from,
        mode: "merge",
        dryRun: false,
        only: kinds,
        maxMemory,
        // no server is meant: the one that made the backup may be allowed to call them
        addressWarning: () => undefined,
        onProgress: clock.watch(options.onProgress),
        signal,
      },
      engine,
    );
    const phases = clock.stop();
    outcome.warnings.push(...report.notes);
    for (const restored of report.databases) {
      const { database, warnings } = restored;
      outcome.warnings.push(...warnings.map((text) => `${database}: ${text}`));
    }
    await lookAt(report.databases, dirs, { ...options, outcome });
    const { seconds } = report;
    const rawBytes = outcome.databases.reduce((sum, one) => sum + one.rawBytes, 0);
    const bytes = outcome.databases.reduce((sum, one) => sum + one.bytes, 0);
    outcome.restore = {
      seconds,
      phases,
      bytesPerSecond: Math.round(rawBytes / seconds),
      ...(await estimated(seconds, bytes, options)),
    };
  } catch (error) {
    stopIfAborted(signal, "the drill");
    outcome.problems.push(problemOf(error));
  }
  return outcome;
}

/** Estimates how long a real restore takes: as long as the drill's, corrected by the difference of the two disks. */
async function estimated(
  seconds: number,
  bytes: number,
  { realDir, scratch, signal }: DrillSet,
): Promise<Pick<NonNullable<DrillOutcome["restore"]>, "estimatedSeconds" | "disks">> {
  if (realDir === undefined) return { estimatedSeconds: seconds };
  const disks = {
    scratch: await diskRate(scratch.path, signal),
    real: await diskRate(realDir, signal),
  };
  const more = bytes / disks.real - bytes / disks.scratch;
  // a faster disk speeds up only the writing: at least half of the time stays
  return { estimatedSeconds: Math.max(seconds / 2, seconds + more), disks };
}

async function lookAt(
  restored: readonly DatabaseRestoreReport[],
  dirs: DatabaseDirs,
  options: DrillSet & { outcome: SetOutcome },
): Promise<void> {
  const { engine, outcome } = options;
  const places = restored.map(({ database: kind }) => ({ kind, dir: dirs[kind] }));
  if (places.length === 0) return;
  let failed: FlowgError | undefined;
  const served = await engine.serve({
    places,
    onUpgrade() {},
    onPlaceChange() {},
    onFailure: (error) => {
      failed ??= error;
    },
  });
  try {
    await using held = await engine.hold(places);
    for (const one of restored) {
      const { database: kind } = one;
      const started = performance.now();
      const database = served.databases[kind];
      const entries = Object.values(one.kinds).reduce((sum, { added }) => sum + added, 0);
      const overlay = options.overlays[kind];
      const stored = options.manifests[kind];
      // deltas have changed the database, so the manifest doesn't describe it: the drill reads the snapshot's segments by
      // themselves
      const manifest = overlay ? undefined : stored;
      const tell = (message: string) => outcome.problems.push({ database: kind, message });
      if (manifest && manifest.entries !== entries)
        tell(`the manifest says ${manifest.entries} records, and ${entries} were restored`);
      const { onProgress, signal } = options;
      const checking = { database, held, entries, manifest, onProgress, signal };
      const checked = await checkDatabase(checking);
      for (const problem of checked.problems) tell(problem);
      if (overlay) await checkChanges(database, overlay, { tell, signal });
      for (const segment of overlay ? (stored?.segments ?? []) : checked.unfound) {
        stopIfAborted(signal, "the drill");
        await options
          .readSegment?.(kind, segment)
          .catch((error) => outcome.problems.push(problemOf(error, kind)));
      }
      const asked = await answersOf(database, checked.streams, signal);
      for (const problem of asked.problems) tell(problem);
      outcome.warnings.push(...asked.warnings.map((text) => `${kind}: ${text}`));
      outcome.databases.push({
        database: kind,
        entries,
        rawBytes: manifest?.rawBytes ?? checked.rawBytes,
        bytes: await database.bytes(),
        restoreSeconds: one.seconds,
        checkSeconds: (performance.now() - started) / 1000,
        queries: asked.queries,
      } satisfies DrilledDatabase);
    }
    if (failed) outcome.problems.push({ code: failed.code, message: failed.message });
  } finally {
    await served.close();
  }
}

/** Asks the database. Damage that keeps it from answering becomes a problem. */
async function answersOf(...given: Parameters<typeof ask>): ReturnType<typeof ask> {
  try {
    return await ask(...given);
  } catch (error) {
    if (!(error instanceof FlowgError) || !IS_DAMAGE.has(error.code)) throw error;
    return { queries: 0, problems: [error.message], warnings: [] };
  }
}
