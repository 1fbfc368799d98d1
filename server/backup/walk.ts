// Databases held at one instant, for as long as a backup reads them: the walking thread's client.

import type { Worker } from "node:worker_threads";
import type { DatabaseKind } from "../database/kinds.js";
import { FlowgError } from "../errors.js";
import { BLOCKS_IN_FLIGHT } from "../snapshot/blocks.js";
import type { RawBlock } from "../snapshot/write.js";
import { errorFrom, startThread } from "../threads.js";
import type { WalkAnswer, WalkRequest } from "./walk-thread.js";

export class HeldInstant {
  /** Records in each database at that instant. */
  readonly records: ReadonlyMap<DatabaseKind, number>;
  readonly #thread: Worker;
  readonly #answers: AsyncIterator<WalkAnswer>;
  #closed: Promise<void> | undefined;

  private constructor(
    thread: Worker,
    answers: AsyncIterator<WalkAnswer>,
    records: Partial<Record<DatabaseKind, number>>,
  ) {
    this.#thread = thread;
    this.#answers = answers;
    this.records = new Map(Object.entries(records) as [DatabaseKind, number][]);
  }

  /**
   * Opens databases, read-only, in a thread of their own, and holds one instant of them all.
   * @throws DATABASE_MISSING and what else opening a database throws
   */
  static async open(databases: { kind: DatabaseKind; dir: string }[]): Promise<HeldInstant> {
    const thread = startThread(new URL("./walk-thread.js", import.meta.url));
    const answers = answersOf(thread);
    post(thread, { do: "open", databases });
    const first = await answers.next();
    if (!first.done && first.value.did === "open") {
      return new HeldInstant(thread, answers, first.value.records);
    }
    await thread.terminate();
    throw faultOf(first);
  }

  /** The raw blocks of one database. One walk at a time. */
  async *blocks(kind: DatabaseKind): AsyncGenerator<RawBlock> {
    post(this.#thread, { do: "walk", kind, ahead: BLOCKS_IN_FLIGHT });
    for (;;) {
      const next = await this.#answers.next();
      if (next.done || next.value.did === "fail") throw faultOf(next);
      if (next.value.did === "end") return;
      if (next.value.did === "block") yield next.value;
    }
  }

  /** Lets the walk send one more block, in this memory. To be called once for each block that is done with. */
  recycle(memory: ArrayBuffer): void {
    post(this.#thread, { do: "more", memory }, [memory]);
  }

  /** Ends the read transactions and the thread. A walk under way stops at its next block. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    post(this.#thread, { do: "close" });
    for (let next = await this.#answers.next(); !next.done; next = await this.#answers.next()) {
      if (next.value.did === "close" || next.value.did === "fail") break;
    }
    await this.#thread.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function post(thread: Worker, request: WalkRequest, moved: ArrayBuffer[] = []): void {
  thread.postMessage(request, moved);
}

function faultOf(next: IteratorResult<WalkAnswer>): FlowgError {
  if (!next.done && next.value.did === "fail") return errorFrom(next.value.error);
  return new FlowgError("INTERNAL", "the thread that reads the databases ended");
}

/** What a thread says, as it comes; ends when the thread does. */
function answersOf(thread: Worker): AsyncIterator<WalkAnswer> {
  const ready: IteratorResult<WalkAnswer>[] = [];
  const asked: ((result: IteratorResult<WalkAnswer>) => void)[] = [];
  let failed: unknown;
  let ended = false;
  const put = (result: IteratorResult<WalkAnswer>) => {
    const first = asked.shift();
    if (first) first(result);
    else ready.push(result);
  };
  thread.on("message", (value: WalkAnswer) => put({ done: false, value }));
  thread.on("error", (error) => {
    failed = error;
  });
  thread.on("exit", () => {
    ended = true;
    put({ done: true, value: undefined });
  });
  return {
    next: () => {
      const first = ready.shift();
      if (first) return Promise.resolve(first);
      if (ended) return Promise.resolve({ done: true, value: failed });
      return new Promise((resolve) => asked.push(resolve));
    },
  };
}
