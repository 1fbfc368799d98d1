// Bounds the blocks on their way from one thread to another, by their number and their bytes. A block may be a single record of
// 64 MB, and then it goes alone.

import { BLOCKS_IN_FLIGHT, BYTES_IN_FLIGHT } from "../snapshot/zstd.js";

export class Room {
  #waiting: (() => void) | undefined;
  #closed = false;
  /** Bytes of each block that has a place, in order. */
  readonly #taken: number[] = [];
  #bytes = 0;

  /** Waits for a place. @returns false when there will be none */
  async take(bytes: number): Promise<boolean> {
    while (!this.#closed && !this.#hasRoom(bytes)) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    this.#taken.push(bytes);
    this.#bytes += bytes;
    return !this.#closed;
  }

  /** Frees the place of the first block. */
  free(): void {
    this.#bytes -= this.#taken.shift() ?? 0;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  #hasRoom(bytes: number): boolean {
    if (this.#taken.length === 0) return true;
    return this.#taken.length < BLOCKS_IN_FLIGHT && this.#bytes + bytes <= BYTES_IN_FLIGHT;
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
