// Keeps entries on the disk that came while a restore held the database, until they are stored in it. The file lies beside the
// database. What was appended to it is flushed, so it outlives a crash, and the next start stores it. The server holds a lock on
// it, so that backups know whether somebody will store its entries (see until-stored).

import { randomUUID } from "node:crypto";
import { type Stats, statSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCode } from "../../../platform/errors.js";
import { fileError } from "../../../platform/files/file-error.js";
import { tryLock } from "../../../platform/files/file-lock.js";
import { flushDirectory } from "../../../platform/files/flush-directory.js";
import { readSpan } from "../../../platform/files/read-span.js";
import type { PreparedEntry } from "../../../records/logs/entry.js";
import { decodeFrame, encodeFrame, FRAME_HEAD_BYTES, frameLengths } from "./deferred-frame.js";

const FILE_NAME = "deferred-entries";
/** With the file's id behind it, 36 characters of a UUID. */
const MAGIC = "flowg deferred entries 1\n";
const HEAD_BYTES = MAGIC.length + 36;
const IS_ID = /^[0-9a-f-]{36}$/;
/** How much is read at once. */
const AHEAD_BYTES = 1024 * 1024;
const LOCK_TRIES = 100;
const LOCK_MS = 10;

export const deferredPath = (dir: string): string => join(dir, FILE_NAME);

/** What tells whether a name still leads to a file. */
type FileIs = Pick<Stats, "dev" | "ino">;

interface ReadAhead {
  at: number;
  bytes: Buffer;
}

/** A request's entries, and how many frames have been read with it. */
export interface ReadFrame {
  entries: PreparedEntry[];
  number: number;
}

export class DeferredFile {
  /** Tells this file from earlier ones. */
  readonly id: string;
  /** Bytes that are whole and flushed. */
  size: number;
  readonly #dir: string;
  readonly #file: FileHandle;
  /** Undefined if an earlier process made it: it may end with a write that was cut, and what is behind that can't be read. */
  readonly #made: FileIs | undefined;
  /** Where reading goes on, and the frames before. */
  #next = HEAD_BYTES;
  #read = 0;
  /** Bytes that were read ahead, and where they are in the file. */
  #ahead: ReadAhead = { at: 0, bytes: Buffer.alloc(0) };

  private constructor(
    dir: string,
    file: FileHandle,
    { id, size, made }: { id: string; size: number; made?: FileIs },
  ) {
    this.#dir = dir;
    this.#file = file;
    this.#made = made;
    this.id = id;
    this.size = size;
  }

  /** @throws DISK_FULL, FILE_UNAVAILABLE */
  static async create(dir: string): Promise<DeferredFile> {
    const path = deferredPath(dir);
    let file: FileHandle | undefined;
    try {
      file = await open(path, "wx+", 0o600);
      await lock(file);
      const id = randomUUID();
      await file.writeFile(MAGIC + id);
      await file.sync();
      await flushDirectory(dir);
      return new DeferredFile(dir, file, { id, size: HEAD_BYTES, made: await file.stat() });
    } catch (cause) {
      if (file) {
        await file.close().catch(() => {});
        await rm(path, { force: true }).catch(() => {});
      }
      throw fileError(cause, "create", path);
    }
  }

  /**
   * Opens the file that an earlier process left.
   * @returns undefined if there is none
   * @throws FILE_UNAVAILABLE
   */
  static async find(dir: string): Promise<DeferredFile | undefined> {
    const path = deferredPath(dir);
    let file: FileHandle | undefined;
    try {
      file = await open(path, "r+");
      await lock(file);
      const head = Buffer.alloc(HEAD_BYTES);
      await file.read(head, 0, HEAD_BYTES, 0);
      const text = head.toString("latin1");
      // the head was flushed before the first entry was: without it, there is none
      const id = text.slice(MAGIC.length);
      const isWhole = text.startsWith(MAGIC) && IS_ID.test(id);
      const { size } = await file.stat();
      return new DeferredFile(dir, file, { id: isWhole ? id : "", size });
    } catch (cause) {
      await file?.close().catch(() => {});
      if (systemCode(cause) === "ENOENT") return undefined;
      throw fileError(cause, "read", path);
    }
  }

  /**
   * Whether the next start would find and read what is appended now.
   * @throws FILE_UNAVAILABLE
   */
  takesMore(): boolean {
    if (!this.#made) return false;
    const path = deferredPath(this.#dir);
    try {
      // not in a thread of Node's, for which a request would wait beside a restore
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.dev === this.#made.dev && found.ino === this.#made.ino;
    } catch (cause) {
      throw fileError(cause, "look at", path);
    }
  }

  /**
   * Adds requests. Resolves once they are on the disk.
   * @throws DISK_FULL, FILE_UNAVAILABLE; none of them is added then
   */
  async append(requests: readonly (readonly PreparedEntry[])[]): Promise<void> {
    const bytes = Buffer.concat(requests.flatMap(encodeFrame));
    try {
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        done += (await this.#file.write(bytes, done, left, this.size + done)).bytesWritten;
      }
      await this.#file.datasync();
      this.size += bytes.length;
    } catch (cause) {
      // what is behind the size would be read as a frame after a crash
      await this.#file.truncate(this.size).catch(() => {});
      throw fileError(cause, "write", deferredPath(this.#dir));
    }
  }

  /**
   * Reads the next request.
   * @returns undefined at the end, and where the rest isn't what was written: `unread` tells
   * @throws FILE_UNAVAILABLE
   */
  async next(): Promise<ReadFrame | undefined> {
    try {
      const head = await this.#bytes(this.#next, FRAME_HEAD_BYTES);
      const lengths = head && frameLengths(head);
      if (!head || !lengths) return undefined;
      const at = this.#next + FRAME_HEAD_BYTES;
      const length = lengths.list + lengths.fields;
      const parts = await this.#bytes(at, length);
      const entries = parts && decodeFrame(head, parts);
      if (!entries) return undefined;
      this.#next = at + length;
      this.#read += 1;
      return { entries, number: this.#read };
    } catch (cause) {
      throw fileError(cause, "read", deferredPath(this.#dir));
    }
  }

  /** Bytes at the end that are no request: a write that was cut, or damage. */
  get unread(): number {
    return this.size - this.#next;
  }

  /**
   * Removes the file, or gives it another name, for a person to look at. It takes nothing more.
   * @returns its new path; undefined if it was removed, or somebody has moved it away
   * @throws FILE_UNAVAILABLE
   */
  async remove({ keep }: { keep: boolean }): Promise<string | undefined> {
    const path = deferredPath(this.#dir);
    let kept = keep ? `${path}.${this.id || "unreadable"}.kept` : undefined;
    try {
      if (kept) await rename(path, kept);
      else await rm(path, { force: true });
    } catch (cause) {
      if (systemCode(cause) !== "ENOENT") throw fileError(cause, "remove", path);
      kept = undefined;
    }
    await this.close();
    // if a power cut brings the name back, the database's note says that all is stored; the next file's flush has this one, too
    await flushDirectory(this.#dir).catch(() => {});
    return kept;
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #bytes(at: number, length: number): Promise<Buffer | undefined> {
    if (at + length > this.size) return undefined;
    if (!holds(this.#ahead, at, length)) {
      const end = Math.min(this.size, at + Math.max(length, AHEAD_BYTES));
      this.#ahead = { at, bytes: await readSpan(this.#file, { start: at, end }) };
    }
    const from = at - this.#ahead.at;
    return holds(this.#ahead, at, length)
      ? this.#ahead.bytes.subarray(from, from + length)
      : undefined;
  }
}

const holds = (ahead: ReadAhead, at: number, length: number): boolean =>
  at >= ahead.at && at + length <= ahead.at + ahead.bytes.length;

/** A backup holds the lock only while it looks at it. */
async function lock({ fd }: FileHandle): Promise<void> {
  for (let tries = 0; tries < LOCK_TRIES && tryLock(fd) === "held"; tries++) await sleep(LOCK_MS);
}
