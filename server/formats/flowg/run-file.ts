// Sorted rows in a file that has no name: whatever becomes of the process, it takes no room any more afterwards.

import { randomBytes } from "node:crypto";
import { constants, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FlowgError, isDiskFull, systemCode } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { reasonOf } from "../../platform/files/file-error.js";
import { isNearlyFull } from "../../platform/files/free-space.js";
import { ROW_HEAD_BYTES, type RowSource } from "./row.js";

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
/** How much is read ahead. */
const WINDOW_BYTES = 256 * 1024;

export class RunFile {
  /** Bytes of all rows. */
  size = 0;
  readonly #dir: string;
  readonly #fd: number;

  /** @throws DISK_FULL, FILE_UNAVAILABLE */
  constructor(dir: string) {
    this.#dir = dir;
    this.#fd = this.#try("make", () => {
      const path = join(dir, `run-${randomBytes(8).toString("hex")}`);
      const fd = openSync(path, FLAGS, 0o600);
      unlinkSync(path);
      return fd;
    });
  }

  /** Appends whole rows, whose keys follow those before. @throws DISK_FULL, FILE_UNAVAILABLE */
  append(bytes: Uint8Array): void {
    this.#try("write", () => {
      for (let done = 0; done < bytes.byteLength; ) {
        done += writeSync(this.#fd, bytes, done, bytes.byteLength - done, this.size + done);
      }
    });
    this.size += bytes.byteLength;
  }

  /** @throws FILE_UNAVAILABLE if it is shorter than what was written */
  read(start: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#try("read", () => {
      for (let done = 0; done < length; ) {
        const count = readSync(this.#fd, bytes, done, length - done, start + done);
        if (count === 0) throw new Error("it is shorter than what was written");
        done += count;
      }
    });
    return bytes;
  }

  rows(): RowSource {
    return new FileRows(this);
  }

  close(): void {
    closeFile(this.#fd);
  }

  #try<T>(doing: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw scratchError(cause, doing, this.#dir);
    }
  }
}

function scratchError(cause: unknown, doing: string, dir: string): FlowgError {
  // a page that is written only in part is an input/output error to some
  if (isDiskFull(cause) || (systemCode(cause) === "EIO" && isNearlyFull(dir))) {
    return new FlowgError("DISK_FULL", `no space left to sort the backup in ${dir}`, {
      cause,
      hint: "an import needs about the backup's size for a while; nothing was changed",
    });
  }
  const message = `cannot ${doing} a scratch file in ${dir}: ${reasonOf(cause)}`;
  return new FlowgError("FILE_UNAVAILABLE", message, {
    cause,
    hint: "an import sorts in scratch files: it needs a directory to write in; nothing was changed",
  });
}

/** The rows of a file, of which only a window is in memory, and of a large row not even that. */
class FileRows implements RowSource {
  key: Buffer | undefined;
  readonly #file: RunFile;
  #window: Buffer = Buffer.alloc(0);
  /** The offset of the window in the file. */
  #start = 0;
  /** The offset of the present row in the file. */
  #at = 0;
  #valueLength = 0;

  constructor(file: RunFile) {
    this.#file = file;
    this.#look();
  }

  value(): Buffer {
    const start = this.#at + ROW_HEAD_BYTES + (this.key?.length ?? 0);
    if (this.#valueLength > WINDOW_BYTES) return this.#file.read(start, this.#valueLength);
    return this.#part(start, this.#valueLength);
  }

  advance(): void {
    this.#at += ROW_HEAD_BYTES + (this.key?.length ?? 0) + this.#valueLength;
    this.#look();
  }

  #look(): void {
    this.key = undefined;
    if (this.#at >= this.#file.size) return;
    const head = this.#reach(this.#at, ROW_HEAD_BYTES);
    const keyLength = this.#window.readUInt32LE(head);
    this.#valueLength = this.#window.readUInt32LE(head + 4);
    this.key = this.#part(this.#at + ROW_HEAD_BYTES, keyLength);
  }

  #part(start: number, length: number): Buffer {
    const at = this.#reach(start, length);
    return this.#window.subarray(at, at + length);
  }

  /**
   * Brings these bytes of the file into the window, and says where they are in it. A window that is left isn't used again, for
   * the views that were given out show parts of it.
   */
  #reach(start: number, length: number): number {
    if (start + length > this.#start + this.#window.length || start < this.#start) {
      const window = Math.min(Math.max(WINDOW_BYTES, length), this.#file.size - start);
      this.#window = this.#file.read(start, window);
      this.#start = start;
    }
    return start - this.#start;
  }
}
