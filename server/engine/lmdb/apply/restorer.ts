// Restores into LMDB, with threads that are started ahead.

import type { Applying, Merged, Restorer } from "../../../storage/engine.js";
import { applySnapshot } from "./apply.js";
import { IdleThreads } from "./restore-threads.js";

export class LmdbRestorer implements Restorer {
  readonly #threads = new IdleThreads();

  async apply(task: Applying): Promise<Merged> {
    const threads = this.#threads.take();
    const merged = await applySnapshot(task, threads);
    await this.#threads.giveBack(threads);
    return merged;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#threads[Symbol.asyncDispose]();
  }
}
