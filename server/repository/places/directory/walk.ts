// Walks the objects in a directory, in the order of their paths' bytes. Only the names of one directory at a time are in memory.

import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../../platform/errors.js";
import { isObjectPath } from "../object-path.js";
import type { PlacedObject } from "../place.js";

/** An object's path has no more parts. So a link into its own directory comes to an end. */
const DEEPEST = 16;
const STATS_AT_ONCE = 16;
const GONE: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR"]);

export interface WalkOptions {
  root: string;
  /** How paths must begin. */
  prefix: string;
  /** Only objects whose path comes after this one. */
  after: string;
}

/** @throws NodeJS.ErrnoException, except where something vanishes meanwhile */
export async function* walk(options: WalkOptions): AsyncGenerator<PlacedObject> {
  for await (const files of walkFrom(options)) {
    for (let at = 0; at < files.length; at += STATS_AT_ONCE) {
      const next = files.slice(at, at + STATS_AT_ONCE);
      for (const object of await Promise.all(next.map(({ path }) => objectAt(options.root, path))))
        if (object) yield object;
    }
  }
}

/**
 * The same, only the paths: without a look at each file.
 * @throws what `walk` throws
 */
export async function* walkPaths(options: WalkOptions): AsyncGenerator<string> {
  for await (const files of walkFrom(options)) {
    for (const { path, isFile } of files)
      if (isFile || (await objectAt(options.root, path))) yield path;
  }
}

/** A path where an object may be, or objects below it. */
interface Candidate {
  path: string;
  /** Whether the listing says so. */
  isFile: boolean;
}

function walkFrom(options: WalkOptions): AsyncGenerator<Candidate[]> {
  const slash = options.prefix.lastIndexOf("/");
  return walkIn(slash < 0 ? "" : options.prefix.slice(0, slash + 1), options, 0);
}

/**
 * Gives neighbouring files together.
 * @param inside path of a directory below the root, with a slash at its end; empty for the root itself
 */
async function* walkIn(
  inside: string,
  options: WalkOptions,
  depth: number,
): AsyncGenerator<Candidate[]> {
  const { root, prefix, after } = options;
  if (depth > DEEPEST) return;
  const entries = await entriesOf(join(root, inside));
  const found = entries
    .flatMap((entry) => candidates(entry, inside))
    .filter(({ path }) => mayHold(path, prefix) && mayFollow(path, after))
    // names are ASCII: code units are bytes
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  let files: Candidate[] = [];
  for (const candidate of found) {
    if (!candidate.path.endsWith("/")) {
      files.push(candidate);
      continue;
    }
    if (files.length > 0) yield files;
    files = [];
    yield* walkIn(candidate.path, options, depth + 1);
  }
  if (files.length > 0) yield files;
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    if (GONE.has(systemCode(cause))) return [];
    throw cause;
  }
}

/** Where an entry may be met: a link can lead to a file or to a directory. */
function candidates(entry: Dirent, inside: string): Candidate[] {
  const path = inside + entry.name;
  if (!isObjectPath(entry.name)) return [];
  if (entry.isFile()) return [{ path, isFile: true }];
  if (entry.isDirectory()) return [{ path: `${path}/`, isFile: false }];
  // some file systems don't tell files from directories in a listing
  const isOther =
    entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
  return isOther ? [] : [path, `${path}/`].map((each) => ({ path: each, isFile: false }));
}

const mayHold = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) || (path.endsWith("/") && prefix.startsWith(path));

const mayFollow = (path: string, after: string): boolean =>
  path > after || (path.endsWith("/") && after.startsWith(path));

async function objectAt(root: string, path: string): Promise<PlacedObject | undefined> {
  const found: Stats | undefined = await stat(join(root, path)).catch((cause: unknown) => {
    if (!GONE.has(systemCode(cause))) throw cause;
    return undefined;
  });
  if (!found?.isFile()) return undefined;
  return { path, bytes: found.size, storedAt: found.mtime };
}
