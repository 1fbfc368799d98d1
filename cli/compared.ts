// Finds the two sides that a command compares. Each word names a backup, databases of this machine, a server, or a snapshot
// of a repository.

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

/** Takes a word for a path if it looks like one; else, with a repository, for a snapshot. */
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

/** The same; an address is a server, and a directory of databases is these. */
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
 * Calls `use` with the side after the first one, which a word or flags name.
 * @throws USAGE where several name it, or none
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

/** The database directories. Each one that a flag names must hold a database; the others may be absent. */
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
/** Names that the directory of one database may have. */
const NAMES: Record<DatabaseKind, readonly string[]> = {
  auth: ["auth"],
  config: ["config"],
  logs: ["logs", "log"],
};

/** The databases that lie under a directory, as those of ./data do; or the one that lies in it, by its name. */
function placesIn(directory: string): Place[] {
  if (existsSync(join(directory, DATA_FILE))) {
    const name = basename(resolve(directory));
    const kind = DATABASE_KINDS.find((one) => NAMES[one].includes(name));
    if (kind !== undefined) return [{ kind, dir: directory }];
    throw new CliError(
      "USAGE",
      `which database ${directory} holds, its name doesn't say`,
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

/** A download of its backups, of one instant, in a directory of this run's own. */
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
