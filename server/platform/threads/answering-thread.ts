// A thread that answers requests, one for the whole process. The first request starts it, and it doesn't keep the process alive
// while it has nothing to do.

import { isMainThread, type Worker } from "node:worker_threads";
import { FlowgError, isOutOfFiles } from "../errors.js";
import { endThread } from "./ending.js";
import { noThread, SHORT_LIVED, startThread } from "./start.js";

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Running<Answer> {
  thread: Worker;
  waiting: Map<number, Waiting<Answer>>;
}

export class AnsweringThread<Request extends { id: number }, Answer extends { id: number }> {
  #running: Running<Answer> | undefined;
  #lastId = 0;

  constructor(private readonly module: URL) {}

  /** Starts it before the first request, unless it runs already. */
  start(): void {
    this.#run();
  }

  /**
   * @param moved memory that goes to the thread and is gone here
   * @throws INTERNAL if the thread ends, out of memory; BUSY if it can't start; the next request starts another
   */
  ask(request: Omit<Request, "id">, moved: ArrayBuffer[]): Promise<Answer> {
    const { thread, waiting } = this.#run();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // throws for memory that can't be moved: then there is nothing to wait for
      thread.postMessage({ ...request, id }, moved);
      waiting.set(id, { resolve, reject });
      if (waiting.size === 1) thread.ref();
    });
  }

  #run(): Running<Answer> {
    this.#running ??= this.#started();
    return this.#running;
  }

  #started(): Running<Answer> {
    // every thread has its own copy of this module, but only one such thread may run
    if (!isMainThread) throw new FlowgError("INTERNAL", "only the main thread may ask");
    const thread = startThread(this.module, { resourceLimits: SHORT_LIVED });
    const running: Running<Answer> = { thread, waiting: new Map() };
    const { waiting } = running;
    thread.on("message", (answer: Answer) => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) thread.unref();
      asker?.resolve(answer);
    });
    // the exit comes after the error, when another thread may run already
    const fail = (cause: unknown) => {
      if (this.#running === running) this.#running = undefined;
      for (const asker of waiting.values()) {
        asker.reject(isOutOfFiles(cause) ? noThread(cause) : endedEarly(cause));
      }
      waiting.clear();
    };
    // this answer can't be read, so nobody knows which request it belongs to
    thread.on("messageerror", (cause) => {
      fail(cause);
      void endThread(thread);
    });
    thread.on("error", fail);
    thread.on("exit", fail);
    thread.unref();
    return running;
  }
}

const endedEarly = (cause: unknown): FlowgError =>
  new FlowgError("INTERNAL", "a thread ended", { cause });
