// The two threads of a restore. They can be started before there is anything for them to do: that takes a tenth of a
// second, in which the snapshot is verified.

import type { Worker } from "node:worker_threads";
import { SHORT_LIVED, startThread } from "../threads.js";

export class RestoreThreads {
  /** Owns the transaction: never to be ended from outside once it has its task. */
  readonly applying = start(new URL("./apply-thread.js", import.meta.url));
  readonly preparing = start(new URL("./prepare-thread.js", import.meta.url));

  /** Ends threads that were never given a task. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.applying.terminate(), this.preparing.terminate()]);
  }
}

function start(module: URL): Worker {
  return startThread(module, { resourceLimits: SHORT_LIVED });
}
