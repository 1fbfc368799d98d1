// A file that gets its name only once it is whole: written beside its target under another name (0600), flushed,
// then renamed, and the directory flushed. Until then nobody can take it for the real one, and an older file of
// that name stays as it is. (Consul and etcd save snapshots this way.)

import { randomBytes } from "node:crypto";
import { type FileHandle, link, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlowgError, systemCode } from "../errors.js";
import { fileError } from "./file-error.js";
import { claim, isAbandoned, release } from "./owner.js";

/** `.auth.db.4711-9f3c2a1b.part`: hidden, and whose process can be asked for. */
const STAGED = /^\..+\.(\d+)-[0-9a-f]{8}\.part$/;

function stagedName(target: string): string {
  const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
  return join(dirname(target), `.${basename(target)}.${unique}.part`);
}

/** What had the name before. */
interface Kept {
  /** Where it is kept. */
  path: string | undefined;
  existed: boolean;
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
    for (const { path } of kept.values()) {
      if (path === undefined) continue;
      await rm(path, { force: true });
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
    const path = stagedName(target);
    // before it is there: another run of this process may look around
    claim(path);
    const handle = await open(path, "wx", 0o600).catch((cause) => {
      release(path);
      throw fileError(cause, "create", target);
    });
    return new StagedFile(target, path, handle);
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

  /** On the disk, and closed for writing. */
  async flush(): Promise<void> {
    const handle = this.#open();
    await handle.sync().catch((cause) => {
      throw fileError(cause, "flush", this.target);
    });
    await this.#close();
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
    if (isKept) return { path, existed: true };
    release(path);
    const found = await lstat(this.target).catch(() => undefined);
    return { path: undefined, existed: found !== undefined };
  }

  async giveName(): Promise<void> {
    await rename(this.path, this.target).catch((cause) => {
      throw fileError(cause, "rename", this.target);
    });
    this.#renamed = true;
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

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #open(): FileHandle {
    if (!this.#handle) throw new FlowgError("INTERNAL", `${this.path} is closed`);
    return this.#handle;
  }

  /** Removes it, unless it has got its name. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (this.#renamed) return;
    await rm(this.path, { force: true });
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

/** Removes staged files that a killed process of this user left in a directory. */
export async function sweepStaged(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(STAGED.exec(name)?.[1]);
    const path = join(directory, name);
    if (!(pid > 0 && isAbandoned(path, pid))) continue;
    const found = await lstat(path).catch(() => undefined);
    if (found?.uid === process.geteuid?.()) await rm(path, { force: true });
  }
}
