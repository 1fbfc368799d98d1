// Takes back a restore in directories. What the restore overwrote or removed comes back, and what it added goes. It verifies
// each undo file before it touches a database. Then each database changes in one transaction. The undo is noted as a restore
// is, and can be taken back itself.

import { FlowgError } from "../../platform/errors.js";
import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import { demandAdministrators, demandNoClash, lossOf } from "../../records/auth/restore-outcome.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import { printable } from "../../records/records.js";
import type {
  DatabaseUndoReport,
  OnProgress,
  RestoreRun,
  UndoReport,
} from "../../records/reports.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Applying, Engine, Restorer } from "../../storage/engine.js";
import { accountOfMachine, offlineEvent } from "../../storage/notes/offline-events.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import type { RestoreMark } from "../../storage/notes/restore-mark.js";
import { sweepLeftovers } from "../leftovers.js";
import { accessDiff } from "../restore/access.js";
import { type DatabaseHistory, type Histories, notesIn, restoreRuns } from "../restore/history.js";
import { markComplete, newMark, restoreInTurn } from "../restore/in-turn.js";
import type { UndoBounds } from "../restore/undo-bounds.js";
import { mayHaveUndoFiles, sweepUndo, undoFiles } from "../restore/undo-directory.js";
import { undoneReport } from "../restore/undo-report.js";
import { runToUndo } from "../restore/undo-run.js";
import { UndoSource } from "../restore/undo-source.js";
import { applyKeeping } from "./keep-undo.js";
import type { DatabaseDirs } from "./options.js";

export interface UndoOptions {
  dirs: DatabaseDirs;
  /** The run to take back; if absent, the newest that wasn't taken back. */
  run?: string | undefined;
  dryRun: boolean;
  /** Also takes back records that somebody has changed since. */
  overwriteChanged?: boolean | undefined;
  /** Goes on although nobody who may administer is left; refused otherwise. */
  allowNoAdmin?: boolean | undefined;
  /** What to keep so that this undo can be undone; nothing if absent. */
  undo?: UndoBounds | undefined;
  /** Called with each database that was put back, since a fault of LMDB could end the process before the report. */
  onRestored?: ((kind: DatabaseKind) => void) | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The restores that the databases remember, newest first. @throws what opening a database throws */
export async function restoreHistory(dirs: DatabaseDirs, engine: Engine): Promise<RestoreRun[]> {
  return restoreRuns(await historiesIn(dirs, engine));
}

/**
 * @throws NOT_FOUND, REFUSED, the SNAPSHOT_ errors about an undo file, what opening a database throws, DISK_FULL, CANCELLED.
 * The message says which databases were done before
 */
export async function undoDirectories(options: UndoOptions, engine: Engine): Promise<UndoReport> {
  const started = performance.now();
  const { dirs, dryRun, overwriteChanged = false, signal, onProgress } = options;
  if (!dryRun) for (const dir of Object.values(dirs)) await sweepLeftovers(engine, dir);
  if (!dryRun) await sweepUndoIn(dirs, engine);
  const histories = await historiesIn(dirs, engine);
  const { run, files, notes } = runToUndo(histories, { run: options.run, dirs, tellsPaths: true });
  await using restorer = engine.restorer();
  const sources: [DatabaseKind, UndoSource][] = [];
  for (const file of files)
    sources.push([file.kind, await UndoSource.verify(file, { onProgress, signal })]);
  const auth = sources.find(([kind]) => kind === "auth")?.[1];
  const authWarnings = auth ? await lookAtAuth(auth, engine, options) : [];
  if (!dryRun) {
    for (const [kind] of sources) await engine.demandWritable({ kind, dir: dirs[kind] });
    const needs = sources.map(([kind, { rawBytes }]) => ({
      directory: dirs[kind],
      bytes: 2 * rawBytes,
      name: "",
    }));
    await demandSpaceOnDisks(needs, () => "the undo");
  }
  const kinds = sources.map(([kind]) => kind);
  const mark = { ...newMark(kinds, { isPart: true, notes: notesIn(histories) }), undoes: run.run };
  const turn = { dryRun, ...mark };
  const databases = await restoreInTurn(sources, turn, async ([kind, source]) => {
    const report = await undoOne(source, {
      run,
      options,
      mark,
      restorer,
      engine,
      overwriteChanged,
    });
    if (kind === "auth") report.warnings.push(...authWarnings);
    return report;
  });
  if (!dryRun)
    await markComplete(mark, {
      where: (kind) => ` in ${dirs[kind]}`,
      use: async (kind, mode, work) => {
        const place = { kind, dir: dirs[kind] };
        await using database = await engine.open(place, { mode, notesOnly: true });
        return await work(database);
      },
    });
  const seconds = (performance.now() - started) / 1000;
  return {
    dryRun,
    undoes: run.run,
    undoesAt: run.at,
    ...(dryRun || !options.undo ? {} : { run: mark.run }),
    databases,
    notes,
    seconds,
  };
}

/** Removes the undo files of restores that were killed before their commit. */
export async function sweepUndoIn(dirs: DatabaseDirs, engine: Engine): Promise<void> {
  for (const kind of DATABASE_KINDS) {
    const place = { kind, dir: dirs[kind] };
    if (!mayHaveUndoFiles(place.dir)) continue;
    // a database that is damaged or can't be opened must not make an undo or a restore fail here
    await (async () => {
      if (!(await engine.isThere(place))) return;
      await using database = await engine.open(place, { mode: "write", notesOnly: true });
      await sweepUndo(database);
    })().catch(() => {});
  }
}

async function historiesIn(dirs: DatabaseDirs, engine: Engine): Promise<Histories> {
  const histories = new Map<DatabaseKind, DatabaseHistory>();
  for (const kind of DATABASE_KINDS) {
    const place = { kind, dir: dirs[kind] };
    if (!(await engine.isThere(place))) continue;
    await using database = await engine.open(place, { mode: "read" });
    const notes = await database.read(restoreNotes);
    histories.set(kind, { notes, files: await undoFiles(place.dir) });
  }
  if (histories.size === 0) {
    throw new FlowgError("DATABASE_MISSING", "there is no database in any of the directories", {
      hint: "give the directories of the databases: --auth-dir, --config-dir, --log-dir",
    });
  }
  return histories;
}

/** @returns warnings @throws REFUSED */
async function lookAtAuth(
  source: UndoSource,
  engine: Engine,
  { dirs, dryRun, overwriteChanged = false, allowNoAdmin = false }: UndoOptions,
): Promise<string[]> {
  await using database = await engine.open({ kind: "auth", dir: dirs.auth }, { mode: "read" });
  const before = await database.read(recordsNow);
  const after = source.authAfter(before, { overwriteChanged });
  demandNoClash(after);
  // a dry run warns in place of refusing
  if (!dryRun) demandAdministrators(before, after, { allowNoAdmin, isUndo: true });
  const loss = lossOf(before, after);
  const { tokensGained } = accessDiff(before, after);
  const owners = [...new Set(tokensGained.map(({ user }) => printable(user)))].join(", ");
  const gained =
    tokensGained.length > 0
      ? [
          `tokens that begin to work, again or for the first time, or work for longer: ${tokensGained.length}, of ${owners}`,
        ]
      : [];
  const told = dryRun && !allowNoAdmin ? "refused without --allow-no-admin" : "as it was allowed";
  return [...(loss ? [`${told}: ${loss}`] : []), ...gained];
}

interface UndoOne {
  run: RestoreRun;
  options: UndoOptions;
  mark: RestoreMark;
  restorer: Restorer;
  engine: Engine;
  overwriteChanged: boolean;
}

async function undoOne(
  source: UndoSource,
  { run, options, mark, restorer, engine, overwriteChanged }: UndoOne,
): Promise<DatabaseUndoReport> {
  const started = performance.now();
  const { kind } = source;
  const { dirs, dryRun, allowNoAdmin = false, onProgress, signal, undo: bounds } = options;
  const place = { kind, dir: dirs[kind] };
  const facts = { by: accountOfMachine(), mode: "undo" as const, undoes: run.run };
  const applying: Applying = {
    ...place,
    exists: true,
    mode: "merge",
    streams: new Map(),
    mark: dryRun ? undefined : mark,
    facts: dryRun ? undefined : facts,
    undo: { overwriteChanged, ...source.undoing },
    auth: {
      held: undefined,
      allowNoAdmin,
      isUndo: true,
      event: offlineEvent("undo", { database: kind, undoes: run.run }),
    },
    feed: source.feed({ onProgress, signal }),
  };
  const merged = await applyKeeping(applying, {
    mark,
    restorer,
    engine,
    bounds: dryRun ? undefined : bounds,
    onApplied: dryRun ? undefined : () => options.onRestored?.(kind),
  });
  return undoneReport({ kind, merged, overwriteChanged, dryRun, started });
}
