// Gives several files of one directory their names: all of them, or none. A file system renames one at a time; so if one
// rename fails, the older files get their names back. If that fails for one, or the process is killed, its files stay where
// they are, and the next run puts them back first. No older file is removed before all names hold the new ones.

import { lstat, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlowgError } from "../errors.js";
import { flushDirectory } from "./flush-directory.js";
import { claim, makerOf, release, removeAbandoned } from "./maker.js";
import {
  beginPublication,
  endPublication,
  JOURNAL,
  journalPath,
  keepOlder,
  newNames,
  OLDER,
  olderPath,
  type Publication,
  putBack,
  readJournal,
} from "./publication.js";
import type { StagedFile } from "./staged-file.js";

/**
 * Gives the files their names. They must be of one directory, and flushed.
 * @throws FILE_UNAVAILABLE, DISK_FULL; where some names hold new files then, the message and `details` say which
 */
export async function publishAll(files: readonly StagedFile[]): Promise<void> {
  const [first, ...others] = files;
  if (!first) return;
  const directory = dirname(first.target);
  if (others.length === 0) await first.giveName();
  else await publishTogether(directory, files);
  await flushDirectory(directory).catch((cause) => {
    throw notFlushed(cause, files);
  });
}

async function publishTogether(directory: string, files: readonly StagedFile[]): Promise<void> {
  const { journal, publication } = await beginPublication(directory, files);
  const { run, entries } = publication;
  const claimed = [
    journalPath(directory, run),
    ...entries.map(({ name }) => olderPath(publication, name)),
  ];
  for (const path of claimed) claim(path);
  const named = new Set<string>();
  try {
    for (const { name, hadOlder } of entries) if (hadOlder) await keepOlder(publication, name);
    await flushDirectory(directory);
    for (const file of files) {
      await file.giveName();
      named.add(basename(file.target));
    }
    await endPublication(publication);
  } catch (error) {
    const stuck = await putBack(publication, named);
    if (stuck.length > 0) throw mixed(error, { publication, stuck, named });
    await flushDirectory(directory).catch(() => {});
    await endPublication(publication);
    throw error;
  } finally {
    await journal.close().catch(() => {});
    for (const path of claimed) release(path);
  }
}

/**
 * Puts back, or completes, a publication that a killed or failing run has left half done. To be called before files are staged
 * in the directory.
 * @throws FILE_UNAVAILABLE
 */
export async function recoverPublications(directory: string): Promise<void> {
  // an older file without its journal isn't needed any more
  const kinds = [
    { pattern: JOURNAL, remove: (_path: string, run: string) => recover(directory, run) },
    { pattern: OLDER, remove: (path: string) => rm(path, { force: true }).catch(() => {}) },
  ];
  for (const { pattern, remove } of kinds) {
    for (const name of await readdir(directory)) {
      const made = makerOf(name, pattern);
      const run = pattern.exec(name)?.groups?.run;
      const path = join(directory, name);
      const found = made && (await lstat(path).catch(() => undefined));
      if (!made || run === undefined || found?.uid !== process.geteuid?.()) continue;
      const lock = journalPath(directory, run);
      await removeAbandoned(path, made, { lock, remove: () => remove(path, run) });
    }
  }
}

async function recover(directory: string, run: string): Promise<void> {
  const publication = await readJournal(directory, run);
  const named = await newNames(publication);
  const stuck = named.size < publication.entries.length ? await putBack(publication, named) : [];
  if (stuck.length > 0) {
    const what = `an earlier backup into ${directory} was cut, and what it replaced can't be put back`;
    throw mixed(new FlowgError("FILE_UNAVAILABLE", what), { publication, stuck, named });
  }
  await flushDirectory(directory);
  await endPublication(publication);
}

/** Some names hold the new files, some the older ones. */
function mixed(
  error: unknown,
  {
    publication,
    stuck,
    named,
  }: { publication: Publication; stuck: readonly string[]; named: ReadonlySet<string> },
): unknown {
  if (!(error instanceof FlowgError)) return error;
  const { code, message, details } = error;
  const hadOlder = publication.entries.filter((entry) => entry.hadOlder).map(({ name }) => name);
  const facts = {
    newFiles: stuck.filter((name) => named.has(name)).sort(),
    olderFiles: hadOlder.filter((name) => !stuck.includes(name)).sort(),
    kept: hadOlder
      .filter((name) => stuck.includes(name))
      .map((name) => olderPath(publication, name)),
  };
  const parts = [
    [`of the new backup: `, facts.newFiles],
    [`of the older: `, facts.olderFiles],
    [`what they replaced is kept as `, facts.kept],
  ] as const;
  const told = parts.filter(([, names]) => names.length > 0);
  const text = [message, ...told.map(([label, names]) => label + names.join(", "))].join("; ");
  return new FlowgError(code, text, {
    hint: "the next backup into this directory puts the older files back first: check the disk, and run it again",
    details: { ...details, ...facts },
    cause: error,
  });
}

/** All names hold the new files, and may lose them if the power fails. */
function notFlushed(error: unknown, files: readonly StagedFile[]): unknown {
  if (!(error instanceof FlowgError)) return error;
  const { code, message, details } = error;
  const newFiles = files.map(({ target }) => basename(target)).sort();
  return new FlowgError(code, `${message}; of the new backup: ${newFiles.join(", ")}`, {
    hint: "the files are whole, but may lose their names if the power fails: check the disk, and back up again",
    details: { ...details, newFiles, olderFiles: [], kept: [] },
    cause: error,
  });
}
