// A backup that a command reads in place of a server.

import { nearName } from "../server/platform/messages/near-name.js";
import type { Invocation } from "./command.js";
import { CliError } from "./failure.js";
import { serverOnly } from "./flags.js";
import type { Input } from "./input/input.js";
import type { BackupReader } from "./offline.js";
import { safe } from "./output/safe.js";
import { isPackedBackup, withPackedBackup } from "./piped-backup.js";

type Backup = Awaited<ReturnType<BackupReader["backupAt"]>>;

/** @throws USAGE where a server is named as well */
export function demandNoServer(origins: Invocation["origins"]): void {
  const flag = Object.keys(serverOnly).find((name) => origins[name] === "flag");
  if (flag === undefined) return;
  throw new CliError(
    "USAGE",
    `--backup and --${flag} exclude each other`,
    "say where: in the backup, or on a server",
  );
}

/** Opens the backup that a path leads to, and uses it; of a tar what is in it. */
export async function withBackup<T>(
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

export function notInBackup(noun: string, name: string, known: readonly string[]): CliError {
  const near = nearName(name, known);
  const question = near === undefined ? "" : `; did you mean "${safe(near)}"?`;
  const message = `the backup has no ${noun} ${JSON.stringify(name)}${question}`;
  return new CliError("NOT_FOUND", message, `list them: flowg ${noun} list --backup PATH`);
}

type Streams = Record<string, { ttl: number; size: number; indexed_fields: string[] }>;

/** The streams of a backup and their configurations, by name. */
export async function streamsIn(
  path: string,
  { input, signal }: Pick<Invocation, "input" | "signal">,
): Promise<Streams> {
  const all = await withBackup(path, input, async ({ itemsInPlace }, backup) => [
    ...(await itemsInPlace(backup, "stream", signal)),
  ]);
  // by assignment, a stream named __proto__ would be lost
  return Object.fromEntries(all);
}
