// The receiving end of a thread that makes raw blocks: its answers in order, and the blocks. Their taker gives
// their memory back: the other side waits for it, so that it doesn't run ahead and memory stays bounded.

import type { Worker } from "node:worker_threads";
import { FlowgError } from "../../platform/errors.js";
import { type ErrorMessage, errorFrom } from "../../platform/threads/error-message.js";
import type { RawBlock } from "../../records/raw-block.js";

export interface BlockMessage extends RawBlock {
  did: "block";
}

/** Such a thread says: blocks, the end of them, a failure, and answers of its own. */
export type ThreadAnswer<Own = never> =
  | BlockMessage
  /** `facts`: what is to be told of them all. */
  | { did: "end"; facts?: unknown }
  | { did: "fail"; error: ErrorMessage }
  | Own;

/** Every such thread understands these. */
export type ThreadRequest<Own = never> =
  /** The memory of a block that is done with: there is room for another. */
  { do: "recycle"; memory: ArrayBuffer } | { do: "close" } | Own;

export class BlockReceiver<Answer, Request> {
  readonly #ready: ThreadAnswer<Answer>[] = [];
  #asked: (() => void) | undefined;
  #failed: unknown;
  #ended = false;

  constructor(private readonly thread: Worker) {
    const wake = () => this.#asked?.();
    thread.on("message", (answer: ThreadAnswer<Answer>) => {
      this.#ready.push(answer);
      wake();
    });
    thread.on("error", (error) => {
      this.#failed = error;
    });
    thread.on("exit", () => {
      this.#ended = true;
      wake();
    });
  }

  post(request: ThreadRequest<Request>, moved: ArrayBuffer[] = []): void {
    this.thread.postMessage(request, moved);
  }

  /**
   * The next answer.
   * @throws what the thread says it failed with, INTERNAL if it just ended
   */
  async next(): Promise<Exclude<ThreadAnswer<Answer>, { did: "fail" }>> {
    while (this.#ready.length === 0) {
      if (this.#ended) {
        throw new FlowgError("INTERNAL", "a thread ended unasked", { cause: this.#failed });
      }
      await new Promise<void>((resolve) => {
        this.#asked = resolve;
      });
    }
    const answer = this.#ready.shift() as ThreadAnswer<Answer>;
    const said = answer as ThreadAnswer;
    if (said.did === "fail") throw errorFrom(said.error);
    return answer as Exclude<ThreadAnswer<Answer>, { did: "fail" }>;
  }

  /**
   * Blocks up to the end of them, and what the thread tells of them then. It has been asked to make them.
   * @param onOther takes what else the thread says meanwhile
   */
  async *blocks(onOther?: (answer: Answer) => void): AsyncGenerator<RawBlock, unknown> {
    for (;;) {
      const answer = (await this.next()) as ThreadAnswer;
      if (answer.did === "end") return answer.facts;
      if (answer.did === "block") yield answer;
      else onOther?.(answer as Answer);
    }
  }

  /** Gives back the memory of a block that is done with, and makes room for another. */
  recycle(memory: ArrayBuffer): void {
    this.post({ do: "recycle", memory }, [memory]);
  }

  /** Asks the thread to end, and waits until it has. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.thread.once("exit", resolve));
    this.post({ do: "close" });
    await exited;
  }
}
