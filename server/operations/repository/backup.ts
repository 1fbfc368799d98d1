// A backup into repositories: databases of one instant, of which only what has changed is read and stored.

import { randomUUID } from "node:crypto";
import { FlowgError, faultOf } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { FLOWG_VERSION } from "../../platform/version.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { nameProblem } from "../../records/names.js";
import type { LeftOut } from "../../records/reports.js";
import type {
  BackedUpDatabase,
  RepositoryBackupReport,
  StoredSnapshot,
} from "../../records/repository-reports.js";
import { pointFor } from "../../records/tracking-point.js";
import {
  type DatabaseManifest,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type Manifest,
} from "../../repository/manifest.js";
import type { LockWish } from "../../repository/object-lock/lock-wish.js";
import type { Repository } from "../../repository/repository.js";
import type { PackedSegment } from "../../repository/segments/segment-object.js";
import { listSnapshots } from "../../repository/snapshots.js";
import type { FoundByWalk } from "../../storage/database.js";
import type { Engine } from "../../storage/engine.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { cutRuns } from "../../storage/notes/restore-mark.js";
import { sweepLeftovers } from "../leftovers.js";
import type { BackupOptions } from "../offline/options.js";
import { isFarFewer } from "../offline/shrink.js";
import { SUM_LOST } from "../sum-lost.js";
import { findPreviousBackup, keepForNextBackup } from "./previous-backup.js";
import { Target } from "./targets.js";
import { PACKING, STORING, UnderWay } from "./under-way.js";
import { type ChangesToWalk, touchedBy, walkChanges } from "./walk-changes.js";

export interface RepositoryBackupOptions
  extends Pick<
    BackupOptions,
    "dirs" | "only" | "allowShrink" | "skipDamaged" | "onProgress" | "signal"
  > {
  tags: readonly string[];
  /** The host that the databases belong to. Snapshots of one host are compared, and kept, together. */
  host: string;
  /** The id of the installation whose job this is. */
  installation?: string | undefined;
  /** Reads everything: the databases, and what the repositories have of them already. */
  full?: boolean | undefined;
  /** The lock on the snapshot and on all that it needs: it can't be removed for this long. */
  objectLock?: LockWish | undefined;
  repositories: readonly BackupPlace[];
  /** Told that the instant is held; what it returns is called when it no longer is. */
  onHeld?: ((kinds: readonly DatabaseKind[]) => () => void) | undefined;
  /** Told before the first manifest is stored: from then on a snapshot may be there. */
  onPublishing?: (() => void) | undefined;
  /** Told what makes the sum of a database's records known again, where it was lost. */
  onSumFound?: ((database: DatabaseKind, found: FoundByWalk) => void) | undefined;
}

/** A repository, or why it can't be used. */
export type BackupPlace =
  | { repository: Repository; keyFilePath?: string | undefined }
  | { name: string; error: FlowgError };

/** @throws what a backup of directories throws, and what repositories throw if all have failed */
export async function backupToRepositories(
  options: RepositoryBackupOptions,
  engine: Engine,
): Promise<RepositoryBackupReport> {
  for (const dir of Object.values(options.dirs)) await sweepLeftovers(engine, dir);
  return await backUpUnswept(options, engine);
}

/** The same for a server, which has swept when it started. */
export async function backUpUnswept(
  options: RepositoryBackupOptions,
  engine: Pick<Engine, "hold">,
): Promise<RepositoryBackupReport> {
  const started = performance.now();
  const { dirs, only, tags, host } = options;
  demandLabels(tags, host);
  demandDifferent(options.repositories);
  const kinds = BACKUP_ORDER.filter((kind) => only?.includes(kind) ?? true);
  const places = kinds.map((kind) => ({ kind, dir: dirs[kind] }));
  await using held = await engine.hold(places, { looksLate: true });
  const end = options.onHeld?.(kinds);
  try {
    const report = await backUpHeld(held, kinds, options);
    return { ...report, seconds: (performance.now() - started) / 1000 };
  } finally {
    end?.();
  }
}

async function backUpHeld(
  held: HeldInstant,
  kinds: readonly DatabaseKind[],
  options: RepositoryBackupOptions,
): Promise<Omit<RepositoryBackupReport, "seconds">> {
  const { tags, host } = options;
  const set = { setId: randomUUID(), createdAt: new Date().toISOString() };
  const notes = cutRuns(new Map(kinds.map((kind) => [kind, held.facts[kind]?.mark])));
  const targets = await openTargets(options, kinds, notes);
  if (!options.allowShrink) await demandNoLoss({ held, kinds, targets, cut: [...notes] });
  const producer = `flowg ${FLOWG_VERSION}`;
  const manifests = new Map<Target, Manifest>();
  for (const { target } of usable(targets)) {
    manifests.set(target, {
      format: MANIFEST_FORMAT as Manifest["format"],
      version: MANIFEST_VERSION,
      ...set,
      producer,
      host,
      ...(options.installation !== undefined && { installation: options.installation }),
      tags: [...new Set(tags)],
      databases: {},
    });
  }
  const databases: BackedUpDatabase[] = [];
  for (const kind of kinds) {
    const { report, found } = await backUpOne({ kind, held, targets, options, notes });
    databases.push(report);
    for (const [target, one] of found) {
      const manifest = manifests.get(target) as Manifest;
      manifest.databases[kind] = one;
    }
  }
  stopIfAborted(options.signal, "the backup");
  options.onPublishing?.();
  const stored = await publishAll(targets, { manifests, options });
  const repositories = await refillAll(targets, stored, { held, options, notes });
  return {
    ...set,
    host,
    tags: [...new Set(tags)],
    databases,
    repositories,
    notes,
  };
}

/** Commas stand between tags where several are named. @throws INPUT_INVALID */
function demandLabels(tags: readonly string[], host: string): void {
  for (const [what, label] of [...tags.map((tag) => ["tag", tag]), ["host", host]] as const) {
    const problem =
      nameProblem(label as string, LABEL_MAX_BYTES) ??
      (what === "tag" && label?.includes(",") ? "holds a comma" : undefined);
    if (problem === undefined) continue;
    const shown = JSON.stringify(label?.slice(0, LABEL_MAX_BYTES));
    throw new FlowgError("INPUT_INVALID", `the ${what} ${shown} ${problem}`, {
      hint: `a ${what} is a short word: 1 to ${LABEL_MAX_BYTES} bytes, without control characters${what === "tag" ? " and commas" : ""}`,
    });
  }
}

const LABEL_MAX_BYTES = 255;

/** Two runs that store one snapshot in one place replace each other's signature. @throws REFUSED */
function demandDifferent(places: readonly BackupPlace[]): void {
  const seen = new Map<string, string>();
  for (const place of places) {
    if ("error" in place) continue;
    const { id, place: at } = place.repository;
    const other = seen.get(id);
    if (other !== undefined) {
      throw new FlowgError("REFUSED", `${other} and ${at.name} are one repository (${id})`, {
        hint: "name each repository once; a second one is made by another `flowg repository init`",
      });
    }
    seen.set(id, at.name);
  }
}

/** What a place has come to. */
interface Opened {
  name: string;
  target?: Target;
  keyFilePath?: string | undefined;
  error?: FlowgError;
}

/**
 * The targets that have not failed.
 * @throws the first target's error, if all have failed
 */
function usable(targets: readonly Opened[]): (Opened & { target: Target })[] {
  const left = targets.filter(
    (one): one is Opened & { target: Target } => one.target !== undefined && !one.target.failed,
  );
  if (left.length > 0) return left;
  const [first] = targets;
  throw first?.error ?? first?.target?.failed ?? new FlowgError("INPUT_INVALID", "no repository");
}

async function openTargets(
  { repositories, dirs, host, full = false, objectLock }: RepositoryBackupOptions,
  kinds: readonly DatabaseKind[],
  notes: string[],
): Promise<Opened[]> {
  const open = async (place: BackupPlace): Promise<Opened> => {
    if ("error" in place) return place;
    const { repository, keyFilePath } = place;
    const { name } = repository.place;
    try {
      const previous = await findPreviousBackup({ repository, keyFilePath, dirs, host, kinds });
      notes.push(...previous.notes);
      const target = await Target.open(repository, previous.databases, {
        doubts: full,
        lock: objectLock,
      });
      return { name, target, keyFilePath };
    } catch (error) {
      if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
      return { name, error };
    }
  };
  const targets = await Promise.all(repositories.map(open));
  usable(targets);
  return targets;
}

/**
 * A database that was lost and made anew would be backed up as if nothing had happened, until the policy has removed what
 * there was before.
 * @throws REFUSED
 */
async function demandNoLoss(of: {
  held: HeldInstant;
  kinds: readonly DatabaseKind[];
  targets: readonly Opened[];
  cut: readonly string[];
}): Promise<void> {
  const { held, kinds, targets, cut } = of;
  const hint =
    "if data was lost, restore a snapshot; if not, add --allow-shrink: older snapshots stay what they are";
  for (const { name, target } of usable(targets)) {
    if (cut.length > 0 && (await listSnapshots(target.repository)).length > 0) {
      throw new FlowgError("REFUSED", `${cut.join("; ")}; nothing was backed up`, {
        hint: "run the restore again to complete it, or add --allow-shrink to back up what is there",
      });
    }
    for (const kind of kinds) {
      const older = target.previous[kind];
      const { records, madeAt } = held.facts[kind] ?? {};
      if (!older || records === undefined) continue;
      const madeSince = (madeAt ?? "") > (older.databaseMadeAt ?? madeAt ?? "");
      const newer = { database: kind, records, madeAt };
      if (!isFarFewer({ records: older.entries }, newer, madeSince)) continue;
      const [now, before] = [records, older.entries].map((count) => count.toLocaleString("en-US"));
      throw new FlowgError(
        "REFUSED",
        `the ${kind} database has ${now} records, the last snapshot in ${name} has ${before}; nothing was backed up`,
        {
          hint,
          details: { databases: [{ database: kind, records, olderRecords: older.entries }] },
        },
      );
    }
  }
}

interface OneDatabase {
  kind: DatabaseKind;
  held: HeldInstant;
  targets: readonly Opened[];
  options: RepositoryBackupOptions;
  notes: string[];
}

async function backUpOne(of: OneDatabase) {
  const { kind, held, options, notes } = of;
  const facts = held.facts[kind];
  const changes = await whatToWalk(of);
  const first = changes && (await tryOne(of, changes));
  const isRight = first?.report.entries === facts?.records && first?.checksums === facts?.checksums;
  if (first && isRight) return first;
  if (first)
    notes.push(`the ${kind} database is not what was expected of it, so all of it was read`);
  return await tryOne(of, {
    held,
    kind,
    older: [],
    isUnclear: () => true,
    how: { check: true, skipDamaged: options.skipDamaged },
  });
}

/** @returns undefined where everything must be read */
async function whatToWalk(of: OneDatabase): Promise<ChangesToWalk | undefined> {
  const { kind, held, options, targets } = of;
  const { records, checksums } = held.facts[kind] ?? {};
  if (options.full || options.skipDamaged) return undefined;
  if (records === undefined || checksums === undefined) return undefined;
  const ready = usable(targets);
  for (const { target } of ready) {
    const { tracking, segments: older, leftOut, lost } = target.previous[kind] ?? { segments: [] };
    if (!tracking || (leftOut ?? lost) !== undefined || older.length === 0) continue;
    const written = await held.writtenSince(kind, tracking);
    if (!written) continue;
    const isTouched = touchedBy(older, written);
    const isThere = (index: number) =>
      ready.every((one) => one.target.has(older[index]?.contentSha256 ?? ""));
    const isUnclear = (index: number) => isTouched(index) || !isThere(index);
    return { held, kind, older, isUnclear, how: { check: true } };
  }
  return undefined;
}

async function tryOne(
  { kind, held, targets, options, notes }: OneDatabase,
  changes: ChangesToWalk,
) {
  const started = performance.now();
  const { onProgress, signal } = options;
  const totalRecords = held.facts[kind]?.records;
  let leftOut: LeftOut | undefined;
  const how: ChangesToWalk["how"] = {
    ...changes.how,
    onLeftOut: (found) => {
      leftOut = found;
    },
    onSumFound: (found) => {
      if (!notes.includes(SUM_LOST)) notes.push(SUM_LOST);
      options.onSumFound?.(kind, found);
    },
  };
  const counts = { entries: 0, rawBytes: 0, segments: 0, entriesRead: 0, bytesRead: 0 };
  let checksums: number | undefined = 0;
  const tell = () =>
    onProgress?.({
      database: kind,
      phase: "reading",
      records: counts.entries,
      bytes: counts.rawBytes,
      ...(totalRecords === undefined ? {} : { totalRecords }),
    });
  tell();
  const packing = new UnderWay(PACKING);
  const storing = new UnderWay(STORING);
  for (const { target } of usable(targets)) target.begin();
  for await (const step of walkChanges({ ...changes, how })) {
    stopIfAborted(signal, "the backup");
    const facts = "kept" in step ? step.kept : step.walked.facts();
    counts.entries += facts.entries;
    counts.rawBytes += facts.rawBytes;
    counts.segments++;
    checksums =
      checksums === undefined || facts.checksums === undefined
        ? undefined
        : (checksums + facts.checksums) >>> 0;
    let packed: Promise<PackedSegment> | undefined;
    if ("walked" in step) {
      counts.entriesRead += facts.entries;
      counts.bytesRead += facts.rawBytes;
      await packing.room(facts.rawBytes);
      await storing.room(facts.rawBytes);
    }
    for (const { target } of usable(targets)) {
      if (target.has(facts.contentSha256)) target.keep(facts);
      else if ("walked" in step) {
        if (!packed) {
          packed = step.walked.pack();
          packing.add(packed, facts.rawBytes);
        }
        storing.add(target.add(kind, facts, packed), facts.rawBytes);
      }
    }
    if ("walked" in step && !packed) step.walked.drop();
    tell();
  }
  await packing.end();
  await storing.end();
  const found = new Map<Target, DatabaseManifest>();
  const { madeAt, tracking } = held.facts[kind] ?? {};
  for (const { target } of usable(targets)) {
    found.set(target, {
      ...(await target.finish(kind)),
      ...(madeAt === undefined ? {} : { databaseMadeAt: madeAt }),
      ...(leftOut === undefined ? {} : { leftOut: leftOut.records }),
      ...(tracking === undefined ? {} : { tracking: pointFor(target.repository.id, tracking) }),
    });
  }
  const seconds = (performance.now() - started) / 1000;
  const report: BackedUpDatabase = {
    database: kind,
    ...counts,
    seconds,
    ...(leftOut === undefined ? {} : { leftOut }),
  };
  return { report, found, checksums };
}

async function publishAll(
  targets: readonly Opened[],
  of: { manifests: ReadonlyMap<Target, Manifest>; options: RepositoryBackupOptions },
): Promise<StoredSnapshot[]> {
  const { manifests, options } = of;
  const stored: StoredSnapshot[] = [];
  for (const { name, target, keyFilePath, error } of targets) {
    const failed = error ?? target?.failed;
    const manifest = target && manifests.get(target);
    if (failed || !manifest) {
      stored.push({ place: name, failed: faultOf(failed as FlowgError) });
      continue;
    }
    try {
      const { path, bytes, lock } = await target.publish(manifest);
      stored.push({
        place: name,
        snapshot: path,
        manifestBytes: bytes,
        ...target.counts,
        ...(lock && { lock }),
      });
      const of = { repository: target.repository, keyFilePath, dirs: options.dirs };
      await keepForNextBackup(of, { ...target.previous, ...manifest.databases });
    } catch (cause) {
      target.fail(cause);
      stored.push({ place: name, failed: faultOf(cause as FlowgError) });
    }
  }
  usable(targets);
  return stored;
}

/** Puts again what a prune beside this backup has removed: see server/repository/README.md. */
async function refillAll(
  targets: readonly Opened[],
  stored: StoredSnapshot[],
  of: Omit<OneDatabase, "kind" | "targets">,
): Promise<StoredSnapshot[]> {
  for (const [index, one] of targets.entries()) {
    const { target, name } = one;
    if (!target || "failed" in (stored[index] as StoredSnapshot)) continue;
    try {
      for (let tries = 0; ; tries++) {
        const missing = await target.missing(of.options.signal);
        if (missing.length === 0) break;
        if (tries === REFILLS) throw stillMissing(name, missing.length);
        target.forget(missing);
        for (const kind of target.databasesWith(missing)) {
          const all = { held: of.held, kind, older: [], isUnclear: () => true };
          await tryOne({ ...of, kind, targets: [one] }, { ...all, how: { check: false } });
        }
      }
    } catch (error) {
      target.fail(error);
      stored[index] = { place: name, failed: faultOf(error as FlowgError) };
    }
  }
  usable(targets);
  return stored;
}

const REFILLS = 3;

const stillMissing = (name: string, count: number): FlowgError =>
  new FlowgError(
    "REPOSITORY_DAMAGED",
    `${count} segments that the backup counts on are not in ${name} any more`,
    {
      hint: "something removes them: look for other prunes or a rule of the bucket, and run it again",
    },
  );
