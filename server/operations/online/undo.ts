// Takes back a restore in the databases of a server. It verifies each undo file before the first database changes, and looks at
// how permissions change as a restore does. The undo is noted as a restore is, and can be taken back itself.

import { basename } from "node:path";
import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type {
  DatabaseUndoReport,
  OnProgress,
  RestoreRun,
  UndoReport,
} from "../../records/reports.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Database } from "../../storage/database.js";
import type { Applying, Engine } from "../../storage/engine.js";
import { restoreNotes } from "../../storage/notes/restore-history.js";
import type { AccessCaller, AccessReport } from "../restore/access-report.js";
import { type DatabaseHistory, type Histories, notesIn, restoreRuns } from "../restore/history.js";
import { markComplete, newMark, restoreInTurn } from "../restore/in-turn.js";
import type { UndoBounds } from "../restore/undo-bounds.js";
import { undoFiles } from "../restore/undo-directory.js";
import { undoneReport } from "../restore/undo-report.js";
import { type RunToUndo, runToUndo } from "../restore/undo-run.js";
import { UndoSource } from "../restore/undo-source.js";
import type { Look, LookOptions } from "./access-look.js";
import { applyKeeping } from "./keep-undo.js";
import { lookThenChange } from "./look-then-change.js";
import { isAllowed } from "./restore-set.js";

type Databases = Record<DatabaseKind, Database>;

export interface OnlineUndo extends Omit<LookOptions, "database"> {
  engine: Engine;
  /** Open in this process. */
  databases: Databases;
  /** The restore to take back: see {@link onlineRun}. */
  toUndo: RunToUndo;
  dryRun: boolean;
  /** Also takes back records that somebody has changed since. */
  overwriteChanged: boolean;
  /** The user who undoes. */
  user: string;
  /** How undo files for this undo are kept; none are kept if absent. */
  undo?: UndoBounds | undefined;
  onProgress?: OnProgress | undefined;
  signal: AbortSignal;
  /** Once a database has changed, only this signal stops the undo. */
  lastSignal: AbortSignal;
}

/** The report of an offline undo. For auth, it also says how permissions change. */
export interface OnlineUndoReport extends Omit<UndoReport, "databases"> {
  databases: (DatabaseUndoReport & { access?: AccessReport })[];
}

/** The restores that a server's databases remember, newest first. Clients are not told where files of this machine are. */
export async function onlineHistory(databases: Databases): Promise<RestoreRun[]> {
  return restoreRuns(await historiesOf(databases)).map((run) => ({
    ...run,
    databases: run.databases.map(({ source, ...rest }) => ({
      ...rest,
      ...(source === undefined ? {} : { source: basename(source) }),
    })),
  }));
}

/** @param run the newest that was not taken back, if absent @throws NOT_FOUND, REFUSED */
export async function onlineRun(databases: Databases, run: string | undefined): Promise<RunToUndo> {
  const dirs = Object.fromEntries(
    DATABASE_KINDS.map((kind) => [kind, databases[kind].dir]),
  ) as Record<DatabaseKind, string>;
  return runToUndo(await historiesOf(databases), { run, dirs, tellsPaths: false });
}

async function historiesOf(databases: Databases): Promise<Histories> {
  const histories = new Map<DatabaseKind, DatabaseHistory>();
  for (const kind of DATABASE_KINDS) {
    const notes = await databases[kind].read(restoreNotes);
    histories.set(kind, { notes, files: await undoFiles(databases[kind].dir) });
  }
  return histories;
}

/**
 * @throws the SNAPSHOT_ errors about an undo file, DISK_FULL, CANCELLED, what `authorize` throws; REFUSED with the report of
 * auth in `details.report`, where it changes access. The message says which databases were done before
 */
export async function undoOnline(options: OnlineUndo): Promise<OnlineUndoReport> {
  const started = performance.now();
  const { databases, engine, toUndo, dryRun, signal, onProgress } = options;
  const { run, files, notes } = toUndo;
  await using restorer = engine.restorer();
  const sources: [DatabaseKind, UndoSource][] = [];
  for (const file of files)
    sources.push([file.kind, await UndoSource.verify(file, { onProgress, signal })]);
  if (!dryRun) {
    const needs = sources.map(([kind, { rawBytes }]) => ({
      directory: databases[kind].dir,
      bytes: 2 * rawBytes,
      name: "",
    }));
    await demandSpaceOnDisks(needs, () => "the undo");
  }
  // authorizes once before the databases are held, so that a slow hash of the caller's token is replaced by then
  let caller = await options.authorize();
  const kinds = sources.map(([kind]) => kind);
  const known = notesIn(await historiesOf(databases));
  const mark = { ...newMark(kinds, { isPart: true, notes: known }), undoes: run.run };
  const turn = { dryRun, ...mark };
  // auth comes first, and the caller is looked up once more in the restored accounts
  let mayGoOn = options.authorize;
  const reports = await restoreInTurn(sources, turn, async ([kind, source], isChanged) => {
    const authorize = async (): Promise<AccessCaller> => {
      caller = await mayGoOn();
      return caller;
    };
    const { [kind]: database } = databases;
    const how = { ...options, authorize, signal: isChanged ? options.lastSignal : signal };
    const report = await undoOne(how, { database, source, restorer, mark });
    if (kind === "auth" && !dryRun && !(await isAllowed(options))) mayGoOn = async () => caller;
    return report;
  });
  if (!dryRun)
    await markComplete(mark, {
      where: () => "",
      use: (kind, _, work) => ownWrites(() => work(databases[kind])),
    });
  const seconds = (performance.now() - started) / 1000;
  return {
    dryRun,
    undoes: run.run,
    undoesAt: run.at,
    ...(dryRun || !options.undo ? {} : { run: mark.run }),
    databases: reports,
    notes,
    seconds,
  };
}

interface UndoOne {
  database: Database;
  source: UndoSource;
  restorer: ReturnType<Engine["restorer"]>;
  mark: ReturnType<typeof newMark>;
}

async function undoOne(
  options: OnlineUndo,
  { database, source, restorer, mark }: UndoOne,
): Promise<OnlineUndoReport["databases"][number]> {
  const started = performance.now();
  const { kind, dir } = database;
  const { overwriteChanged, toUndo, user, onProgress, signal } = options;
  const outcome =
    kind === "auth"
      ? {
          after: (before: Parameters<UndoSource["authAfter"]>[0], held?: Look["held"]) =>
            source.authAfter(before, { overwriteChanged, held }),
        }
      : undefined;
  const how = { ...options, database, what: "the undo" };
  return await lookThenChange(how, outcome, async (isDry, look) => {
    const applying: Applying = {
      kind,
      dir,
      exists: true,
      mode: "merge",
      streams: new Map(),
      mark: isDry ? undefined : mark,
      facts: isDry ? undefined : { by: user, mode: "undo", undoes: toUndo.run.run },
      undo: { overwriteChanged, ...source.undoing },
      onlyAfter: look.version,
      auth: {
        held: look.held,
        allowNoAdmin: options.allowNoAdmin || options.allowAccessChange,
        isUndo: true,
      },
      feed: source.feed({ onProgress, signal }),
    };
    const merged = await applyKeeping(applying, {
      mark,
      restorer,
      database,
      bounds: isDry ? undefined : options.undo,
    });
    const report = undoneReport({ kind, merged, overwriteChanged, dryRun: isDry, started });
    return { ...report, ...(look.access === undefined ? {} : { access: look.access }) };
  });
}
