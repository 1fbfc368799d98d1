// Memory of finished blocks, for blocks to come. A segment keeps its blocks until they are compressed, but the walk wants memory
// back for each block at once. So it gets that of an earlier one, and nothing is copied.

import { release } from "../../platform/native-memory.js";

export class SpareMemory implements Disposable {
  readonly #spare: ArrayBuffer[] = [];
  #isClosed = false;

  give(memory: ArrayBuffer): void {
    if (this.#isClosed) release(new Uint8Array(memory));
    else this.#spare.push(memory);
  }

  /** An empty buffer where none is spare: the taker then allocates its own. */
  take(): ArrayBuffer {
    return this.#spare.pop() ?? new ArrayBuffer(0);
  }

  /** Frees what is spare now, and what comes back later. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const memory of this.#spare.splice(0)) release(new Uint8Array(memory));
  }
}
