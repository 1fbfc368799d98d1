// Backs up one database into repositories. It reads, packs and stores what may have changed, and keeps the other segments
// unread.

import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { LeftOut } from "../../records/reports.js";
import type { BackedUpDatabase } from "../../records/repository-reports.js";
import { pointFor } from "../../records/tracking-point.js";
import type { DatabaseManifest } from "../../repository/manifest.js";
import type { PackedSegment } from "../../repository/segments/segment-object.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { SUM_LOST } from "../sum-lost.js";
import type { RepositoryBackupOptions } from "./backup-options.js";
import { type Opened, usable } from "./open-targets.js";
import type { Target } from "./targets.js";
import { PACKING, STORING, UnderWay } from "./under-way.js";
import { type ChangesToWalk, touchedBy, walkChanges } from "./walk-changes.js";

export interface OneDatabase {
  kind: DatabaseKind;
  held: HeldInstant;
  targets: readonly Opened[];
  options: RepositoryBackupOptions;
  notes: string[];
}

export async function backUpOne(of: OneDatabase) {
  const { kind, held, options, notes } = of;
  const facts = held.facts[kind];
  const changes = await whatToWalk(of);
  const first = changes && (await tryOne(of, changes));
  const isRight = first?.report.entries === facts?.records && first?.checksums === facts?.checksums;
  if (first && isRight) return first;
  if (first)
    notes.push(
      `the ${kind} database doesn't add up to what the last snapshot and its changes say, so all of it was read`,
    );
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

export async function tryOne(
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
