// Hands things from a giver to a taker. The giver waits until each is taken.

import { FlowgError } from "../../platform/errors.js";

export class Handover<Thing> {
  #waiting: { thing: Thing; taken: () => void } | undefined;
  #taker:
    | { resolve: (thing: Thing | undefined) => void; reject: (error: unknown) => void }
    | undefined;
  #end: { fault?: unknown } | undefined;
  #isStopped = false;

  /**
   * Gives a thing. It resolves once the thing is taken.
   * @throws CANCELLED where the taker has stopped
   */
  give(thing: Thing): Promise<void> {
    if (this.#isStopped) return Promise.reject(new FlowgError("CANCELLED", "nobody reads on"));
    const taker = this.#taker;
    this.#taker = undefined;
    if (taker) {
      taker.resolve(thing);
      return Promise.resolve();
    }
    return new Promise((taken) => {
      this.#waiting = { thing, taken };
    });
  }

  /** Takes the next thing; undefined after the last. @throws the error that the handover was failed with */
  take(): Promise<Thing | undefined> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      waiting.taken();
      return Promise.resolve(waiting.thing);
    }
    if (this.#end) {
      return "fault" in this.#end ? Promise.reject(this.#end.fault) : Promise.resolve(undefined);
    }
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
  }

  end(): void {
    this.#end = {};
    this.#taker?.resolve(undefined);
  }

  fail(fault: unknown): void {
    this.#end = { fault };
    this.#taker?.reject(fault);
  }

  /** Says that nothing will be taken any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting?.taken();
    this.#waiting = undefined;
  }
}
