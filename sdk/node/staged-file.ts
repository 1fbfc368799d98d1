// A file that gets its name only once it is whole: written beside it under a `.part` name (0600), flushed, renamed,
// and the directory flushed. An older file of that name stays as it is until then.

import { channel } from "node:diagnostics_channel";
import { createReadStream } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors.js";
import { leftIn, MAKER, mine, uniqueMaker } from "./maker.js";

const CHUNK_BYTES = 1024 * 1024;

export class StagedFile {
  #handle: FileHandle | undefined;
  #renamed = false;

  private constructor(
    readonly target: string,
    readonly path: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  /** @throws FileError */
  static async create(target: string): Promise<StagedFile> {
    const found = await lstat(target).catch(() => undefined);
    if (found?.isDirectory()) throw new FileError(`cannot write ${target}: it is a directory`);
    const path = join(dirname(target), `.${basename(target)}.${uniqueMaker()}.part`);
    // before it is there: another run of this process may look around
    mine.add(path);
    const handle = await open(path, "wx", 0o600).catch((cause: unknown) => {
      mine.delete(path);
      throw fileError(cause, "create", target);
    });
    return new StagedFile(target, path, handle);
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesWritten } = await this.#open().write(bytes, done);
        done += bytesWritten;
      }
    } catch (cause) {
      throw fileError(cause, "write", this.target);
    }
  }

  /** On the disk, and closed for writing. */
  async flush(): Promise<void> {
    try {
      await this.#open().sync();
      await this.#close();
    } catch (cause) {
      throw fileError(cause, "flush", this.target);
    }
  }

  /** Reads the file back from the disk. */
  async *read(): AsyncGenerator<Uint8Array> {
    yield* fileBytes(this.path);
  }

  /** Gives it its name. Flush first. */
  async publish(): Promise<void> {
    await this.giveName();
    await flushDirectory(dirname(this.target));
  }

  /** Flush it first, and the directory afterwards. @throws FileError */
  async giveName(): Promise<void> {
    await rename(this.path, this.target).catch((cause: unknown) => {
      throw fileError(cause, "rename", this.target);
    });
    this.#renamed = true;
    mine.delete(this.path);
  }

  #open(): FileHandle {
    if (this.#handle === undefined) throw new FileError(`${this.path} is closed`);
    return this.#handle;
  }

  /** A fault of closing says nothing: a flushed file is on the disk, and any other is removed. */
  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }

  /** Removes it, unless it has got its name. If that fails now, the next run does it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (this.#renamed) return;
    await rm(this.path, { force: true }).catch(() => {});
    mine.delete(this.path);
  }
}

/** Some network and FUSE file systems say these: they can't flush a directory, or won't for this user. */
const CANNOT_FLUSH: ReadonlySet<string> = new Set(
  "EINVAL ENOTSUP EOPNOTSUPP ENOSYS ENOTTY EACCES EPERM EISDIR".split(" "),
);

/** The channel of the server's `server/platform/files/flush-directory.ts`. */
const unflushed = channel("flowg:unflushed-directory");

/** A name that was given, taken or removed is on the disk only when its directory is. @throws FileError */
export async function flushDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync().catch((cause: unknown) => {
        // some shares say so of a directory that is open, and so there
        if (codeOf(cause) !== "ENOENT") throw cause;
        unflushed.publish(path);
      });
    } finally {
      await directory.close().catch(() => {});
    }
  } catch (cause) {
    if (!CANNOT_FLUSH.has(codeOf(cause))) throw fileError(cause, "flush", path);
    unflushed.publish(path);
  }
}

/**
 * Makes a directory, 0700, and those above it that are missing, and flushes what they are in. Node's own way of that never
 * comes back in /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const isThere = async () => (await stat(path)).isDirectory();
    if (codeOf(cause) === "EEXIST" && (await isThere())) return;
    if (codeOf(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
      if (codeOf(error) !== "EEXIST" || !(await isThere())) throw error;
    });
  }
  await flushDirectory(dirname(path)).catch(async (error: unknown) => {
    // the next run is to make it again, and to flush
    await rmdir(path).catch(() => {});
    throw error;
  });
}

/** `.log.db.4711-1a2b3c4d-9f3c2a1b.part` names its maker. */
const STAGED = new RegExp(`^\\..+\\.${MAKER}\\.part$`);

/** Removes what a killed process left, before it fills the disk. */
export async function sweepStaged(directory: string): Promise<void> {
  for (const { path } of await leftIn(directory, STAGED)) await rm(path, { force: true });
}

/** @throws FileError */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or directory",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EEXIST: "there is something else of that name",
  EMFILE: "this process has too many files open",
  ENFILE: "the system has too many files open",
};

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** @param doing what was tried: `"read"` */
export function fileError(cause: unknown, doing: string, path: string): unknown {
  if (!(cause instanceof Error) || !("syscall" in cause)) return cause;
  const code = codeOf(cause);
  // the disk, a quota, what a file may grow to
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) {
    const hint = "free some space, or give another directory";
    return new FileError(`no space left to ${doing} ${path}`, { code: "DISK_FULL", cause, hint });
  }
  return new FileError(`cannot ${doing} ${path}: ${REASONS[code] ?? cause.message}`, { cause });
}
