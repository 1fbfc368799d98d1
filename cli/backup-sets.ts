// The backups that a path leads to: one file, the set in a directory, or the sets in the directories and tars below it.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { DatabaseKind } from "../server/database/kinds.js";
import { findFiles, KINDS } from "./backup-files.js";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";
import { isPackedBackup } from "./piped-backup.js";

/** In a directory that the tar of all three was unpacked into. */
const MANIFEST = "manifest.json";

export interface FoundSet {
  /** Of the directory, or the file. */
  path: string;
  isDirectory: boolean;
  /** A tar of a set, still to be unpacked; it has no files yet. */
  isPacked?: true;
  files: { path: string; kind?: DatabaseKind }[];
}

/**
 * Never empty. What isn't there is a file that can't be read.
 * @throws FILE_UNAVAILABLE if a directory holds no backup
 */
export async function setsAt(path: string): Promise<FoundSet[]> {
  if (await isPackedBackup(path)) return [packed(path)];
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [{ path, isDirectory: false, files: [{ path }] }];
  try {
    const own = await setIn(path);
    if (own) return own;
    const below: FoundSet[] = [];
    const entries = await readdir(path, { withFileTypes: true });
    const visible = entries.filter(({ name }) => !name.startsWith("."));
    for (const entry of visible.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const place = join(path, entry.name);
      if (entry.isDirectory()) below.push(...((await setIn(place)) ?? []));
      else if (/\.tar$/.test(entry.name) && (await isPackedBackup(place)))
        below.push(packed(place));
    }
    if (below.length > 0) return below;
  } catch (error) {
    throw error instanceof CliError ? error : fileFault(error, "read", path);
  }
  throw new CliError(
    "FILE_UNAVAILABLE",
    `there is no backup in ${path}`,
    "give files, or a directory with auth.db, config.db and log.db (or logs.db), a tar of them, or a directory of such directories and tars",
  );
}

/** A sentence, where both names of the log snapshot are there, and hold something else. */
export async function differingLogs({ files }: FoundSet): Promise<string[]> {
  const first = files.find(({ kind }) => kind === "logs")?.path;
  const second = first?.replace(/log\.db$/, "logs.db");
  if (first === undefined || second === undefined || first === second) return [];
  const [a, b] = await Promise.all([digest(first), digest(second)]);
  return b === undefined || a === b
    ? []
    : [`${first} and ${second} differ: ${first} is the one that is used`];
}

async function digest(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  return await pipeline(createReadStream(path), hash).then(
    () => hash.digest("hex"),
    () => undefined,
  );
}

const packed = (path: string): FoundSet => ({
  ...{ path, isDirectory: false, isPacked: true, files: [] },
});

async function setIn(path: string): Promise<[FoundSet] | undefined> {
  const files = await findFiles(path, [...KINDS].sort());
  return files.length > 0 ? [{ path, isDirectory: true, files }] : undefined;
}

/** What is known of a file, to be compared. */
interface Known {
  database: DatabaseKind;
  bytes: number;
  setId?: string | undefined;
  sha256?: string | undefined;
  fileSha256?: string | undefined;
}

/** Sentences on what a set's manifest says of other files than these. */
export async function manifestProblems(set: FoundSet, files: readonly Known[]): Promise<string[]> {
  const path = join(set.path, MANIFEST);
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
    // one that lacks or is broken is told as that
    if (known === undefined) continue;
    const differs = (["bytes", "setId", "sha256", "fileSha256"] as const).some(
      (name) =>
        facts[name] !== undefined && known[name] !== undefined && facts[name] !== known[name],
    );
    if (differs) problems.push(`${path} speaks of another ${database} snapshot than is there`);
  }
  for (const { database } of files) {
    const isListed = said.some((one) => one.database === database);
    if (!isListed) problems.push(`${path} says nothing of the ${database} snapshot that is there`);
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
