// Restores into LMDB, with threads that are started ahead.

import { answersRequests } from "../../../platform/threads/give-way.js";
import type { Applying, Merged, Restorer } from "../../../storage/engine.js";
import { applySnapshot } from "./apply.js";
import { IdleThreads } from "./restore-threads.js";

export class LmdbRestorer implements Restorer {
  readonly #threads = new IdleThreads();

  async apply(task: Applying): Promise<Merged> {
    // Entries don't wait for a restore of logs (see stores/logs/deferred), so requests come before it. Writers of the other
    // databases do wait.
    const threads = this.#threads.take({ givesWay: task.kind === "logs" && answersRequests() });
    const merged = await applySnapshot(task, threads);
    await this.#threads.giveBack(threads);
    return merged;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#threads[Symbol.asyncDispose]();
  }
}
