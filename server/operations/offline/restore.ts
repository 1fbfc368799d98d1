// An offline restore puts the files of a backup directory into the directories of the databases. It verifies every file before
// it touches a database. Then each database changes in one transaction.

import { join } from "node:path";
import { nearestDirectory } from "../../platform/files/nearest-directory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { LeftDatabase, RestoreReport } from "../../records/reports.js";
import { selectedDatabases } from "../../records/selection.js";
import type { Engine } from "../../storage/engine.js";
import { cutRuns } from "../../storage/notes/restore-mark.js";
import { waitingForStart } from "../../stores/logs/deferred/until-stored.js";
import { sweepLeftovers } from "../leftovers.js";
import { markComplete, newMark, restoreInTurn } from "../restore/in-turn.js";
import { demandRestoreSpace, type ToRestore } from "../restore/restore-space.js";
import { selectionOf } from "../restore/selection-of.js";
import { type LookInto, whatPartsDo } from "../restore/selection-warnings.js";
import { mixedSets, restoreOrder } from "../restore/set-plan.js";
import type { VerifiedSource } from "../restore/verified-source.js";
import { demandRoomForUndo } from "./keep-undo.js";
import { type FoundDatabases, lookAtDatabases } from "./look-at-databases.js";
import type { RestoreOptions } from "./options.js";
import { lookAtAuth, whatServeWillMake } from "./restore-auth.js";
import { applyOne } from "./restore-one.js";
import { demandWritable, refuseSharedDirs } from "./restore-places.js";
import { setAside } from "./set-aside.js";
import { sweepUndoIn } from "./undo.js";
import { filesIn, verifyFor, withOthers } from "./verify-for-restore.js";

/**
 * Restores a backup. It overwrites records that are in both. It keeps records that only the database has, or removes them in
 * mode `replace`.
 * @throws FILE_UNAVAILABLE, the SNAPSHOT_ errors, what opening a database throws, DISK_FULL, CANCELLED. Each database is
 * restored as a whole or not at all, and the message says which ones were.
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
    if (sources.has("logs") && options.mode === "replace")
      notes.push(...(await waitingEntries(dirs.logs)));
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
    const look = { ...options, lookInto };
    const ofPipelines = config && (await ofItsPipelines(config, options.mode, look));
    if (!dryRun) {
      await demandWritable(engine, dirs, kinds);
      await demandRestoreSpace(engine, await restoresOf(dirs, sources));
      await demandRoomForUndo(sources, { engine, restorer, found, options });
    }
    // a database without a file in the backup stays as it is
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
      // `restoreInTurn` and the marks have already met any fault of the database
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

/** Loads the rules of configurations only for one: that takes as long as verifying a small snapshot. */
const ofItsPipelines: Pipelines["pipelineWarnings"] = async (...given) =>
  (await import("../restore/pipeline-warnings.js")).pipelineWarnings(...given);

type Pipelines = typeof import("../restore/pipeline-warnings.js");

function withRecords(kinds: readonly DatabaseKind[], { records }: FoundDatabases): LeftDatabase[] {
  return kinds
    .map((database) => ({ database, records: records.get(database) ?? 0 }))
    .filter((found) => found.records > 0);
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

/** The restore removes what the backup lacks, and these come all the same. */
async function waitingEntries(dir: string): Promise<string[]> {
  const path = await waitingForStart(dir);
  if (path === undefined) return [];
  return [
    `entries that a server took during an earlier restore wait in ${path}: the next start of a server stores them, so move that file away if they must not come`,
  ];
}
