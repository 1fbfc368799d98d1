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
  const slash = options.prefix.lastIndexOf("/");
  yield* walkIn(slash < 0 ? "" : options.prefix.slice(0, slash + 1), options, 0);
}

/** @param inside path of a directory below the root, with a slash at its end; empty for the root itself */
async function* walkIn(
  inside: string,
  options: WalkOptions,
  depth: number,
): AsyncGenerator<PlacedObject> {
  const { root, prefix, after } = options;
  if (depth > DEEPEST) return;
  const found = await entriesOf(join(root, inside));
  const paths = found
    .flatMap((entry) => candidates(entry).map((name) => inside + name))
    .filter((path) => mayHold(path, prefix) && mayFollow(path, after))
    // names are ASCII: code units are bytes
    .sort((a, b) => (a < b ? -1 : 1));
  for (let at = 0; at < paths.length; ) {
    const path = paths[at] as string;
    if (path.endsWith("/")) {
      yield* walkIn(path, options, depth + 1);
      at++;
      continue;
    }
    const next = paths.slice(at, at + STATS_AT_ONCE);
    const directory = next.findIndex((each) => each.endsWith("/"));
    const files = directory < 0 ? next : next.slice(0, directory);
    for (const object of await Promise.all(files.map((file) => objectAt(root, file))))
      if (object) yield object;
    at += files.length;
  }
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    if (GONE.has(systemCode(cause))) return [];
    throw cause;
  }
}

/** The names under which an entry may be met: a link can lead to a file or to a directory. */
function candidates(entry: Dirent): string[] {
  if (!isObjectPath(entry.name)) return [];
  if (entry.isFile()) return [entry.name];
  if (entry.isDirectory()) return [`${entry.name}/`];
  // some file systems don't tell files from directories in a listing
  const isOther =
    entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
  return isOther ? [] : [entry.name, `${entry.name}/`];
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
