// Backs up databases of one instant into repositories. It reads and stores only what has changed.

import { randomUUID } from "node:crypto";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { FLOWG_VERSION } from "../../platform/version.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { BackedUpDatabase, RepositoryBackupReport } from "../../records/repository-reports.js";
import { MANIFEST_FORMAT, MANIFEST_VERSION, type Manifest } from "../../repository/manifest.js";
import type { Engine } from "../../storage/engine.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { cutRuns } from "../../storage/notes/restore-mark.js";
import { untilDeferredStored } from "../../stores/logs/deferred/until-stored.js";
import { sweepLeftovers } from "../leftovers.js";
import type { RepositoryBackupOptions } from "./backup-options.js";
import { demandLabels } from "./labels.js";
import { demandNoLoss } from "./no-loss.js";
import { backUpOne } from "./one-database.js";
import { demandDifferent, openTargets, usable } from "./open-targets.js";
import { publishAll, refillAll } from "./publish.js";
import type { Target } from "./targets.js";

/** @throws what a backup of directories throws, and what repositories throw if all have failed */
export async function backupToRepositories(
  options: RepositoryBackupOptions,
  engine: Engine,
): Promise<RepositoryBackupReport> {
  for (const dir of Object.values(options.dirs)) await sweepLeftovers(engine, dir);
  return await backUpUnswept(options, engine);
}

/** The same without sweeping leftovers, for a server, which has done so at its start. */
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
  if (kinds.includes("logs")) await untilDeferredStored(dirs.logs, options.signal);
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
  const set = { setId: randomUUID(), createdAt: held.at.toISOString() };
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
