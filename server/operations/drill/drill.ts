// A drill: proves that snapshots of a repository, or a directory of sealed files, can be restored, by restoring them.

import { stat } from "node:fs/promises";
import { FlowgError } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DrillOutcome, DrillReport } from "../../records/drill-report.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import { changesSince } from "../../repository/deltas/changes-since.js";
import type { Manifest } from "../../repository/manifest.js";
import type { Repository } from "../../repository/repository.js";
import { readSegment } from "../../repository/segments/read-segment.js";
import { listSnapshots, newerLost, readSnapshotManifest } from "../../repository/snapshots.js";
import type { Engine } from "../../storage/engine.js";
import { snapshotSet } from "../repository/open-snapshot.js";
import { demandBackupFiles } from "../restore/backup-files.js";
import { restoreOrder } from "../restore/set-plan.js";
import { type Chosen, chosenSnapshots, type DrillWish } from "./choose.js";
import { counted } from "./counted-place.js";
import { drillSet, problemOf } from "./drill-set.js";
import { noteOutcome } from "./note-outcome.js";
import { drillScratch, roomFor } from "./scratch.js";

export interface DrillOptions {
  /** The databases to drill, which must be there. Default: all three. */
  only?: readonly DatabaseKind[] | undefined;
  /** Where they are restored into. Default: a directory of flowg's own. */
  scratchDir?: string | undefined;
  /** Whether the repository notes a snapshot that passes as verified, and drops the note of one that fails. Default: true. */
  note?: boolean | undefined;
  /** Drills the snapshot alone, without the changes that deltas add. */
  noDeltas?: boolean | undefined;
  /** Where a delta is missing, drills the changes before it, and warns in place of failing. */
  allowMissingDeltas?: boolean | undefined;
  /** A directory on the disk that a real restore would write to, which is measured. */
  realDir?: string | undefined;
  /** Bytes of memory that large records may take, as in a restore. */
  maxMemory?: number | undefined;
  /** Hears of each snapshot before its drill begins. */
  onSnapshot?: ((snapshot: { setId: string; createdAt: string; age?: string }) => void) | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Drills one snapshot, or several, one after the other. It writes only one thing into the repository: which of them passed.
 * @throws what isn't the fault of a snapshot: NOT_FOUND where there is none, REPOSITORY_UNAVAILABLE, PERMISSION_DENIED,
 * DISK_FULL, FILE_UNAVAILABLE, CANCELLED; CONFLICT where it was forgotten meanwhile
 */
export async function drillRepository(
  repository: Repository,
  options: DrillOptions & DrillWish,
  engine: Engine,
): Promise<DrillReport> {
  stopIfAborted(options.signal, "the drill");
  const { chosen, list, wish } = await chosenSnapshots(repository, options);
  const drills: DrillOutcome[] = [];
  const notes: string[] = [];
  for (const one of chosen) {
    stopIfAborted(options.signal, "the drill");
    const { setId, createdAt } = one.ref;
    options.onSnapshot?.({ setId, createdAt, ...(one.age ? { age: one.age } : {}) });
    const outcome = await drillSnapshot(repository, one, { ...options, engine });
    drills.push(outcome);
    if (options.note ?? true) notes.push(...(await noteOutcome(repository, outcome, options.only)));
  }
  // a job knows which snapshot it stored last, and has found that one
  if (options.stored === undefined) {
    const { ref } = chosen[0] as Chosen;
    const { instant = ref.createdAt } = drills[0]?.snapshot ?? {};
    notes.push(...newerLost([{ repository, ...list }], Date.parse(instant), wish));
  }
  const { name: place } = repository.place;
  const lists: Drilled = { place, drills };
  return { ...lists, ok: drills.every(({ ok }) => ok), notes };
}

type Drilled = Pick<DrillReport, "place" | "drills">;

async function drillSnapshot(
  given: Repository,
  { ref, age, withDeltas = false }: Chosen,
  options: DrillOptions & Pick<DrillWish, "at"> & { engine: Engine },
): Promise<DrillOutcome> {
  const { only, scratchDir, ...rest } = options;
  const { setId, createdAt } = ref;
  const drill = begin({ setId, createdAt }, age);
  const { repository, read } = counted(given);
  try {
    const manifest = await readSnapshotManifest(repository, ref);
    drill.outcome.snapshot.host = manifest.host;
    const asked = restoreOrder(only);
    const kinds = asked.filter((kind) => manifest.databases[kind]);
    for (const kind of asked.filter((one) => !kinds.includes(one)))
      drill.tell({ database: kind, message: `the snapshot has no ${kind} database` });
    await using scratch = await drillScratch(scratchDir, roomFor(rawBytesOf(manifest, kinds)));
    const { signal, at, allowMissingDeltas: allowMissing, noDeltas } = options;
    const since =
      withDeltas && !noDeltas
        ? await changesSince(repository, manifest, { at, allowMissing, signal })
        : undefined;
    if (since) drill.outcome.snapshot.instant = since.instant.toISOString();
    drill.outcome.warnings.push(...(since?.notes ?? []));
    const opened = { copies: [{ repository, manifest }] as const, notes: [] as string[], since };
    const found = await drillSet({
      ...rest,
      kinds,
      scratch,
      backupDir: "",
      from: snapshotSet(opened, signal),
      manifests: manifest.databases,
      overlays: since?.overlays ?? {},
      readSegment: async (database, entry) =>
        void (await readSegment(repository, { database, entry }, { full: true, signal })),
    });
    drill.add(found);
  } catch (error) {
    stopIfAborted(options.signal, "the drill");
    drill.tell(problemOf(error));
  }
  if (drill.outcome.problems.length > 0) await demandStillThere(given, setId);
  return drill.end(read());
}

const rawBytesOf = ({ databases }: Manifest, kinds: readonly DatabaseKind[]): number =>
  kinds.reduce((sum, kind) => sum + (databases[kind]?.rawBytes ?? 0), 0);

/**
 * What a prune has removed meanwhile doesn't count as damage.
 * @throws CONFLICT
 */
async function demandStillThere(repository: Repository, setId: string): Promise<void> {
  const refs = await listSnapshots(repository);
  if (refs.some((ref) => ref.setId === setId)) return;
  throw new FlowgError("CONFLICT", `the snapshot ${setId} was forgotten while it was drilled`, {
    hint: "run the drill again: it takes another one",
  });
}

/**
 * Drills the files of a backup directory: sealed ones, or FlowG's own.
 * @throws what isn't their fault, as {@link drillRepository}
 */
export async function drillDirectory(
  backupDir: string,
  options: DrillOptions,
  engine: Engine,
): Promise<DrillReport> {
  const { only, scratchDir, ...rest } = options;
  const drill = begin({});
  let bytesRead = 0;
  const kinds = restoreOrder(only);
  const { files } = await demandBackupFiles(backupDir, kinds);
  for (const { path } of files) bytesRead += (await stat(path)).size;
  try {
    // only reading the files tells how much they hold; the restore checks the room again before it begins
    await using scratch = await drillScratch(scratchDir, roomFor(bytesRead));
    const backup = { backupDir, manifests: {}, overlays: {} };
    const found = await drillSet({ ...rest, ...backup, engine, kinds, scratch });
    drill.add(found);
  } catch (error) {
    stopIfAborted(options.signal, "the drill");
    drill.tell(problemOf(error));
  }
  const outcome = drill.end(bytesRead);
  return { place: backupDir, ok: outcome.ok, drills: [outcome], notes: [] };
}

/** Begins an outcome, and gives what completes it. */
function begin(snapshot: DrillOutcome["snapshot"], age?: string) {
  const started = performance.now();
  const outcome: DrillOutcome = {
    snapshot,
    ...(age === undefined ? {} : { age }),
    when: new Date().toISOString(),
    ok: false,
    problems: [],
    warnings: [],
    seconds: 0,
    bytesRead: 0,
    databases: [],
  };
  return {
    outcome,
    tell: (problem: DrillOutcome["problems"][number]) => void outcome.problems.push(problem),
    add({ problems, warnings, restore, databases }: Awaited<ReturnType<typeof drillSet>>) {
      outcome.problems.push(...problems);
      outcome.warnings.push(...warnings);
      outcome.databases.push(...databases);
      if (restore) outcome.restore = restore;
    },
    end(bytesRead: number): DrillOutcome {
      const ok = outcome.problems.length === 0;
      return { ...outcome, ok, bytesRead, seconds: (performance.now() - started) / 1000 };
    },
  };
}
