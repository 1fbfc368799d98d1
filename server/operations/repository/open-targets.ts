// Opens the repositories that a backup goes into. One that fails doesn't stop the others.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { BackupPlace, RepositoryBackupOptions } from "./backup-options.js";
import { findPreviousBackup } from "./previous-backup.js";
import { Target } from "./targets.js";

/**
 * Refuses a repository that is named twice: both runs would store the same snapshot, and replace each other's signature.
 * @throws REFUSED
 */
export function demandDifferent(places: readonly BackupPlace[]): void {
  const seen = new Map<string, string>();
  for (const place of places) {
    if ("error" in place) continue;
    const { id, place: at } = place.repository;
    const other = seen.get(id);
    if (other !== undefined) {
      throw new FlowgError("REFUSED", `${other} and ${at.name} are one repository (${id})`, {
        hint: "name each repository once: another `flowg repository init` makes a second one",
      });
    }
    seen.set(id, at.name);
  }
}

/** A place, and its target or why there is none. */
export interface Opened {
  name: string;
  target?: Target;
  keyFilePath?: string | undefined;
  error?: FlowgError;
}

/**
 * The targets that have not failed.
 * @throws the first target's error, if all have failed
 */
export function usable(targets: readonly Opened[]): (Opened & { target: Target })[] {
  const left = targets.filter(
    (one): one is Opened & { target: Target } => one.target !== undefined && !one.target.failed,
  );
  if (left.length > 0) return left;
  const [first] = targets;
  throw first?.error ?? first?.target?.failed ?? new FlowgError("INPUT_INVALID", "no repository");
}

export async function openTargets(
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
