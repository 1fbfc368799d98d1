// The threads of a restore. They can be started before there is work for them: starting takes a tenth of a second, in which the
// snapshot is verified. Restores of several databases, one after the other, use the same threads, unless requests come before
// some of them.

import type { Worker } from "node:worker_threads";
import { endThread } from "../../../platform/threads/ending.js";
import { answersRequests } from "../../../platform/threads/give-way.js";
import { SHORT_LIVED, startThread } from "../../../platform/threads/start.js";

export class RestoreThreads {
  /** Owns the transaction. It must never be ended from outside while it has a task. */
  readonly applying = start(new URL("./apply-thread.js", import.meta.url));
  /**
   * Prepares blocks, where the thread that reads the snapshot has requests to answer. Elsewhere that thread does it: it would only
   * wait, and to start one more thread takes as long as to prepare fifty blocks.
   */
  readonly preparing: Worker | undefined;
  /** Whether requests come before their tasks. The first task decides, because a thread can't raise its priority again. */
  givesWay: boolean | undefined;
  #isSound = true;

  constructor(isServer = answersRequests()) {
    try {
      if (isServer) this.preparing = start(new URL("./prepare-thread.js", import.meta.url));
    } catch (error) {
      void endThread(this.applying);
      throw error;
    }
    for (const thread of this.#all) {
      // nobody else listens yet, and an error without a listener ends the process
      const fail = () => {
        this.#isSound = false;
      };
      thread.on("error", fail).on("exit", fail);
    }
  }

  get #all(): Worker[] {
    return this.preparing ? [this.applying, this.preparing] : [this.applying];
  }

  /** Whether all still run. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** Ends them. Call it only while they have no task. */
  async end(): Promise<void> {
    await Promise.all(this.#all.map(endThread));
  }
}

/** Threads without a task: started ahead, or given back. */
export class IdleThreads {
  #idle: RestoreThreads[];

  constructor(threads = new RestoreThreads()) {
    this.#idle = [threads];
  }

  /** Gives the threads. The caller must listen to them and give them their task at once. */
  take({ givesWay }: { givesWay: boolean }): RestoreThreads {
    // a thread could not start, or was out of memory; it may work now, and if not, the caller hears of it
    for (const threads of this.#idle) if (!threads.isSound) void threads.end();
    this.#idle = this.#idle.filter(({ isSound }) => isSound);
    const at = this.#idle.findIndex((threads) => (threads.givesWay ?? givesWay) === givesWay);
    const [threads = new RestoreThreads()] = at < 0 ? [] : this.#idle.splice(at, 1);
    threads.givesWay = givesWay;
    return threads;
  }

  /** Keeps threads that have done their task. */
  async giveBack(threads: RestoreThreads): Promise<void> {
    if (this.#idle.some(({ givesWay }) => givesWay === threads.givesWay)) await threads.end();
    else this.#idle.push(threads);
  }

  /** Ends the threads, unless a restore has taken them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((threads) => threads.end()));
  }
}

function start(module: URL): Worker {
  return startThread(module, { resourceLimits: SHORT_LIVED });
}
