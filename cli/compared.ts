// Opens the two sides that a command compares. A word names a backup, databases of this machine, a server, or a snapshot of a
// repository.

import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { DATABASE_KINDS, type DatabaseKind } from "../server/records/kinds.js";
import type { Invocation } from "./command.js";
import { CliError } from "./failure.js";
import { directories } from "./flags.js";
import { type InBackupValues, withFiles, withSnapshot } from "./in-backup.js";
import type { BackupReader } from "./offline.js";
import { inScratch } from "./piped-backup.js";
import type { DirectoryValues, ServerValues } from "./target.js";

type Backup = Awaited<ReturnType<BackupReader["backupAt"]>>;
type Use<T> = (reader: BackupReader, backup: Backup) => Promise<T>;

export type Comparing = Pick<Invocation, "origins" | "input" | "output" | "signal"> & {
  args: InBackupValues;
};

/** Opens what a word names: a path if it looks like one, or else, with a repository, a snapshot. */
export async function withBackupOrSnapshot<T>(
  word: string,
  asking: Comparing,
  use: Use<T>,
): Promise<T> {
  const { args, origins, input } = asking;
  const isPath =
    args.repository.length === 0 ||
    /^\.|[/\\]/.test(word) ||
    (origins.repository !== "flag" && existsSync(word));
  return isPath
    ? await withFiles(word, input, use)
    : await withSnapshot(asking, { snapshot: word }, use);
}

export type ComparingLive = Omit<Comparing, "args"> & {
  args: InBackupValues & ServerValues;
  /** The databases to compare; all if absent. */
  only: readonly DatabaseKind[] | undefined;
};

/**
 * Opens what a word names: a server if it is an address, databases if it is a directory of them, or else a backup or a
 * snapshot.
 */
export async function withCompared<T>(
  word: string,
  asking: ComparingLive,
  use: Use<T>,
): Promise<T> {
  if (/^https?:\/\//i.test(word)) return await withServer(word, asking, use);
  const places = placesIn(word);
  return places.length > 0
    ? await withDatabases(word, { ...asking, places }, use)
    : await withBackupOrSnapshot(word, asking, use);
}

/**
 * Opens the second side, which a word or flags name.
 * @throws USAGE if several name it, or none does
 */
export async function withOtherSide<T>(
  asking: ComparingLive & { args: DirectoryValues & { after?: string | undefined } },
  use: Use<T>,
): Promise<T> {
  const { args, origins } = asking;
  const named = DIRECTORY_FLAGS.find((flag) => origins[flag] === "flag");
  const [way, another] = [
    ...(args.after === undefined ? [] : ["the argument AFTER"]),
    ...(named === undefined ? [] : [`--${named}`]),
    ...(args.url === undefined ? [] : ["--url"]),
  ];
  if (another !== undefined) {
    throw new CliError(
      "USAGE",
      `${way} and ${another} exclude each other: each says what the other side is`,
      "leave one out",
    );
  }
  if (args.after !== undefined) return await withCompared(args.after, asking, use);
  if (args.url !== undefined) return await withServer(args.url, asking, use);
  if (!DIRECTORY_FLAGS.some((flag) => origins[flag] !== "default")) {
    throw new CliError(
      "USAGE",
      "the argument AFTER is missing, and no flag says what the other side is",
      "name a path, an address or a snapshot, or give --auth-dir, --config-dir and --log-dir, or --url",
    );
  }
  const places = placesOf(asking);
  return await withDatabases(places.map(({ dir }) => dir).join(", "), { ...asking, places }, use);
}

const DIRECTORY_FLAGS = ["auth-dir", "config-dir", "log-dir"] as const;

/** The database directories. A directory that a flag names must hold a database. The others may be absent. */
function placesOf({
  args,
  origins,
  only,
}: Pick<ComparingLive, "origins" | "only"> & { args: DirectoryValues }): Place[] {
  const wanted = DATABASE_KINDS.filter((kind) => only?.includes(kind) ?? true);
  return wanted.flatMap((kind) => {
    const flag = kind === "logs" ? "log-dir" : (`${kind}-dir` as const);
    const dir = args[flag] ?? directories[flag].default;
    const isThere = origins[flag] !== "default" || existsSync(join(dir, DATA_FILE));
    return isThere ? [{ kind, dir }] : [];
  });
}

interface Place {
  kind: DatabaseKind;
  dir: string;
}

const DATA_FILE = "data.mdb";
/** Names for the directory of one database. */
const NAMES: Record<DatabaseKind, readonly string[]> = {
  auth: ["auth"],
  config: ["config"],
  logs: ["logs", "log"],
};

/** Finds the databases below a directory, as below ./data, or the one in it, by the directory's name. */
function placesIn(directory: string): Place[] {
  if (existsSync(join(directory, DATA_FILE))) {
    const name = basename(resolve(directory));
    const kind = DATABASE_KINDS.find((one) => NAMES[one].includes(name));
    if (kind !== undefined) return [{ kind, dir: directory }];
    throw new CliError(
      "USAGE",
      `the name ${directory} doesn't say which database it holds`,
      "say it with --auth-dir, --config-dir or --log-dir, name it auth, config or logs, or name the directory in which these lie",
    );
  }
  return DATABASE_KINDS.flatMap((kind) => {
    const dirs = NAMES[kind].map((name) => join(directory, name));
    const dir = dirs.find((one) => existsSync(join(one, DATA_FILE)));
    return dir === undefined ? [] : [{ kind, dir }];
  });
}

async function withDatabases<T>(
  word: string,
  { places, only }: ComparingLive & { places: readonly Place[] },
  use: Use<T>,
): Promise<T> {
  const { backupReader, databasesInPlace } = await import("./offline.js");
  const wanted = places.filter(({ kind }) => only?.includes(kind) ?? true);
  await using databases = await databasesInPlace(word, wanted);
  return await use(await backupReader(), databases);
}

/** Downloads a backup of a server into a private directory, and opens it. */
async function withServer<T>(url: string, asking: ComparingLive, use: Use<T>): Promise<T> {
  const { connect } = await import("./connect.js");
  const { backupReader } = await import("./offline.js");
  const { args, only, origins, output, signal } = asking;
  const { client, description } = await connect({ origins, output, args: { ...args, url } });
  output.remark(description);
  return await inScratch(async (directory) => {
    await client.backup.all(directory, {
      only,
      signal,
      onProgress: ({ database, bytes, records = 0 }) =>
        output.progress.update({ database, phase: "reading", records, bytes }),
    });
    const reader = await backupReader();
    const backup = await reader.backupAt(directory);
    return await use(reader, { ...backup, name: client.baseUrl });
  });
}
