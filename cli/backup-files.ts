// The snapshots in a directory of this machine, by the names that FlowG gives them.

import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseKind } from "../server/database/kinds.js";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";

/** First the name that wins: FlowG's API says `logs.db` where its command line says `log.db`. */
const NAMES: Readonly<Record<DatabaseKind, readonly string[]>> = {
  auth: ["auth.db"],
  logs: ["log.db", "logs.db"],
  config: ["config.db"],
};

/** In FlowG's order. */
export const KINDS = Object.keys(NAMES) as DatabaseKind[];

export interface SnapshotFile {
  kind: DatabaseKind;
  path: string;
}

/** @throws FILE_UNAVAILABLE if one of these databases has no file */
export async function demandFiles(
  directory: string,
  kinds: readonly DatabaseKind[],
): Promise<SnapshotFile[]> {
  const files = await findFiles(directory, kinds);
  const missing = kinds.find((kind) => !files.some((file) => file.kind === kind));
  if (missing === undefined) return files;
  const names = NAMES[missing].map((name) => join(directory, name)).join(" or ");
  throw new CliError(
    "FILE_UNAVAILABLE",
    `there is no ${names}; nothing was restored`,
    "give the right --backup-dir, or name the databases to restore with --only",
  );
}

/**
 * A file, or those in a directory.
 * @throws FILE_UNAVAILABLE if there is none
 */
export async function filesAt(path: string): Promise<{ path: string; kind?: DatabaseKind }[]> {
  const found = await stat(path).catch((error: Error) => {
    throw fileFault(error, "read", path);
  });
  if (!found.isDirectory()) return [{ path }];
  const files = await findFiles(path, KINDS);
  if (files.length > 0) return files;
  throw new CliError(
    "FILE_UNAVAILABLE",
    `there is no backup in ${path}`,
    "give a file, or a directory with auth.db, config.db and log.db (or logs.db)",
  );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw fileFault(error as Error, "read", path);
  }
}

/** Those that are there, of these databases. */
export async function findFiles(
  directory: string,
  kinds: readonly DatabaseKind[],
): Promise<SnapshotFile[]> {
  const files: SnapshotFile[] = [];
  for (const kind of kinds) {
    for (const name of NAMES[kind]) {
      const path = join(directory, name);
      if (!(await isThere(path))) continue;
      files.push({ kind, path });
      break;
    }
  }
  return files;
}
