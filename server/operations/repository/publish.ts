// Ends a backup into repositories. It stores the manifests, and then puts again what a prune has removed meanwhile.

import { FlowgError, faultOf } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import type { StoredSnapshot } from "../../records/repository-reports.js";
import type { Manifest } from "../../repository/manifest.js";
import type { RepositoryBackupOptions } from "./backup-options.js";
import { type OneDatabase, tryOne } from "./one-database.js";
import { type Opened, usable } from "./open-targets.js";
import { keepForNextBackup } from "./previous-backup.js";
import type { Target } from "./targets.js";

export async function publishAll(
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

/** Stores again what a prune has removed during this backup; see server/repository/README.md. */
export async function refillAll(
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
    `${counted(count, "segment that the backup needs is", "segments that the backup needs are")} gone from ${name}`,
    {
      hint: "something removes them: look for other prunes or a rule of the bucket, and run the backup again",
    },
  );
