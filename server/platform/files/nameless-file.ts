// A file without a name. Only this process can find it, and it takes no room any more once the process has ended, however it
// ends.

import { randomBytes } from "node:crypto";
import { constants, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FlowgError, isDiskFull, systemCode } from "../errors.js";
import { closeFile } from "./close-file.js";
import { reasonOf } from "./file-error.js";
import { isNearlyFull } from "./free-space.js";

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;

/** What errors say. */
export interface NamelessUse {
  /** What the file is needed for: `"sort the backup"`. */
  to: string;
  /** What to do where its disk is full. */
  onFull: string;
  /** What to do where the file can't be made, written or read. */
  onFault: string;
}

export class NamelessFile {
  /** Bytes of all that was appended. */
  size = 0;
  readonly #dir: string;
  readonly #use: NamelessUse;
  readonly #fd: number;

  /** @throws DISK_FULL, FILE_UNAVAILABLE */
  constructor(dir: string, use: NamelessUse) {
    this.#dir = dir;
    this.#use = use;
    this.#fd = this.#try("make", () => {
      const path = join(dir, `.flowg-${randomBytes(8).toString("hex")}.run`);
      const fd = openSync(path, FLAGS, 0o600);
      unlinkSync(path);
      return fd;
    });
  }

  /** @throws DISK_FULL, FILE_UNAVAILABLE */
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

  close(): void {
    closeFile(this.#fd);
  }

  #try<T>(doing: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw this.#fault(cause, doing);
    }
  }

  #fault(cause: unknown, doing: string): FlowgError {
    const { to, onFull, onFault } = this.#use;
    // some file systems give EIO where a page is written only in part
    if (isDiskFull(cause) || (systemCode(cause) === "EIO" && isNearlyFull(this.#dir))) {
      const message = `no space left to ${to} in ${this.#dir}`;
      return new FlowgError("DISK_FULL", message, { cause, hint: onFull });
    }
    const message = `cannot ${doing} a scratch file in ${this.#dir}: ${reasonOf(cause)}`;
    return new FlowgError("FILE_UNAVAILABLE", message, { cause, hint: onFault });
  }
}
