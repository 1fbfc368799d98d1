// Opens a backup that a command reads in place of a server.

import { nearName } from "../server/platform/messages/near-name.js";
import type { Invocation } from "./command.js";
import { CliError } from "./failure.js";
import { serverOnly } from "./flags.js";
import type { Input } from "./input/input.js";
import type { BackupReader } from "./offline.js";
import { safe } from "./output/safe.js";
import { isPackedBackup, withPackedBackup } from "./piped-backup.js";
import type { RepositoryValues } from "./repository-options.js";
import {
  fromRepository,
  givenSnapshotFlag,
  openReachableRepositories,
  type SnapshotValues,
  snapshotWish,
} from "./repository-snapshot.js";

type Backup = Awaited<ReturnType<BackupReader["backupAt"]>>;
type Snapshot = Awaited<ReturnType<BackupReader["snapshotAt"]>>;

/** The flags that name such a backup. */
export const inBackup = {
  backup: {
    type: "string",
    description: "read this backup in place of a server: a directory, a file, or a tar",
    valueHint: "DIR",
    piped: true,
  },
  ...fromRepository,
} as const;

export interface InBackupValues extends RepositoryValues, SnapshotValues {
  backup?: string | undefined;
  repository: readonly string[];
}

/** A run of a command that has these flags. */
export type InBackup = Pick<Invocation, "origins" | "input" | "output" | "signal"> & {
  args: InBackupValues;
};

/**
 * The flag that asks for a snapshot of a repository; undefined if none does.
 * @throws USAGE where no repository is named
 */
export function snapshotFlag({
  args,
  origins,
}: Pick<InBackup, "args" | "origins">): keyof SnapshotValues | "repository" | undefined {
  const isNamed = origins.repository === "flag";
  const flag = givenSnapshotFlag(args);
  if (flag === undefined) return isNamed ? "repository" : undefined;
  if (args.repository.length > 0) return flag;
  throw new CliError(
    "USAGE",
    `--${flag} is of a repository, and none is named`,
    "add --repository, or set FLOWG_REPOSITORY",
  );
}

/**
 * Whether the command reads a backup in place of a server. A repository that only the environment names doesn't count.
 * @throws USAGE if that isn't clear
 */
export function isInBackup({ args, origins }: Pick<InBackup, "args" | "origins">): boolean {
  const { backup } = args;
  const flag = snapshotFlag({ args, origins });
  const given = backup === undefined ? flag : "backup";
  if (given === undefined) return false;
  if (backup !== undefined && flag !== undefined) {
    throw new CliError("USAGE", `--backup and --${flag} exclude each other`, "leave one out");
  }
  const server = Object.keys(serverOnly).find((name) => origins[name] === "flag");
  if (server === undefined) return true;
  throw new CliError(
    "USAGE",
    `--${given} and --${server} exclude each other`,
    "say where: in the backup, or on a server",
  );
}

/** Opens the backup that the flags name, and uses it. */
export async function withBackup<T>(
  asking: InBackup,
  use: (reader: BackupReader, backup: Backup) => Promise<T>,
): Promise<T> {
  const { args, input } = asking;
  return args.backup === undefined
    ? await withSnapshot(asking, args, use)
    : await withFiles(args.backup, input, use);
}

/** Opens the backup at a path, also in a tar. */
export async function withFiles<T>(
  path: string,
  input: Input,
  use: (reader: BackupReader, backup: Backup) => Promise<T>,
): Promise<T> {
  const { backupReader } = await import("./offline.js");
  const reader = await backupReader();
  const open = async (place: string) => use(reader, await reader.backupAt(place));
  return (await isPackedBackup(path))
    ? await withPackedBackup(path, input, open)
    : await open(path);
}

/** Opens a snapshot in the repositories that the flags name. */
export async function withSnapshot<T>(
  { args, output, signal }: Pick<InBackup, "args" | "output" | "signal">,
  wanted: Pick<SnapshotValues, "host" | "installation" | "snapshot" | "at">,
  use: (reader: BackupReader, backup: Snapshot) => Promise<T>,
): Promise<T> {
  const { backupReader } = await import("./offline.js");
  const reader = await backupReader();
  const wish = snapshotWish({ host: args.host, installation: args.installation, ...wanted });
  await using repositories = await openReachableRepositories({ args, output, signal });
  const onNote = (note: string) => output.warn(note);
  const { given } = repositories;
  return await use(reader, await reader.snapshotAt(given, wish, { onNote, signal }));
}

export function notInBackup(noun: string, name: string, known: readonly string[]): CliError {
  const near = nearName(name, known);
  const question = near === undefined ? "" : `; did you mean "${safe(near)}"?`;
  const message = `the backup has no ${noun} ${JSON.stringify(name)}${question}`;
  return new CliError("NOT_FOUND", message, `list them, with the same flags: flowg ${noun} list`);
}

type Streams = Record<string, { ttl: number; size: number; indexed_fields: string[] }>;

/** The streams of a backup and their configurations, by name. */
export async function streamsIn(asking: InBackup): Promise<Streams> {
  const all = await withBackup(asking, async ({ itemsInPlace }, backup) => [
    ...(await itemsInPlace(backup, "stream", asking.signal)),
  ]);
  // not by assignment, which would lose a stream named __proto__
  return Object.fromEntries(all);
}
