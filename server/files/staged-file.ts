// A file that gets its name only once it is whole: written beside its target under another name (0600), flushed,
// then renamed, and the directory flushed. Until then nobody can take it for the real one, and an older file of
// that name stays as it is. (Consul and etcd save snapshots this way.)

import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlowgError, systemCode } from "../errors.js";
import { fileError } from "./file-error.js";
import { tryLock } from "./file-lock.js";
import { createLocked } from "./locked-file.js";
import { claim, MAKER, maker, makerOf, release, removeAbandoned } from "./owner.js";

/** `.auth.db.4711-1a2b3c4d-locked-9f3c2a1b.part`: hidden, and its maker can be asked for. */
const STAGED = new RegExp(String.raw`^\..+\.${MAKER}-[0-9a-f]{8}\.part$`);

function stagedName(target: string): string {
  const unique = `${maker()}-${randomBytes(4).toString("hex")}`;
  return join(dirname(target), `.${basename(target)}.${unique}.part`);
}

/** What had the name before. */
interface Kept {
  /** Where it is kept. */
  path: string | undefined;
  existed: boolean;
  /** Of that file, which others share: no sweep removes it meanwhile. */
  lock?: FileHandle | undefined;
}

/**
 * Gives files of one directory their names: all, or none. Flush them first.
 * @throws FILE_UNAVAILABLE, DISK_FULL; the message says which older files couldn't be kept, if any
 */
export async function publishAll(files: readonly StagedFile[]): Promise<void> {
  const kept = new Map<StagedFile, Kept>();
  const named: StagedFile[] = [];
  try {
    for (const file of files) kept.set(file, await file.keepOlder());
    for (const file of files) {
      await file.giveName();
      named.push(file);
    }
  } catch (error) {
    const replaced: string[] = [];
    for (const file of named.reverse()) {
      if (!(await file.takeBack(kept.get(file) as Kept))) replaced.push(basename(file.target));
    }
    throw replaced.length === 0 ? error : withReplaced(error, replaced);
  } finally {
    for (const { path, lock } of kept.values()) {
      if (path === undefined) continue;
      await rm(path, { force: true });
      await lock?.close().catch(() => {});
      release(path);
    }
  }
  for (const directory of new Set(files.map(({ target }) => dirname(target)))) {
    await flushDirectory(directory);
  }
}

function withReplaced(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof FlowgError)) return error;
  const { code, message, hint, details } = error;
  const text = `${message}; replaced already: ${names.join(", ")}`;
  return new FlowgError(code, text, { hint, details, cause: error });
}

export class StagedFile {
  #handle: FileHandle | undefined;
  #renamed = false;

  private constructor(
    /** The name it will get. */
    readonly target: string,
    /** The name it has until then. */
    readonly path: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  /** @throws FILE_UNAVAILABLE, also where the name is a directory's; DISK_FULL */
  static async create(target: string): Promise<StagedFile> {
    const found = await lstat(target).catch(() => undefined);
    if (found?.isDirectory()) {
      throw new FlowgError("FILE_UNAVAILABLE", `cannot write ${target}: it is a directory`, {
        hint: "move it away, or give another directory",
      });
    }
    for (;;) {
      const path = stagedName(target);
      // before it is there: another run of this process may look around
      claim(path);
      const handle = await createLocked(path).catch((cause) => {
        release(path);
        throw fileError(cause, "create", target);
      });
      if (handle) return new StagedFile(target, path, handle);
      release(path);
    }
  }

  /** Appends. */
  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#open()
        .write(bytes, done)
        .catch((cause) => {
          throw fileError(cause, "write", this.target);
        });
      done += bytesWritten;
    }
  }

  /** On the disk. It stays open for its lock, until it has its name or is removed. */
  async flush(): Promise<void> {
    await this.#open()
      .sync()
      .catch((cause) => {
        throw fileError(cause, "flush", this.target);
      });
  }

  /** Gives it its name. Flush first. */
  async publish(): Promise<void> {
    await publishAll([this]);
  }

  /** The older file under another name, where there is one, and the file system can do that. */
  async keepOlder(): Promise<Kept> {
    const path = stagedName(this.target);
    claim(path);
    const isKept = await link(this.target, path).then(
      () => true,
      () => false,
    );
    if (isKept) return { path, existed: true, lock: await shareLock(path) };
    release(path);
    const found = await lstat(this.target).catch(() => undefined);
    return { path: undefined, existed: found !== undefined };
  }

  async giveName(): Promise<void> {
    await rename(this.path, this.target).catch((cause) => {
      throw fileError(cause, "rename", this.target);
    });
    this.#renamed = true;
    await this.#close();
    release(this.path);
  }

  /** Takes the name away again. @returns whether the older file has it */
  async takeBack({ path, existed }: Kept): Promise<boolean> {
    if (path === undefined && existed) return false;
    const undoing = path === undefined ? rm(this.target) : rename(path, this.target);
    return await undoing.then(
      () => true,
      () => false,
    );
  }

  /** What has been flushed is on the disk, and what hasn't is removed: a fault here says nothing of either. */
  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }

  #open(): FileHandle {
    if (!this.#handle) throw new FlowgError("INTERNAL", `${this.path} is closed`);
    return this.#handle;
  }

  /** Removes it, unless it has got its name. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#renamed) await rm(this.path, { force: true });
    await this.#close();
    release(this.path);
  }
}

/** A rename is on the disk only when its directory is. */
export async function flushDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, "r");
    await directory.sync();
  } catch (cause) {
    // some network and FUSE file systems can't flush a directory
    if (systemCode(cause) === "EINVAL" || systemCode(cause) === "ENOTSUP") return;
    throw fileError(cause, "flush", path);
  }
}

/** Locks a file that is whole, beside others who do. */
async function shareLock(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file) tryLock(file.fd, { shared: true });
  return file;
}

/** Removes staged files that a killed process of this user left in a directory. */
export async function sweepStaged(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const made = makerOf(name, STAGED);
    const path = join(directory, name);
    const found = made && (await lstat(path).catch(() => undefined));
    if (!made || found?.uid !== process.geteuid?.()) continue;
    await removeAbandoned(path, made, { remove: () => rm(path, { force: true }) });
  }
}
