// The two threads of a restore. They can be started before there is anything for them to do: that takes a tenth of a
// second, in which the snapshot is verified.

import type { Worker } from "node:worker_threads";
import { endThread } from "../../../platform/threads/ending.js";
import { SHORT_LIVED, startThread } from "../../../platform/threads/start.js";

export class RestoreThreads {
  /** Owns the transaction: never to be ended from outside once it has its task. */
  readonly applying = start(new URL("./apply-thread.js", import.meta.url));
  readonly preparing: Worker;
  #isSound = true;

  constructor() {
    try {
      this.preparing = start(new URL("./prepare-thread.js", import.meta.url));
    } catch (error) {
      void endThread(this.applying);
      throw error;
    }
    for (const thread of [this.applying, this.preparing]) {
      // nothing else listens yet, and an error without a listener ends the process
      const fail = () => {
        this.#isSound = false;
      };
      thread.on("error", fail).on("exit", fail);
    }
  }

  /** Whether both still run. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** Ends them. Only before they have their task. */
  async end(): Promise<void> {
    await Promise.all([endThread(this.applying), endThread(this.preparing)]);
  }
}

/** Threads that are started ahead, for the first that takes them. */
export class StartedThreads {
  #threads: RestoreThreads | undefined;

  constructor(threads = new RestoreThreads()) {
    this.#threads = threads;
  }

  /** Their taker gives them their task, and listens to them, at once. */
  take(): RestoreThreads {
    const threads = this.#threads;
    this.#threads = undefined;
    if (threads?.isSound) return threads;
    // one could not start, or was out of memory: now it may work, and if not, their taker hears of it
    void threads?.end();
    return new RestoreThreads();
  }

  /** Ends the threads, unless something took them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads?.end();
  }
}

function start(module: URL): Worker {
  return startThread(module, { resourceLimits: SHORT_LIVED });
}
