// Keeps sorted rows in a nameless file.

import { NamelessFile, type NamelessUse } from "../../platform/files/nameless-file.js";
import { ROW_HEAD_BYTES, type RowSource } from "./row.js";

/** How much is read ahead. */
const WINDOW_BYTES = 256 * 1024;
const USE: NamelessUse = {
  to: "sort the backup",
  onFull: "an import needs about the backup's size for a while; nothing was changed",
  onFault:
    "an import sorts in scratch files: it needs a directory to write in; nothing was changed",
};

/** Takes whole rows, in the order of their keys. */
export class RunFile extends NamelessFile {
  /** @throws DISK_FULL, FILE_UNAVAILABLE */
  constructor(dir: string) {
    super(dir, USE);
  }

  rows(): RowSource {
    return new FileRows(this);
  }
}

/** Gives the rows of a file. Only a window of it is in memory; a large row is read by itself. */
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
   * Brings these bytes of the file into the window, and says where they are in it. The memory of an earlier window isn't used
   * again, because views of it were given out.
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
