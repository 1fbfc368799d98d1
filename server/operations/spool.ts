// A file between a database and a client, so that neither waits for the other. A backup is written at the disk's speed and read
// at the client's. An upload is complete on the disk before it is read. The file lies beside the data (same disk, 0600, in a
// directory 0700). Its user removes it, and the start of a server removes what a killed one has left.

import { open } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError } from "../platform/errors.js";
import { fileError } from "../platform/files/file-error.js";
import { makeDirectory } from "../platform/files/make-directory.js";
import { sweepScratch } from "../platform/files/scratch-directory.js";
import { StagedFile, sweepStaged } from "../platform/files/staged-file.js";
import type { DatabaseKind } from "../records/kinds.js";

const READ_BYTES = 256 * 1024;

/** The directory of a database's spool files. */
export const spoolDirectory = (dir: string): string => join(dir, "spool");

/** Makes a database's spool directory, and removes what is left in it. A server calls it at its start. */
export async function prepareSpool(dir: string): Promise<void> {
  const directory = spoolDirectory(dir);
  try {
    await makeDirectory(directory, { forOwner: true });
    await sweepSpool(dir);
  } catch (cause) {
    throw fileError(cause, "use", directory);
  }
}

/** Removes what killed servers left in it. */
export async function sweepSpool(dir: string): Promise<void> {
  await sweepStaged(spoolDirectory(dir));
  await sweepScratch(spoolDirectory(dir));
}

export class Spool {
  readonly #file: StagedFile;
  #size = 0;
  #state: "open" | "ended" | "failed" = "open";
  #error: unknown;
  #wake: (() => void) | undefined;

  private constructor(
    file: StagedFile,
    private readonly name: DatabaseKind,
  ) {
    this.#file = file;
  }

  /** @param dir the database's directory */
  static async create(dir: string, name: DatabaseKind): Promise<Spool> {
    const directory = spoolDirectory(dir);
    try {
      await makeDirectory(directory);
      return new Spool(await StagedFile.create(join(directory, `${name}.db`)), name);
    } catch (cause) {
      throw explained(fileError(cause, "use", directory), name);
    }
  }

  get path(): string {
    return this.#file.path;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes).catch((error) => {
      throw this.explained(error);
    });
    this.#size += bytes.byteLength;
    this.#wake?.();
  }

  /** An error of this file, without its path, for clients. */
  readonly explained = (error: unknown): unknown => explained(error, this.name);

  /** Ends the file. Nothing more will be written. */
  end(): void {
    this.#state = "ended";
    this.#wake?.();
  }

  /** Gives the file up: its reader fails with this error. */
  fail(error: unknown): void {
    this.#state = "failed";
    this.#error = error;
    this.#wake?.();
  }

  /** The bytes, as they are written; ends with `end()`. For one reader at a time. */
  async *read(): AsyncGenerator<Uint8Array> {
    const unreadable = (cause: unknown) => this.explained(fileError(cause, "read", this.path));
    await using file = await open(this.path, "r").catch((cause) => {
      throw unreadable(cause);
    });
    let position = 0;
    for (;;) {
      // reads the size before the state, so that all bytes before the end are given out
      const size = this.#size;
      if (position < size) {
        const length = Math.min(READ_BYTES, size - position);
        const memory = Buffer.allocUnsafe(length);
        const { buffer, bytesRead } = await file
          .read(memory, 0, length, position)
          .catch((cause) => {
            throw unreadable(cause);
          });
        if (bytesRead === 0) throw unreadable(new Error("it is shorter than what was written"));
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      if (this.#state === "failed") throw this.#error;
      if (this.#state === "ended") return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "open") this.fail(new FlowgError("CANCELLED", "the transfer was stopped"));
    await this.#file[Symbol.asyncDispose]();
  }
}

/** Hides the paths of the server's files from clients. */
function explained(error: unknown, name: DatabaseKind): unknown {
  const code = error instanceof FlowgError ? error.code : undefined;
  if (code === "DISK_FULL") {
    return new FlowgError("DISK_FULL", `no space left beside the ${name} database`, {
      hint: "free some space on its disk and try again; nothing was changed",
      cause: error,
    });
  }
  if (code !== "FILE_UNAVAILABLE") return error;
  return new FlowgError("FILE_UNAVAILABLE", `no file can be used beside the ${name} database`, {
    hint: "the server's log says why; nothing was changed",
    cause: error,
  });
}
