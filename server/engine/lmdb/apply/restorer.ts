// Restores into LMDB, with threads that are started ahead.

import type { Applying, Merged, Restorer } from "../../../storage/engine.js";
import { applySnapshot } from "./apply.js";
import { StartedThreads } from "./restore-threads.js";

export class LmdbRestorer implements Restorer {
  readonly #threads = new StartedThreads();

  apply(task: Applying): Promise<Merged> {
    return applySnapshot(task, this.#threads.take());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#threads[Symbol.asyncDispose]();
  }
}
