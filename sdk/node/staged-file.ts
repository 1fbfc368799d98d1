// A file that gets its name only once it is whole: written beside it under a `.part` name (0600), flushed, renamed,
// and the directory flushed. An older file of that name stays as it is until then.

import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync, readlinkSync, statSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors.js";

const CHUNK_BYTES = 1024 * 1024;

/** What this process has made and not removed yet. */
const mine = new Set<string>();

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
    const unique = `${process.pid}-${ourHome()}-${randomBytes(4).toString("hex")}`;
    const path = join(dirname(target), `.${basename(target)}.${unique}.part`);
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

  /** As it can be read now. */
  async *read(): AsyncGenerator<Uint8Array> {
    yield* fileBytes(this.path);
  }

  /** Gives it its name. Flush first. */
  async publish(): Promise<void> {
    await rename(this.path, this.target).catch((cause: unknown) => {
      throw fileError(cause, "rename", this.target);
    });
    this.#renamed = true;
    mine.delete(this.path);
    await flushDirectory(dirname(this.target));
  }

  #open(): FileHandle {
    if (this.#handle === undefined) throw new FileError(`${this.path} is closed`);
    return this.#handle;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** Removes it, unless it has got its name. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (this.#renamed) return;
    await rm(this.path, { force: true });
    mine.delete(this.path);
  }
}

/** A rename is on the disk only when its directory is. @throws FileError */
export async function flushDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, "r");
    await directory.sync();
  } catch (cause) {
    // some network and FUSE file systems can't flush a directory
    if (["EINVAL", "ENOTSUP"].includes(codeOf(cause))) return;
    throw fileError(cause, "flush", path);
  }
}

/** Makes a directory, 0700, and those above it that are missing; Node's own way of that never comes back in /proc. */
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
}

/**
 * `.log.db.4711-1a2b3c4d-9f3c2a1b.part`: its process, and the home in which that number means this process, one boot of
 * one machine and there one pid namespace: in two containers the first process has number 1. Names as the server's
 * `server/files/owner.ts` makes them; whether it still holds the lock on a `-locked` one, only the server can tell.
 */
const STAGED = /^\..+\.(?<pid>\d+)(?:-(?<home>[0-9a-f]{8})(?<locked>-locked)?)?-[0-9a-f]{8}\.part$/;
/** What is of another home and was not written to for so long is left behind: a set may take many hours. */
const OLD_MS = 24 * 60 * 60 * 1000;

let home: string | undefined;

function ourHome(): string {
  home ??= createHash("sha256").update(space()).digest("hex").slice(0, 8);
  return home;
}

function space(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // no Linux: no namespaces either
    return hostname();
  }
}

/** Removes what a killed process left, before it fills the disk. */
export async function sweepStaged(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const groups = STAGED.exec(name)?.groups;
    const path = join(directory, name);
    if (!groups || mine.has(path)) continue;
    const found = await lstat(path).catch(() => undefined);
    if (found?.uid !== process.geteuid?.()) continue;
    if (isLeft(path, groups)) await rm(path, { force: true });
  }
}

function isLeft(path: string, { pid, home, locked }: Record<string, string | undefined>): boolean {
  if (home !== undefined && home !== ourHome())
    return locked === undefined && isOlderThan(path, Date.now() - OLD_MS);
  // in a container a new process often has the number of the killed one
  const start = Date.now() - process.uptime() * 1000;
  return Number(pid) === process.pid ? isOlderThan(path, start) : !isAlive(Number(pid));
}

function isOlderThan(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < time;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
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
};

const codeOf = (error: unknown): string =>
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
