// The two threads of a restore. They can be started before there is anything for them to do: that takes a tenth of a
// second, in which the snapshot is verified.

import type { Worker } from "node:worker_threads";
import { SHORT_LIVED, startThread } from "../threads.js";

export class RestoreThreads {
  /** Owns the transaction: never to be ended from outside once it has its task. */
  readonly applying = start(new URL("./apply-thread.js", import.meta.url));
  readonly preparing = start(new URL("./prepare-thread.js", import.meta.url));
}

/** Threads that are started ahead, for the first that takes them. */
export class StartedThreads {
  #threads: RestoreThreads | undefined = new RestoreThreads();

  /** Whoever takes them gives them their task. */
  take(): RestoreThreads {
    const threads = this.#threads ?? new RestoreThreads();
    this.#threads = undefined;
    return threads;
  }

  /** Ends them, if nobody took them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#threads?.applying.terminate(), this.#threads?.preparing.terminate()]);
  }
}

function start(module: URL): Worker {
  return startThread(module, { resourceLimits: SHORT_LIVED });
}
