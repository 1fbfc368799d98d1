// Objects as files of a directory. Each is written under a hidden name and flushed, and then gets its own name: so it is whole,
// or missing. What a killed run leaves behind has a hidden name, so it isn't an object. The next run that writes there removes
// it.

import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FlowgError, systemCode } from "../../../platform/errors.js";
import { flushDirectory } from "../../../platform/files/flush-directory.js";
import { makeDirectory } from "../../../platform/files/make-directory.js";
import { readSpan } from "../../../platform/files/read-span.js";
import { StagedFile, sweepStaged } from "../../../platform/files/staged-file.js";
import { takeFreeName } from "../../../platform/files/take-free-name.js";
import {
  type ObjectPage,
  type ObjectStore,
  type PathPage,
  TransientFault,
} from "../object-store.js";
import type { ByteRange } from "../place.js";
import { directoryFault } from "./directory-fault.js";
import { walk, walkPaths } from "./walk.js";

const PAGE = 1000;
/** Paths alone come without a look at each file. */
const PATHS_PAGE = 10_000;
const GONE: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR"]);

export class DirectoryStore implements ObjectStore {
  readonly name: string;
  /** The root's inode once it was seen. If a disk isn't mounted any more, its mount point is another directory. */
  #seen: number | undefined;
  /** Directories that exist and have been swept. */
  readonly #ready = new Map<string, Promise<void>>();

  /** @param root an absolute path; it need not exist yet */
  constructor(root: string) {
    this.name = root;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.#write(path, bytes, async (file) => {
      await file.publish();
      return true;
    });
  }

  async putNew(path: string, bytes: Uint8Array): Promise<boolean> {
    if (await this.#isThere(path)) {
      // its writer may not have flushed the directory yet; a power failure would then undo it
      await this.#flush(dirname(join(this.name, path)));
      return false;
    }
    return await this.#write(path, bytes, async (file) => {
      const isMine = await takeFreeName(file.path, file.target, claimInTheWay);
      await flushDirectory(dirname(file.target));
      return isMine;
    });
  }

  async get(path: string, range?: ByteRange): Promise<Buffer | undefined> {
    const full = join(this.name, path);
    let file: FileHandle;
    try {
      // opening a pipe must not wait for a writer
      file = await open(full, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (cause) {
      if (!GONE.has(systemCode(cause))) throw directoryFault(cause, "read", full);
      await this.#demandSame();
      return undefined;
    }
    try {
      return await readRange(file, full, range);
    } catch (cause) {
      throw directoryFault(cause, "read", full);
    } finally {
      await file.close().catch(() => {});
    }
  }

  async page(prefix: string, from = ""): Promise<ObjectPage> {
    const walked = walk({ root: this.name, prefix, after: from });
    const { found, isMore } = await this.#upTo(PAGE, walked);
    return { objects: found, next: isMore ? found.at(-1)?.path : undefined };
  }

  async pathPage(prefix: string, from = ""): Promise<PathPage> {
    const walked = walkPaths({ root: this.name, prefix, after: from });
    const { found, isMore } = await this.#upTo(PATHS_PAGE, walked);
    return { paths: found, next: isMore ? found.at(-1) : undefined };
  }

  async #upTo<T>(most: number, walked: AsyncIterable<T>): Promise<{ found: T[]; isMore: boolean }> {
    const found: T[] = [];
    let isMore = false;
    await this.#demandSame();
    try {
      for await (const each of walked) {
        isMore = found.length === most;
        if (isMore) break;
        found.push(each);
      }
    } catch (cause) {
      throw directoryFault(cause, "list", this.name);
    }
    // an unmounted root must not look like an empty one
    await this.#demandSame();
    return { found, isMore };
  }

  async remove(path: string): Promise<void> {
    const full = join(this.name, path);
    try {
      await rm(full);
      await flushDirectory(dirname(full));
    } catch (cause) {
      if (!GONE.has(systemCode(cause))) throw directoryFault(cause, "remove", full);
      await this.#demandSame();
    }
  }

  async tidy(): Promise<void> {
    await this.#demandSame();
    const entries = await readdir(this.name, { recursive: true, withFileTypes: true });
    const directories = entries.filter((entry) => entry.isDirectory());
    for (const { parentPath, name } of directories)
      await sweepStaged(join(parentPath, name)).catch(() => {});
    await sweepStaged(this.name).catch(() => {});
  }

  async close(): Promise<void> {}

  async #flush(directory: string): Promise<void> {
    await flushDirectory(directory).catch((cause: unknown) => {
      throw directoryFault(cause, "flush", directory);
    });
  }

  async #isThere(path: string): Promise<boolean> {
    const full = join(this.name, path);
    try {
      await lstat(full);
      return true;
    } catch (cause) {
      if (!GONE.has(systemCode(cause))) throw directoryFault(cause, "look for", full);
      return false;
    }
  }

  /**
   * @param publish gives the file its name
   * @returns what `publish` returns
   */
  async #write(
    path: string,
    bytes: Uint8Array,
    publish: (file: StagedFile) => Promise<boolean>,
  ): Promise<boolean> {
    const target = join(this.name, path);
    const directory = dirname(target);
    try {
      await this.#makeReady(directory);
      await using file = await StagedFile.create(target);
      await file.giveToOwnerOf(this.name);
      await file.write(bytes);
      await file.flush();
      return await publish(file);
    } catch (cause) {
      this.#ready.delete(directory);
      await this.#demandSame();
      // gone with its directory, or swept by a machine that doesn't see our locks
      if (systemCode(cause instanceof FlowgError ? cause.cause : cause) === "ENOENT")
        throw new TransientFault(`${target}, or its directory, vanished meanwhile`, { cause });
      throw directoryFault(cause, "write", target);
    }
  }

  async #makeReady(directory: string): Promise<void> {
    let ready = this.#ready.get(directory);
    if (!ready) {
      ready = this.#make(directory);
      this.#ready.set(directory, ready);
      // the next write tries again
      ready.catch(() => this.#ready.delete(directory));
    }
    await ready;
  }

  async #make(directory: string): Promise<void> {
    await this.#demandSame();
    await makeDirectory(directory, { forOwner: true });
    await this.#demandSame();
    // what can't be swept now stays hidden
    await sweepStaged(directory).catch(() => {});
  }

  /** @throws REPOSITORY_UNAVAILABLE if the root has gone, or is another directory than before */
  async #demandSame(): Promise<void> {
    const found = await stat(this.name).catch((cause: unknown) => {
      if (!GONE.has(systemCode(cause))) throw directoryFault(cause, "read", this.name);
      return undefined;
    });
    if (found && !found.isDirectory()) {
      throw new FlowgError("REPOSITORY_UNAVAILABLE", `${this.name} is not a directory`, {
        hint: "give the directory that the repository lies in",
      });
    }
    const seen = this.#seen;
    this.#seen ??= found?.ino;
    // the inode alone: after a share is mounted again, its device number is another one
    if (seen === undefined || found?.ino === seen) return;
    throw new FlowgError(
      "REPOSITORY_UNAVAILABLE",
      found
        ? `${this.name} is another directory than before`
        : `the directory ${this.name} is gone`,
      { hint: "check that its disk or share is mounted" },
    );
  }
}

/** @throws TransientFault if the file ends before its size */
async function readRange(
  file: FileHandle,
  path: string,
  range?: ByteRange,
): Promise<Buffer | undefined> {
  const found = await file.stat();
  // a directory exists where a longer path has this one as its beginning; it isn't an object
  if (!found.isFile()) return undefined;
  const start = Math.min(range?.start ?? 0, found.size);
  const end = Math.min(range?.end ?? found.size, found.size);
  const bytes = await readSpan(file, { start, end });
  if (bytes.length < end - start) throw new TransientFault(`${path} was cut while it was read`);
  return bytes;
}

const claimInTheWay = (claim: string) =>
  new TransientFault(`another run is storing an object here, or was killed doing so: ${claim}`, {
    hint: "if no backup is running, remove that file",
  });
