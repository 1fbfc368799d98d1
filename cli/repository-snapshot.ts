// The flags that name a snapshot in a repository, and what they lead to.

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
      "with --repository: the newest snapshot of that time or before, RFC 3339 with a zone, or a date",
    valueHint: "TIME",
  },
} as const;

/** Flags of commands that can take a snapshot from a repository. */
export const fromRepository = { ...repositoryFlag, ...repositoryKeys, ...snapshotFlags } as const;

export interface RepositoryAsked extends RepositoryValues {
  repository: readonly string[];
  snapshot?: string | undefined;
  at?: string | undefined;
}

/**
 * Whether a command is to use a repository: one that is named by a flag, or by a variable where nothing else is.
 * @param others flags that name something else
 * @throws USAGE where both are named, or a snapshot and no repository
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
  if (!uses && (args.snapshot !== undefined || args.at !== undefined)) {
    const flag = args.snapshot === undefined ? "at" : "snapshot";
    throw new CliError(
      "USAGE",
      `--${flag} is for a repository, and there is none`,
      "add --repository",
    );
  }
  return uses;
}

/**
 * The same, where an argument may say where the backup is.
 * @throws USAGE where that and a flag name something
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
 * For a command to which one of several is enough: they close with `await using`.
 * @throws USAGE, and what opening a repository throws
 */
export async function openReachableRepositories({
  args,
  output,
  signal,
}: Pick<Invocation, "output" | "signal"> & {
  args: RepositoryAsked;
}): Promise<ReachableRepositories> {
  for (const url of args.repository) demandNoSecrets(url);
  const { openReachable } = await core();
  const how = { ...(await repositoryOptions(args)), onRetry: sayRetries(output) };
  const opened = await openReachable({ ...how, urls: args.repository, signal });
  for (const note of opened.notes) output.warn(note);
  return opened;
}

/** @throws USAGE */
export function snapshotWish({ snapshot, at }: Pick<RepositoryAsked, "snapshot" | "at">): {
  snapshot?: string;
  at?: Date;
} {
  if (snapshot !== undefined && at !== undefined)
    throw new CliError("USAGE", "--snapshot and --at exclude each other", "leave one out");
  if (at === undefined) return snapshot === undefined ? {} : { snapshot };
  const ms = momentOrDay(at);
  if (ms !== undefined) return { at: new Date(ms) };
  throw new CliError(
    "USAGE",
    `--at: ${JSON.stringify(at)} is neither an RFC 3339 time with a zone nor a date`,
    "write 2026-11-28T10:00:00Z, say",
  );
}
