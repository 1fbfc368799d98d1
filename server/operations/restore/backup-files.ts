// Finds the files of the databases in a backup directory.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { isThere } from "../../platform/files/is-there.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";

export interface BackupFile {
  kind: DatabaseKind;
  path: string;
}

export interface FoundFiles {
  files: BackupFile[];
  notes: string[];
}

/** Finds the files of these databases that are there, in this order. */
export async function findBackupFiles(
  directory: string,
  kinds: readonly DatabaseKind[],
): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], notes: [] };
  for (const kind of kinds) {
    const present: string[] = [];
    for (const name of BACKUP_FILE_NAMES[kind]) {
      const path = join(directory, name);
      if (await isThere(path)) present.push(path);
    }
    const [first, second] = present;
    if (first !== undefined) found.files.push({ kind, path: first });
    if (first !== undefined && second !== undefined && !(await sameBytes(first, second))) {
      found.notes.push(`${first} and ${second} differ: ${first} is used`);
    }
  }
  return found;
}

/**
 * Finds the files of these databases, and demands each.
 * @throws FILE_UNAVAILABLE naming the first that is missing
 */
export async function demandBackupFiles(
  directory: string,
  kinds: readonly DatabaseKind[],
): Promise<FoundFiles> {
  const found = await findBackupFiles(directory, kinds);
  const missing = kinds.find((kind) => !found.files.some((file) => file.kind === kind));
  if (missing === undefined) return found;
  const names = BACKUP_FILE_NAMES[missing].map((name) => join(directory, name)).join(" or ");
  throw new FlowgError("FILE_UNAVAILABLE", `there is no ${names}; nothing was restored`, {
    hint: "give the right --backup-dir, or name the databases to restore with --only",
  });
}

async function sameBytes(first: string, second: string): Promise<boolean> {
  const [a, b] = await Promise.all([digestOf(first), digestOf(second)]);
  return a === b;
}

/** SHA-256, lower-case hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash).catch((cause) => {
    throw fileError(cause, "read", path);
  });
  return hash.digest("hex");
}
