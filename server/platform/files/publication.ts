// Files of one directory that are about to get their names together, and what is kept until they all have them:
//
//     .publish.MAKER-RUN.journal      says which files; made and flushed before the first is renamed, removed after the last
//     .auth.db.MAKER-RUN.older        the older auth.db, until then
//
// Removing the journal is the one step that counts: as long as it is there, the older files can be put back.

import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { systemCode } from "../errors.js";
import { fileError } from "./file-error.js";
import { createLocked } from "./locked-file.js";
import { claim, MAKER, maker, release } from "./maker.js";
import { hasNoLinks } from "./no-links.js";
import type { StagedFile } from "./staged-file.js";

const RUN = `(?<run>${MAKER}-[0-9a-f]{8})`;
export const JOURNAL = new RegExp(String.raw`^\.publish\.${RUN}\.journal$`);
export const OLDER = new RegExp(String.raw`^\..+\.${RUN}\.older$`);

/** The journal's facts about a file. */
export interface JournaledFile {
  name: string;
  hadOlder: boolean;
  /** The new file's identity, see {@link identity}. */
  file: string;
}

export interface Publication {
  directory: string;
  run: string;
  entries: readonly JournaledFile[];
}

export const journalPath = (directory: string, run: string): string =>
  join(directory, `.publish.${run}.journal`);

export const olderPath = ({ directory, run }: Publication, name: string): string =>
  join(directory, `.${name}.${run}.older`);

/**
 * Writes the journal.
 * @returns the journal, open, because that holds its lock
 * @throws FILE_UNAVAILABLE, DISK_FULL
 */
export async function beginPublication(
  directory: string,
  files: readonly StagedFile[],
): Promise<{ journal: FileHandle; publication: Publication }> {
  const entries: JournaledFile[] = [];
  for (const { path, target } of files) {
    const older = await identity(target);
    const file = (await identity(path)) ?? "";
    entries.push({ name: basename(target), hadOlder: older !== undefined, file });
  }
  for (;;) {
    const run = `${maker()}-${randomBytes(4).toString("hex")}`;
    const path = journalPath(directory, run);
    claim(path);
    let journal: FileHandle | undefined;
    try {
      journal = await createLocked(path);
      await journal?.writeFile(JSON.stringify(entries));
      await journal?.sync();
    } catch (cause) {
      await journal?.close().catch(() => {});
      await rm(path, { force: true }).catch(() => {});
      release(path);
      throw fileError(cause, "write", path);
    }
    if (journal) return { journal, publication: { directory, run, entries } };
    release(path);
  }
}

/**
 * Reads a journal. One that was cut while it was written gives no files: nothing was renamed then.
 * @throws FILE_UNAVAILABLE
 */
export async function readJournal(directory: string, run: string): Promise<Publication> {
  const path = journalPath(directory, run);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw fileError(cause, "read", path);
  });
  try {
    const entries = (JSON.parse(text) as JournaledFile[]).filter(
      ({ name }) => name === basename(name),
    );
    return { directory, run, entries };
  } catch {
    return { directory, run, entries: [] };
  }
}

/** Keeps the older file under two names; without links, under the other name only. @throws FILE_UNAVAILABLE, DISK_FULL */
export async function keepOlder(publication: Publication, name: string): Promise<void> {
  const target = join(publication.directory, name);
  const older = olderPath(publication, name);
  try {
    await link(target, older).catch(async (cause) => {
      if (!hasNoLinks(cause)) throw cause;
      await rename(target, older);
    });
  } catch (cause) {
    throw fileError(cause, "keep the older", target);
  }
}

/**
 * Gives the older files their names again.
 * @param isNew the names that hold the new files
 * @returns those for which that failed
 */
export async function putBack(
  publication: Publication,
  isNew: ReadonlySet<string>,
): Promise<string[]> {
  const stuck: string[] = [];
  for (const { name, hadOlder, file } of [...publication.entries].reverse()) {
    const target = join(publication.directory, name);
    try {
      const found = await identity(target);
      const older = await identity(olderPath(publication, name));
      const isOurs = found === undefined || found === older || isSame(found, file);
      // somebody has put another file there since, newer than ours
      if (!isOurs) continue;
      // does nothing where both names are the older file's
      if (hadOlder) await rename(olderPath(publication, name), target);
      else if (isNew.has(name)) await rm(target);
    } catch (cause) {
      // the older file was not kept yet, or has its name again
      const isThere = systemCode(cause) === "ENOENT" || (await hasName(target));
      if (isNew.has(name) || !isThere) stuck.push(name);
    }
  }
  return stuck;
}

const hasName = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Removes the kept files. If that fails, the next run does it. */
export async function endPublication(publication: Publication): Promise<void> {
  try {
    await rm(journalPath(publication.directory, publication.run), { force: true });
    for (const { name } of publication.entries) {
      await rm(olderPath(publication, name), { force: true });
    }
  } catch {
    // the files have their names all the same
  }
}

/** Earlier versions wrote only device and inode. */
const isSame = (found: string | undefined, said: string): boolean =>
  found === said || (said !== "" && (found?.startsWith(`${said}:`) ?? false));

/** @returns the names that hold the new files */
export async function newNames({ directory, entries }: Publication): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { name, file } of entries) {
    if (isSame(await identity(join(directory, name)), file)) names.add(name);
  }
  return names;
}

/**
 * Device, inode, size and time of the last write. Device and inode alone may be used again for another file. A new name or
 * owner changes none of the four.
 * @returns undefined where there is nothing
 * @throws FILE_UNAVAILABLE
 */
async function identity(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path, { bigint: true });
    // a directory could be moved away, but the user didn't ask for that
    if (found.isDirectory()) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
    return [found.dev, found.ino, found.size, found.mtimeNs].join(":");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw fileError(cause, "use", path);
  }
}
