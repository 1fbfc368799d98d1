// Finds the backups at a path: one file, the set in a directory, or the sets in directories and tars below it.

import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { findBackupFiles } from "../server/operations/restore/backup-files.js";
import { BACKUP_NAMES_TEXT, BACKUP_ORDER, MANIFEST_NAME } from "../server/records/backup-names.js";
import type { DatabaseKind } from "../server/records/kinds.js";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";
import { isPackedBackup } from "./piped-backup.js";

export interface FoundSet {
  /** Path of the directory, or of the file. */
  path: string;
  isDirectory: boolean;
  /** A tar of a set that isn't unpacked yet, and so has no files. */
  isPacked?: true;
  files: { path: string; kind?: DatabaseKind }[];
  /** Remarks on the files. */
  notes: string[];
}

/**
 * It never gives an empty list: a path that doesn't exist counts as a file that can't be read.
 * @throws FILE_UNAVAILABLE if a directory holds no backup
 */
export async function setsAt(path: string): Promise<FoundSet[]> {
  if (await isPackedBackup(path)) return [packed(path)];
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [{ path, isDirectory: false, files: [{ path }], notes: [] }];
  try {
    const own = await setIn(path);
    if (own) return own;
    const below = await setsBelow(path, { levels: LEVELS, seen: new Set([await realpath(path)]) });
    if (below.length > 0) return below;
  } catch (error) {
    throw error instanceof CliError ? error : fileFault(error, "read", path);
  }
  throw new CliError(
    "FILE_UNAVAILABLE",
    `there is no backup in ${path}`,
    `give files, or a directory with ${BACKUP_NAMES_TEXT}, a tar of them, or a directory of such directories and tars, at most four levels deep`,
  );
}

/** Enough for directories such as 2026/11/28/23/. */
const LEVELS = 4;

/** Finds the sets below a directory. It visits each directory once, even if links lead there, and visits links last. */
async function setsBelow(
  path: string,
  { levels, seen }: { levels: number; seen: Set<string> },
): Promise<FoundSet[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  const sets: FoundSet[] = [];
  const links = visible.filter((entry) => entry.isSymbolicLink());
  for (const { name } of [...visible.filter((entry) => !links.includes(entry)), ...links]) {
    const place = join(path, name);
    const found = await stat(place).catch(() => undefined);
    // a broken link, or something that was removed meanwhile
    if (!found) continue;
    if (found.isDirectory()) {
      const real = await realpath(place);
      if (seen.has(real)) continue;
      seen.add(real);
      const next = levels > 1 ? { levels: levels - 1, seen } : undefined;
      sets.push(...(await setsInOrBelow(place, next)));
    } else if (/\.tar$/.test(name) && (await isPackedBackup(place))) sets.push(packed(place));
  }
  return sets.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function setsInOrBelow(
  place: string,
  next: { levels: number; seen: Set<string> } | undefined,
): Promise<FoundSet[]> {
  try {
    return (await setIn(place)) ?? (next ? await setsBelow(place, next) : []);
  } catch {
    // file systems have this directory, and only root can read it
    if (basename(place) === "lost+found") return [];
    // the check reads it and reports the reason
    return [{ path: place, isDirectory: false, files: [{ path: place }], notes: [] }];
  }
}

const packed = (path: string): FoundSet => ({
  path,
  isDirectory: false,
  isPacked: true,
  files: [],
  notes: [],
});

async function setIn(path: string): Promise<[FoundSet] | undefined> {
  const { files, notes } = await findBackupFiles(path, [...BACKUP_ORDER].sort());
  return files.length > 0 ? [{ path, isDirectory: true, files, notes }] : undefined;
}

/** The facts of a file to compare. */
interface Known {
  database: DatabaseKind;
  bytes: number;
  setId?: string | undefined;
  sha256?: string | undefined;
  fileSha256?: string | undefined;
}

/** Gives a sentence for each difference between a set's manifest and its files. */
export async function manifestProblems(set: FoundSet, files: readonly Known[]): Promise<string[]> {
  const path = join(set.path, MANIFEST_NAME);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw fileFault(error, "read", path);
  });
  if (text === undefined) return [];
  const said = listed(text);
  if (said === undefined) return [`${path} can't be read`];
  const problems: string[] = [];
  for (const { database, ...facts } of said) {
    const known = files.find((file) => file.database === database);
    // a missing or broken file is reported as that
    if (known === undefined) continue;
    const differs = (["bytes", "setId", "sha256", "fileSha256"] as const).some(
      (name) =>
        facts[name] !== undefined && known[name] !== undefined && facts[name] !== known[name],
    );
    if (differs)
      problems.push(`${path} lists another ${database} snapshot than the one that is there`);
  }
  for (const { database } of files) {
    const isListed = said.some((one) => one.database === database);
    if (!isListed) problems.push(`${path} doesn't list the ${database} snapshot that is there`);
  }
  return problems;
}

function listed(text: string): Partial<Known>[] | undefined {
  try {
    const { setId, snapshots } = JSON.parse(text) as { setId?: string; snapshots?: unknown };
    if (!Array.isArray(snapshots)) return undefined;
    return snapshots.map((one: Partial<Known> | null) => ({ setId, ...one }));
  } catch {
    return undefined;
  }
}
