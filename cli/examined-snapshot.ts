// Verifies or inspects a snapshot of a repository, one database after the other, and goes on after a bad one.

import { BACKUP_ORDER } from "../server/records/backup-names.js";
import type { DatabaseKind } from "../server/records/kinds.js";
import type { InspectReport, VerifyReport } from "../server/records/reports.js";
import type { Invocation } from "./command.js";
import { CliError, type Failure, failureOf } from "./failure.js";
import { core } from "./offline.js";
import { onlyDatabases } from "./only-databases.js";
import {
  openReachableRepositories,
  type RepositoryAsked,
  snapshotWish,
} from "./repository-snapshot.js";

export interface ExaminedSnapshot {
  /** The path, for people. */
  path: string;
  /** The databases that passed. */
  databases: { verified: VerifyReport; inspected: InspectReport }[];
  /** The databases that failed. */
  bad: { path: string; database: DatabaseKind; failure: Failure; error: unknown }[];
  /** Databases that the snapshot was made without. */
  missing: DatabaseKind[];
  notes: string[];
}

export interface SnapshotAsked extends RepositoryAsked {
  only?: string | undefined;
}

/** Codes of errors about stored objects. */
const ABOUT_OBJECTS = /^(SNAPSHOT_|REPOSITORY_DAMAGED$)/;

/** @throws USAGE, NOT_FOUND, and what opening a repository and reading its manifest throws */
export async function examinedSnapshot({
  args,
  output,
  signal,
}: Pick<Invocation, "output" | "signal"> & {
  args: SnapshotAsked;
}): Promise<ExaminedSnapshot> {
  const only = onlyDatabases(args.only);
  const wish = { ...snapshotWish(args), signal };
  await using repositories = await openReachableRepositories({ args, output, signal });
  const { openSnapshot, examineSnapshot } = await core();
  const { snapshot, name } = await openSnapshot(repositories.given, wish);
  output.remark(name);
  const [{ manifest, repository }] = snapshot.copies;
  const missing = BACKUP_ORDER.filter((kind) => !manifest.databases[kind]);
  const asked = args.only === undefined ? undefined : only.find((kind) => missing.includes(kind));
  if (asked) {
    throw new CliError("NOT_FOUND", `the snapshot ${manifest.setId} has no ${asked} database`);
  }
  const path = `snapshot ${manifest.setId} in ${repository.place.name}`;
  const found: ExaminedSnapshot = { path, databases: [], bad: [], missing, notes: [] };
  for (const kind of only.filter((kind) => !missing.includes(kind))) {
    const how = { only: [kind], onProgress: output.progress.update, signal };
    try {
      found.databases.push(...(await examineSnapshot(snapshot, how)));
    } catch (error) {
      const failure = failureOf(error);
      if (!ABOUT_OBJECTS.test(failure.code)) throw error;
      found.bad.push({ path, database: kind, failure, error });
    }
  }
  // reading adds notes, on segments that were taken from another copy
  found.notes.push(...snapshot.notes);
  return found;
}

/** Refuses `--only` for files, which are named instead. @throws USAGE */
export function demandNoOnly(only: string | undefined): void {
  if (only === undefined) return;
  throw new CliError(
    "USAGE",
    "--only is for a repository, and there is none",
    "name the file: say backup/auth.db",
  );
}
