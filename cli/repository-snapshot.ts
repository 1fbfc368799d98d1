// The flags that name a snapshot in a repository, and the opening of repositories that may have it.

import type { ReachableRepositories } from "../server/core.js";
import { momentOrDay } from "../server/records/times.js";
import type { Invocation, Origin } from "./command.js";
import { CliError } from "./failure.js";
import { core } from "./offline.js";
import {
  demandNoSecrets,
  type RepositoryValues,
  repositoryFlag,
  repositoryKeys,
  repositoryOptions,
  sayRetries,
} from "./repository-options.js";

export const snapshotFlags = {
  snapshot: {
    type: "string",
    description: "with --repository: the snapshot, by its id or the beginning of it, or latest",
    valueHint: "ID",
  },
  at: {
    type: "string",
    description:
      "with --repository: the state at that time, RFC 3339 with a zone, or a date; without a continuous job, the newest snapshot of that time or before",
    valueHint: "TIME",
  },
} as const;

export const hostFlag = {
  host: {
    type: "string",
    description: "with --repository: only snapshots of this host, where several back up into it",
    valueHint: "NAME",
  },
  installation: {
    type: "string",
    description:
      "with --repository: only snapshots of this installation, by its id or the beginning of it, where several share a host name",
    valueHint: "ID",
  },
} as const;

export const deltaFlags = {
  latest: {
    type: "boolean",
    description: "with --repository: the newest state, as without --snapshot and --at",
  },
  "no-deltas": {
    type: "boolean",
    description: "with --repository: the snapshot alone, without what was changed since",
  },
  "allow-missing-deltas": {
    type: "boolean",
    description: "with --repository: where a delta is missing, take the changes before it",
  },
} as const;

/** The values of these flags. */
export interface SnapshotValues {
  snapshot?: string | undefined;
  at?: string | undefined;
  host?: string | undefined;
  installation?: string | undefined;
  latest?: boolean;
  "no-deltas"?: boolean;
  "allow-missing-deltas"?: boolean;
}

/** The first of these flags that is given. */
export function givenSnapshotFlag(args: SnapshotValues): keyof SnapshotValues | undefined {
  const names = [
    ...(["snapshot", "at", "host", "installation", "latest"] as const),
    ...(["no-deltas", "allow-missing-deltas"] as const),
  ];
  return names.find((name) => args[name] !== undefined && args[name] !== false);
}

/** The flags of commands that can take a snapshot from a repository. */
export const fromRepository = {
  ...repositoryFlag,
  ...repositoryKeys,
  ...snapshotFlags,
  ...hostFlag,
  ...deltaFlags,
} as const;

export interface RepositoryAsked extends RepositoryValues, SnapshotValues {
  repository: readonly string[];
}

/**
 * Whether a command uses a repository: one that a flag names, or one that a variable names if no flag names something else.
 * @param others flags that name something else
 * @throws USAGE if both are named, or a snapshot without a repository
 */
export function usesRepository(
  args: RepositoryAsked,
  origins: Readonly<Record<string, Origin>>,
  others: readonly string[],
): boolean {
  const other = others.find((name) => origins[name] === "flag");
  const isNamed = args.repository.length > 0;
  if (isNamed && other !== undefined && origins.repository === "flag") {
    throw new CliError("USAGE", `--repository and --${other} exclude each other`, "leave one out");
  }
  const uses = isNamed && other === undefined;
  const flag = givenSnapshotFlag(args);
  if (!uses && flag !== undefined) {
    throw new CliError(
      "USAGE",
      `--${flag} is for a repository, and there is none`,
      "add --repository",
    );
  }
  return uses;
}

/**
 * Whether a command uses a repository, if an argument can also name a backup.
 * @throws USAGE if the argument and a flag both name something
 */
export function isFromRepository(
  { args, origins }: Pick<Invocation, "origins"> & { args: RepositoryAsked },
  path: string | undefined,
): boolean {
  const uses = path === undefined && usesRepository(args, origins, ["backup-dir", "url"]);
  if (uses || origins.repository !== "flag") return uses;
  throw new CliError(
    "USAGE",
    "--repository and the path of a backup exclude each other",
    "leave one out",
  );
}

/**
 * Opens the repositories in reach, for a command that needs only one of them. Close them with `await using`.
 * @throws USAGE, and what opening a repository throws
 */
export async function openReachableRepositories({
  args,
  output,
  signal,
}: Pick<Invocation, "output" | "signal"> & {
  args: RepositoryValues & { repository: readonly string[] };
}): Promise<ReachableRepositories> {
  for (const url of args.repository) demandNoSecrets(url);
  const { openReachable } = await core();
  const how = { ...(await repositoryOptions(args)), onRetry: sayRetries(output) };
  const opened = await openReachable({ ...how, urls: args.repository, signal });
  for (const note of opened.notes) output.warn(note);
  return opened;
}

/** @throws USAGE */
export function snapshotWish({
  snapshot,
  at,
  host,
  installation,
  latest = false,
  ...deltas
}: SnapshotValues): {
  snapshot?: string;
  at?: Date;
  host?: string;
  installation?: string;
  noDeltas: boolean;
  allowMissingDeltas: boolean;
} {
  const named = { snapshot, at, latest: latest || undefined };
  const [first, second] = Object.entries(named).flatMap(([flag, value]) =>
    value === undefined ? [] : [flag],
  );
  if (second !== undefined)
    throw new CliError("USAGE", `--${first} and --${second} exclude each other`, "leave one out");
  const how = {
    noDeltas: deltas["no-deltas"] ?? false,
    allowMissingDeltas: deltas["allow-missing-deltas"] ?? false,
    ...(host === undefined ? {} : { host }),
    ...(installation === undefined ? {} : { installation }),
  };
  if (at === undefined) return snapshot === undefined ? how : { ...how, snapshot };
  const ms = momentOrDay(at);
  if (ms !== undefined) return { ...how, at: new Date(ms) };
  throw new CliError(
    "USAGE",
    `--at: ${JSON.stringify(at)} is neither an RFC 3339 time with a zone nor a date`,
    "write for example 2026-11-28T10:00:00Z",
  );
}
