// A file that gets its name only once it is whole: written beside its target under another name (0600), flushed,
// then renamed, and the directory flushed. Until then nobody can take it for the real one, and an older file of
// that name stays as it is. (Consul and etcd save snapshots this way.)

import { randomBytes } from "node:crypto";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlowgError, isDiskFull, systemCode } from "../errors.js";
import { claim, isAbandoned, release } from "./owner.js";

/** `.auth.db.4711-9f3c2a1b.part`: hidden, and whose process can be asked for. */
const STAGED = /^\..+\.(\d+)-[0-9a-f]{8}\.part$/;

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
    const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
    const path = join(dirname(target), `.${basename(target)}.${unique}.part`);
    const handle = await open(path, "wx", 0o600).catch((cause) => {
      throw fileError(cause, "create", path);
    });
    claim(path);
    return new StagedFile(target, path, handle);
  }

  /** Appends. */
  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#open()
        .write(bytes, done)
        .catch((cause) => {
          throw fileError(cause, "write", this.path);
        });
      done += bytesWritten;
    }
  }

  /** On the disk, and closed for writing. */
  async flush(): Promise<void> {
    const handle = this.#open();
    await handle.sync().catch((cause) => {
      throw fileError(cause, "flush", this.path);
    });
    await this.#close();
  }

  /** Gives it its name. Flush first. */
  async publish(): Promise<void> {
    await rename(this.path, this.target).catch((cause) => {
      throw fileError(cause, "rename", this.path);
    });
    this.#renamed = true;
    release(this.path);
    await flushDirectory(dirname(this.target));
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

/** Removes staged files that a killed process left in a directory. */
export async function sweepStaged(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(STAGED.exec(name)?.[1]);
    const path = join(directory, name);
    if (pid > 0 && isAbandoned(path, pid)) await rm(path, { force: true });
  }
}

/** What a system call on a file says, as an error that a person can act on. */
export function fileError(cause: unknown, doing: string, path: string): FlowgError {
  if (cause instanceof FlowgError) return cause;
  if (isDiskFull(cause)) {
    return new FlowgError("DISK_FULL", `no space left to ${doing} ${path}`, {
      cause,
      hint: "free some space, or give another directory; no file was changed",
    });
  }
  return new FlowgError("FILE_UNAVAILABLE", `cannot ${doing} ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: HINTS[systemCode(cause) ?? ""],
  });
}

function reasonOf(cause: unknown): string {
  const code = systemCode(cause) ?? "";
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file or directory",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
};

const HINTS: Record<string, string> = {
  ENOENT: "check the path",
  EACCES: "check its permissions, or run as its owner",
  EROFS: "give a directory on another file system",
};
