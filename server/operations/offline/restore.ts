// An offline restore: the files of a backup directory into the databases' directories. Every file is verified
// before any database is touched; then each database changes in one transaction.

import { realpath } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { localFile } from "../../formats/sources/local-file.js";
import { FlowgError } from "../../platform/errors.js";
import { isThere } from "../../platform/files/is-there.js";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import { type AuthRecords, restoredRecords } from "../../records/auth/auth-records.js";
import { demandAdministrators, demandNoClash, lossOf } from "../../records/auth/restore-outcome.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { StreamRecord } from "../../records/records.js";
import type {
  DatabaseRestoreReport,
  LeftDatabase,
  RestoreMode,
  RestoreReport,
} from "../../records/reports.js";
import { type Selection, selectedDatabases, selectedText } from "../../records/selection.js";
import { recordsNow } from "../../storage/auth-records.js";
import type { Database } from "../../storage/database.js";
import type { Applying, Engine, Restorer } from "../../storage/engine.js";
import { type AccountKind, isAny, neverHad } from "../../storage/notes/account-history.js";
import { accountOfMachine, offlineEvent } from "../../storage/notes/offline-events.js";
import type { RestoreFacts } from "../../storage/notes/restore-history.js";
import { cutRuns, type RestoreMark } from "../../storage/notes/restore-mark.js";
import { sweepLeftovers } from "../leftovers.js";
import { type BackupFile, demandBackupFiles } from "../restore/backup-files.js";
import { damageWarnings } from "../restore/damage-warnings.js";
import { feedOf } from "../restore/feed.js";
import { markComplete, newMark, restoreInTurn } from "../restore/in-turn.js";
import { ownMemory } from "../restore/memory-limit.js";
import { pipelineWarnings } from "../restore/pipeline-warnings.js";
import { RestoreProgress } from "../restore/progress.js";
import { demandRestoreSpace, type ToRestore } from "../restore/restore-space.js";
import { retentionWarnings } from "../restore/retention-warnings.js";
import { selectionOf } from "../restore/selection-of.js";
import { type LookInto, whatPartsDo } from "../restore/selection-warnings.js";
import { mixedSets, restoreOrder } from "../restore/set-plan.js";
import {
  aboutFile,
  howToInsist,
  type VerifiedSource,
  verifySource,
} from "../restore/verified-source.js";
import { applyKeeping, demandRoomForUndo } from "./keep-undo.js";
import { type FoundDatabases, lookAtDatabases } from "./look-at-databases.js";
import type { BackupSet, RestoreOptions } from "./options.js";
import { setAside } from "./set-aside.js";
import { sweepUndoIn } from "./undo.js";

/**
 * Restores what was backed up. Existing records are overwritten as a whole, others are kept, or removed in mode
 * `replace`.
 * @throws FILE_UNAVAILABLE, the SNAPSHOT_ errors, what opening a database throws, DISK_FULL, CANCELLED. The message
 * says which databases were restored before, if any was; a database is restored as a whole or not at all.
 */
export async function restoreDirectories(
  options: RestoreOptions,
  engine: Engine,
): Promise<RestoreReport> {
  const started = performance.now();
  const { dirs, backupDir, dryRun, ifEmpty = false } = options;
  const selection = selectionOf(options);
  const asked = restoreOrder(selection ? selectedDatabases(selection) : options.only);
  await refuseSharedDirs(dirs);
  if (!dryRun) {
    for (const dir of Object.values(dirs)) await sweepLeftovers(engine, dir);
    await sweepUndoIn(dirs, engine);
  }
  const found = await lookAtDatabases(engine, dirs, asked, options);
  const left = ifEmpty ? withRecords(asked, found) : [];
  const kinds = asked.filter((kind) => !left.some(({ database }) => database === kind));
  const { from = filesIn(backupDir) } = options;
  const { files, notes } = await from.find(kinds);
  notes.push(...cutRuns(found.marks));
  const sources = new Map<DatabaseKind, VerifiedSource>();
  await using restorer = engine.restorer();
  try {
    for (const { kind, path } of files) {
      const verifying = verifyFor(kind, { path, options, selection });
      sources.set(
        kind,
        await verifying.catch(async (error) => {
          throw await withOthers(error, { kind, files, options });
        }),
      );
    }
    notes.push(...mixedSets([...sources.values()].map(({ report }) => report)));
    const lookInto: LookInto = async (kind, look) => {
      if (!found.exists.has(kind)) return undefined;
      await using database = await engine.open({ kind, dir: dirs[kind] }, { mode: "read" });
      return await look(database);
    };
    const auth = sources.get("auth");
    const authEngine = found.exists.has("auth") ? engine : undefined;
    const authWarnings = auth && (await lookAtAuth(auth, authEngine, options));
    const selected = await whatPartsDo([...sources.values()], lookInto);
    const config = sources.get("config");
    const ofPipelines = config && (await pipelineWarnings(config, options.mode, lookInto));
    if (!dryRun) {
      await demandWritable(engine, dirs, kinds);
      await demandRestoreSpace(engine, await restoresOf(dirs, sources));
      await demandRoomForUndo(sources, { engine, restorer, found, options });
    }
    // a kind without a file among the snapshots keeps what it has
    const faults = new Map([...found.damaged].filter(([kind]) => sources.has(kind)));
    const kept = await setAside(engine, { dirs, faults, dryRun });
    notes.push(...kept);
    const mark = newMark(kinds, { isPart: selection !== undefined, notes: found.notes });
    const turn = { dryRun, of: kinds, kept };
    const databases = await restoreInTurn([...sources], turn, async ([kind, source]) => {
      const exists = found.exists.has(kind);
      const { warnings = [], streams = source.streams } = selected.get(source) ?? {};
      const report = await applyOne(kind, {
        source,
        streams,
        options,
        exists,
        mark,
        restorer,
        engine,
      });
      report.warnings.push(...warnings);
      if (kind === "auth") report.warnings.push(...(authWarnings ?? []));
      if (kind === "config") report.warnings.push(...(ofPipelines ?? []));
      return report;
    });
    if (!dryRun && kinds.length > 0) {
      await markComplete(mark, {
        where: (kind) => ` in ${dirs[kind]}`,
        use: async (kind, mode, work) => {
          const place = { kind, dir: dirs[kind] };
          await using database = await engine.open(place, { mode, notesOnly: true });
          return await work(database);
        },
      });
      // a fault here would be one that was just told
      if (sources.has("auth"))
        notes.push(...(await whatServeWillMake(engine, dirs.auth).catch(() => [])));
    }
    const seconds = (performance.now() - started) / 1000;
    const canUndo = !dryRun && options.undo !== undefined && kinds.length > 0;
    const run = canUndo ? { run: mark.run } : {};
    return { dryRun, ...run, databases, ...(ifEmpty ? { left } : {}), notes, seconds };
  } finally {
    for (const source of sources.values()) await source[Symbol.asyncDispose]();
  }
}

/**
 * What comes of an auth restore, before any database changes.
 * @param engine where there is a database
 * @returns warnings
 * @throws REFUSED
 */
async function lookAtAuth(
  { auth: snapshot = new Map(), part }: VerifiedSource,
  engine: Engine | undefined,
  { dirs, mode, dryRun, allowNoAdmin = false }: RestoreOptions,
): Promise<string[]> {
  const before = engine ? await recordsIn(engine, dirs.auth) : new Map();
  const after = restoredRecords(before, snapshot, { mode, ranges: part?.ranges });
  demandNoClash(after);
  // a dry run tells what would be refused
  if (!dryRun) demandAdministrators(before, after, { allowNoAdmin });
  const loss = lossOf(before, after);
  const told = dryRun && !allowNoAdmin ? "refused without --allow-no-admin" : "as it was allowed";
  return loss ? [`${told}: ${loss}`] : [];
}

async function recordsIn(engine: Engine, dir: string): Promise<AuthRecords> {
  await using database = await engine.open({ kind: "auth", dir }, { mode: "read" });
  return database.read(recordsNow);
}

function withRecords(kinds: readonly DatabaseKind[], { records }: FoundDatabases): LeftDatabase[] {
  return kinds
    .map((database) => ({ database, records: records.get(database) ?? 0 }))
    .filter((found) => found.records > 0);
}

/** Two databases for one directory: the second would be refused when the first has been restored. */
async function refuseSharedDirs(dirs: RestoreOptions["dirs"]): Promise<void> {
  const seen = new Map<string, DatabaseKind>();
  for (const kind of DATABASE_KINDS) {
    const path = await realPath(dirs[kind]);
    const other = seen.get(path);
    if (other !== undefined) {
      throw new FlowgError("INPUT_INVALID", `${path} is given for both ${other} and ${kind}`, {
        hint: "each database has a directory of its own",
      });
    }
    seen.set(path, kind);
  }
}

/** @throws DATABASE_UNAVAILABLE */
async function demandWritable(
  engine: Engine,
  dirs: RestoreOptions["dirs"],
  kinds: readonly DatabaseKind[],
): Promise<void> {
  for (const kind of kinds) {
    await engine.demandWritable({ kind, dir: dirs[kind] }).catch((error) => {
      if (!(error instanceof FlowgError)) throw error;
      const { code, hint, cause } = error;
      throw new FlowgError(code, `${error.message}; nothing was restored`, { hint, cause });
    });
  }
}

function restoresOf(
  dirs: RestoreOptions["dirs"],
  sources: ReadonlyMap<DatabaseKind, VerifiedSource>,
): Promise<ToRestore[]> {
  return Promise.all(
    [...sources].map(async ([kind, source]) => {
      const dir = dirs[kind];
      return { place: { kind, dir }, disk: await nearestDirectory(join(dir, "any")), source };
    }),
  );
}

const MORE_MEMORY =
  "free some memory, or say with --max-restore-memory how much it may take; where there is less, the system ends it half-way, and nothing is restored";

interface VerifyFor {
  path: string;
  options: RestoreOptions;
  selection?: Selection | undefined;
}

const filesIn = (backupDir: string): BackupSet => ({
  find: (kinds) => demandBackupFiles(backupDir, kinds),
  open: ({ path }) => localFile(path),
});

async function verifyFor(
  kind: DatabaseKind,
  { path, options, selection }: VerifyFor,
): Promise<VerifiedSource> {
  const { onProgress, signal, dirs, maxMemory = ownMemory() } = options;
  const memory = { maxBytes: maxMemory, hint: MORE_MEMORY };
  const scratchDir = await nearestDirectory(join(dirs[kind], "any"));
  try {
    const { from = filesIn(options.backupDir) } = options;
    const source = await from.open({ kind, path }, selection?.ranges[kind]);
    return await verifySource(source, {
      expected: kind,
      keepAuth: true,
      refuseSalvaged: howToInsist(options),
      selection,
      scratchDir,
      memory,
      onProgress,
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw new FlowgError("CANCELLED", "stopped; nothing was restored");
    throw aboutFile(error, path, "; nothing was restored");
  }
}

/** An error about a damaged file that also says what the others of the backup are good for. */
async function withOthers(
  error: unknown,
  { kind, files, options }: { kind: DatabaseKind; files: BackupFile[]; options: RestoreOptions },
): Promise<unknown> {
  const isDamaged = error instanceof FlowgError && /_(TRUNCATED|CORRUPT)$/.test(error.code);
  if (!isDamaged || files.length < 2) return error;
  const sound: DatabaseKind[] = [];
  for (const other of files.filter((file) => file.kind !== kind)) {
    const isSound = await verifyFor(other.kind, { path: other.path, options }).then(
      async (source) => {
        await source[Symbol.asyncDispose]();
        return true;
      },
      (fault: unknown) => {
        if (options.signal?.aborted) throw fault;
        return false;
      },
    );
    if (isSound) sound.push(other.kind);
  }
  const { code, message, details, cause } = error;
  const hint =
    sound.length === files.length - 1
      ? `restore from an older backup; the other files of this one are sound: --only ${sound.join(",")} restores them`
      : "restore from an older backup: more files of this one are damaged";
  return new FlowgError(code, message, { hint, details, cause });
}

async function applyOne(
  kind: DatabaseKind,
  {
    source,
    streams,
    options,
    exists,
    mark,
    restorer,
    engine,
  }: {
    source: VerifiedSource;
    /** The streams as the restore leaves them. */
    streams: ReadonlyMap<string, StreamRecord>;
    options: RestoreOptions;
    exists: boolean;
    mark: RestoreMark;
    restorer: Restorer;
    engine: Engine;
  },
): Promise<DatabaseRestoreReport> {
  const started = performance.now();
  const { mode, dryRun, ifEmpty, onProgress, signal, dirs } = options;
  const { report, part, summaries } = source;
  const selected = part?.items.map(selectedText);
  using progress = new RestoreProgress(kind, source, onProgress);
  const applying: Applying = {
    kind,
    dir: dirs[kind],
    exists,
    mode,
    ranges: part?.ranges,
    streams: source.streams,
    ifEmpty,
    mark: dryRun ? undefined : mark,
    facts: dryRun ? undefined : factsOf(source, mode),
    auth: {
      held: undefined,
      allowNoAdmin: options.allowNoAdmin ?? false,
      event: offlineEvent("restore", {
        database: kind,
        mode,
        source: report.path,
        ...(selected && { selected }),
      }),
    },
    feed: feedOf(source, { kind, signal, onProgress: progress.restoring }),
  };
  if (!dryRun) applying.onFinishing = progress.finishing;
  const { kinds, damage } = await applyKeeping(applying, {
    mark,
    restorer,
    engine,
    bounds: dryRun ? undefined : options.undo,
    onApplied: dryRun ? undefined : () => options.onRestored?.(kind),
  });
  return {
    database: kind,
    mode,
    source: report.path,
    format: report.format,
    ...(report.createdAt === undefined ? {} : { createdAt: report.createdAt }),
    ...(report.setId === undefined ? {} : { setId: report.setId }),
    ...(selected && { selected }),
    kinds,
    warnings: [
      ...report.warnings,
      ...retentionWarnings({ summaries, streams }, Date.now()),
      ...damageWarnings(damage, dryRun),
    ],
    seconds: (performance.now() - started) / 1000,
  };
}

const factsOf = ({ report, part }: VerifiedSource, mode: RestoreMode): RestoreFacts => ({
  by: accountOfMachine(),
  mode,
  source: report.path,
  ...(report.setId === undefined ? {} : { setId: report.setId }),
  ...(report.createdAt === undefined ? {} : { createdAt: report.createdAt }),
  ...(part && { selected: part.items.map(selectedText) }),
});

const has = (database: Database, kind: AccountKind) =>
  database.read((instant) => isAny(instant, kind));

/** A server fills a database that never had users, and so lets people in; it leaves an emptied one empty. */
async function whatServeWillMake(engine: Engine, dir: string): Promise<string[]> {
  await using database = await engine.open({ kind: "auth", dir }, { mode: "read" });
  const never = await database.read(neverHad);
  const notes: string[] = [];
  if (never.user)
    notes.push("no user is left: `flowg serve` will make user root, with its first password");
  else if (!(await has(database, "user")))
    notes.push("no user is left: nobody can log in before `flowg admin user create`");
  if (never.role)
    notes.push("no role is left: `flowg serve` will make role admin, with all rights");
  else if (!(await has(database, "role")))
    notes.push("no role is left: nobody may do anything before `flowg admin role create`");
  return notes;
}

/** Where a path leads, links followed as far as there is anything. */
async function realPath(path: string): Promise<string> {
  const nearest = (await isThere(path)) ? resolve(path) : await nearestDirectory(path);
  return join(await realpath(nearest), relative(nearest, resolve(path)));
}
