// Gives several files of one directory their names: all of them, or none. As the server's `server/platform/files/publish.ts`
// does, with the same names on the disk, so that each puts back what the other had to leave:
//
//     .publish.MAKER.journal      says which files; made and flushed before the first is renamed, removed after the last
//     .auth.db.MAKER.older        the older auth.db, until then

import { link, lstat, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors.js";
import { leftIn, MAKER, mine, uniqueMaker } from "./maker.js";
import { codeOf, fileError, flushDirectory, type StagedFile } from "./staged-file.js";

const JOURNAL = new RegExp(`^\\.publish\\.(?<run>${MAKER})\\.journal$`);
const OLDER = new RegExp(`^\\..+\\.(?<run>${MAKER})\\.older$`);
/** The file system has no hard links, or not for this user. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "ENOSYS", "EMLINK", "EINVAL"]);

interface Entry {
  name: string;
  hadOlder: boolean;
  /** The new file's identity, see {@link identity}. */
  file: string;
}

interface Publication {
  directory: string;
  run: string;
  entries: readonly Entry[];
}

const journalPath = ({ directory, run }: Pick<Publication, "directory" | "run">) =>
  join(directory, `.publish.${run}.journal`);
const olderPath = ({ directory, run }: Publication, name: string) =>
  join(directory, `.${name}.${run}.older`);

/** Flush the files first. @throws FileError, which says which names hold new files then, if any do */
export async function publishAll(files: readonly StagedFile[]): Promise<void> {
  const [first] = files;
  if (!first) return;
  const directory = dirname(first.target);
  await publishTogether(directory, files);
  await flushDirectory(directory).catch((cause: unknown) => {
    const newFiles = files.map(({ target }) => basename(target)).sort();
    throw told(cause, [`of the new backup: ${newFiles.join(", ")}`], NOT_FLUSHED);
  });
}

const NOT_FLUSHED =
  "the files are whole, but may lose their names if the power fails: check the disk, and back up again";
const PUT_BACK_LATER =
  "the next backup into this directory puts the older files back first: check the disk, and run it again";

async function publishTogether(directory: string, files: readonly StagedFile[]): Promise<void> {
  const entries: Entry[] = [];
  for (const { path, target } of files) {
    const hadOlder = (await identity(target)) !== undefined;
    entries.push({ name: basename(target), hadOlder, file: (await identity(path)) ?? "" });
  }
  const publication = { directory, run: uniqueMaker(), entries };
  const made = [
    journalPath(publication),
    ...entries.map(({ name }) => olderPath(publication, name)),
  ];
  for (const path of made) mine.add(path);
  const named = new Set<string>();
  try {
    await writeJournal(publication);
    for (const { name, hadOlder } of entries) if (hadOlder) await keepOlder(publication, name);
    await flushDirectory(directory);
    for (const file of files) {
      await file.giveName();
      named.add(basename(file.target));
    }
    await end(publication);
  } catch (error) {
    const stuck = await putBack(publication, named);
    if (stuck.length > 0) throw mixed(error, { publication, stuck, named });
    await flushDirectory(directory).catch(() => {});
    await end(publication);
    throw error;
  } finally {
    for (const path of made) mine.delete(path);
  }
}

async function writeJournal(publication: Publication): Promise<void> {
  const path = journalPath(publication);
  try {
    const journal = await open(path, "wx", 0o600);
    try {
      await journal.writeFile(JSON.stringify(publication.entries));
      await journal.sync();
    } finally {
      await journal.close().catch(() => {});
    }
  } catch (cause) {
    throw fileError(cause, "write", path);
  }
}

/** Under two names; without links, under the other name only. */
async function keepOlder(publication: Publication, name: string): Promise<void> {
  const target = join(publication.directory, name);
  const older = olderPath(publication, name);
  try {
    await link(target, older).catch(async (cause: unknown) => {
      if (!NO_LINKS.has(codeOf(cause))) throw cause;
      await rename(target, older);
    });
  } catch (cause) {
    throw fileError(cause, "keep the older", target);
  }
}

/** Gives the older files their names again. @returns those for which that failed */
async function putBack(publication: Publication, isNew: ReadonlySet<string>): Promise<string[]> {
  const stuck: string[] = [];
  for (const { name, hadOlder, file } of [...publication.entries].reverse()) {
    const target = join(publication.directory, name);
    try {
      const found = await identity(target);
      const older = await identity(olderPath(publication, name));
      const isOurs = found === undefined || found === older || isSame(found, file);
      // somebody has put another there since: theirs is newer than ours
      if (!isOurs) continue;
      // does nothing where both are names of the older one
      if (hadOlder) await rename(olderPath(publication, name), target);
      else if (isNew.has(name)) await rm(target);
    } catch (cause) {
      // it was not kept yet, or has its name
      const hasName = lstat(target).then(
        () => true,
        () => false,
      );
      if (isNew.has(name) || !(codeOf(cause) === "ENOENT" || (await hasName))) stuck.push(name);
    }
  }
  return stuck;
}

/** Journals of earlier versions say only device and inode. */
const isSame = (found: string | undefined, said: string): boolean =>
  found === said || (said !== "" && (found?.startsWith(`${said}:`) ?? false));

/** Removing the journal is the step that counts. If the rest fails, the next run removes it. */
async function end(publication: Publication): Promise<void> {
  try {
    await rm(journalPath(publication), { force: true });
    for (const { name } of publication.entries) {
      await rm(olderPath(publication, name), { force: true });
    }
  } catch {
    // the files have their names
  }
}

/** Puts back, or completes, what a killed or failing run has left. Before files are staged there. @throws FileError */
export async function recoverPublications(directory: string): Promise<void> {
  for (const { groups } of await leftIn(directory, JOURNAL)) {
    await recover(await readJournal(directory, groups.run ?? ""));
  }
  for (const { path, groups } of await leftIn(directory, OLDER)) {
    // needed as long as its journal is there, which may belong to a run still at work
    if (await identity(journalPath({ directory, run: groups.run ?? "" }))) continue;
    await rm(path, { force: true }).catch(() => {});
  }
}

async function recover(publication: Publication): Promise<void> {
  const { directory, entries } = publication;
  const named = new Set<string>();
  for (const { name, file } of entries) {
    if (isSame(await identity(join(directory, name)), file)) named.add(name);
  }
  const stuck = named.size < entries.length ? await putBack(publication, named) : [];
  if (stuck.length > 0) {
    const what = `an earlier backup into ${directory} was cut, and what it replaced can't be put back`;
    throw mixed(new FileError(what), { publication, stuck, named });
  }
  await flushDirectory(directory);
  await end(publication);
}

/** Nothing, where it was not written to its end: then nothing was renamed yet. */
async function readJournal(directory: string, run: string): Promise<Publication> {
  const path = journalPath({ directory, run });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw fileError(cause, "read", path);
  });
  try {
    const entries = (JSON.parse(text) as Entry[]).filter(({ name }) => name === basename(name));
    return { directory, run, entries };
  } catch {
    return { directory, run, entries: [] };
  }
}

/**
 * Device, inode, size and time of the last write: the first two alone could be those of another file that came later.
 * @returns undefined where there is nothing
 */
async function identity(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path, { bigint: true });
    // it could be moved away, but the user didn't ask for that
    if (found.isDirectory()) throw new FileError(`cannot use ${path}: it is a directory`);
    return [found.dev, found.ino, found.size, found.mtimeNs].join(":");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw fileError(cause, "use", path);
  }
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
  const hadOlder = publication.entries.filter((entry) => entry.hadOlder).map(({ name }) => name);
  const isStuck = (name: string) => stuck.includes(name);
  const parts: [label: string, names: string[]][] = [
    ["of the new backup: ", stuck.filter((name) => named.has(name)).sort()],
    ["of the older: ", hadOlder.filter((name) => !isStuck(name)).sort()],
    [
      "what they replaced is kept as ",
      hadOlder.filter(isStuck).map((name) => olderPath(publication, name)),
    ],
  ];
  const texts = parts
    .filter(([, names]) => names.length > 0)
    .map(([label, names]) => label + names.join(", "));
  return told(error, texts, PUT_BACK_LATER);
}

function told(error: unknown, texts: readonly string[], hint: string): unknown {
  if (!(error instanceof FileError)) return error;
  const code = error.code === "DISK_FULL" ? "DISK_FULL" : "FILE_UNAVAILABLE";
  return new FileError([error.message, ...texts].join("; "), { code, hint, cause: error });
}
