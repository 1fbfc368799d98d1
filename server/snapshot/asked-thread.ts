// A thread that answers requests, one for the whole process: started when first asked, and it doesn't keep the
// process alive while it has nothing to do.

import { isMainThread, type Worker } from "node:worker_threads";
import { FlowgError } from "../errors.js";
import { SHORT_LIVED, startThread } from "../threads/start.js";

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class AskedThread<Request extends { id: number }, Answer extends { id: number }> {
  #thread: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting<Answer>>();

  constructor(private readonly module: URL) {}

  /** Starts it, if it isn't running, before it is asked. */
  start(): Worker {
    this.#thread ??= this.#started();
    return this.#thread;
  }

  /**
   * @param moved memory that goes to the thread and is gone here
   * @throws INTERNAL if the thread ends, out of memory; the next request starts another
   */
  ask(request: Omit<Request, "id">, moved: ArrayBuffer[]): Promise<Answer> {
    const thread = this.start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) thread.ref();
      thread.postMessage({ ...request, id }, moved);
    });
  }

  #started(): Worker {
    // every thread has its own copy of this module, but there may only be one such thread
    if (!isMainThread) throw new FlowgError("INTERNAL", "only the main thread may ask");
    const started = startThread(this.module, { resourceLimits: SHORT_LIVED });
    started.on("message", (answer: Answer) => {
      const asker = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) started.unref();
      asker?.resolve(answer);
    });
    const fail = (cause: unknown) => {
      if (this.#thread === started) this.#thread = undefined;
      for (const asker of this.#waiting.values()) {
        asker.reject(new FlowgError("INTERNAL", "a thread for blocks ended", { cause }));
      }
      this.#waiting.clear();
    };
    started.on("error", fail);
    started.on("exit", fail);
    started.unref();
    return started;
  }
}
