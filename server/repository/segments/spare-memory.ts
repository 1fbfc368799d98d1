// Memory of blocks that are done with, for blocks to come. A segment keeps its blocks until they are compressed, and the walk
// wants memory back for each at once: so it gets that of an earlier one, and nothing is copied.

import { release } from "../../platform/native-memory.js";

export class SpareMemory implements Disposable {
  readonly #spare: ArrayBuffer[] = [];
  #isClosed = false;

  give(memory: ArrayBuffer): void {
    if (this.#isClosed) release(new Uint8Array(memory));
    else this.#spare.push(memory);
  }

  /** None has no bytes: whoever takes it makes some. */
  take(): ArrayBuffer {
    return this.#spare.pop() ?? new ArrayBuffer(0);
  }

  /** Frees what there is, and what comes yet. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const memory of this.#spare.splice(0)) release(new Uint8Array(memory));
  }
}
