// A file that gets its name only once it is whole: written beside its target under another name (0600), flushed,
// then renamed, and the directory flushed. Until then nobody can take it for the real one, and an older file of
// that name stays as it is. (Consul and etcd save snapshots this way.)

import { randomBytes } from "node:crypto";
import { type FileHandle, lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlowgError } from "../errors.js";
import { fileError } from "./file-error.js";
import { flushDirectory } from "./flush-directory.js";
import { giveToOwnerOf } from "./give-to-owner.js";
import { createLocked } from "./locked-file.js";
import { claim, MAKER, maker, makerOf, release, removeAbandoned } from "./maker.js";

/** `.auth.db.4711-1a2b3c4d-locked-9f3c2a1b.part` is hidden and names its maker. */
const STAGED = new RegExp(String.raw`^\..+\.${MAKER}-[0-9a-f]{8}\.part$`);

function stagedName(target: string): string {
  const unique = `${maker()}-${randomBytes(4).toString("hex")}`;
  return join(dirname(target), `.${basename(target)}.${unique}.part`);
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
      // claimed before it is there: another run in this process may sweep the directory
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

  /** Flushes it to the disk. It stays open, and so locked, until it has its name or is removed. */
  async flush(): Promise<void> {
    await this.#open()
      .sync()
      .catch((cause) => {
        throw fileError(cause, "flush", this.target);
      });
  }

  /** Gives the file to the owner of `path`, if root made it. */
  async giveToOwnerOf(path: string): Promise<void> {
    await giveToOwnerOf(path, this.#open());
  }

  /** Gives it its name, and flushes the directory. Flush the file first. */
  async publish(): Promise<void> {
    await this.giveName();
    await flushDirectory(dirname(this.target));
  }

  /** Gives it its name. Flush it first, and the directory afterwards. @throws FILE_UNAVAILABLE, DISK_FULL */
  async giveName(): Promise<void> {
    await rename(this.path, this.target).catch((cause) => {
      throw fileError(cause, "rename", this.target);
    });
    this.#renamed = true;
    await this.#close();
    release(this.path);
  }

  /** Ignores a fault of closing: a flushed file is on the disk, and any other is removed. */
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
    // the next run removes what can't be removed now; the work itself has not failed
    if (!this.#renamed) await rm(this.path, { force: true }).catch(() => {});
    await this.#close();
    release(this.path);
  }
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
