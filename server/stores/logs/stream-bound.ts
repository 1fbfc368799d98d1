// How many streams there may be: each one costs memory and time, and names of streams can come from anybody who sends logs.

import { FlowgError } from "../../platform/errors.js";
import { under } from "../../records/keys.js";
import type { Changes } from "../../storage/database.js";
import { lastRestore } from "../../storage/notes/last-restore.js";

export class StreamBound {
  /** At least the number of streams, as long as no restore has brought more: deletions aren't counted. */
  #atMost = 0;
  #countedAfter: string | undefined;
  /** Transactions in which they were counted: there the number is right. */
  readonly #countedIn = new WeakSet<Changes>();

  /** @param max streams that may be made; those that a restore brings may be more */
  constructor(readonly max: number) {}

  /**
   * Counts streams that are about to be made, all or none. Only inside a write transaction, which makes them before it asks
   * again: those that it has promised and not made, no count would see.
   * @throws REFUSED if there would be more than allowed
   */
  take(streams: readonly string[], changes: Changes): void {
    const problem = this.problem(streams, changes);
    if (problem) throw problem;
  }

  /** The same, with the error given back. */
  problem(streams: readonly string[], changes: Changes): FlowgError | undefined {
    const restore = lastRestore(changes);
    const mayDecide = this.#atMost + streams.length > this.max;
    // to count takes a walk over all: only where it decides, and once for all that share a transaction
    if (restore !== this.#countedAfter || (mayDecide && !this.#countedIn.has(changes))) {
      this.#countedIn.add(changes);
      this.#atMost = changes.records.count(under("stream"));
      this.#countedAfter = restore;
    }
    if (this.#atMost + streams.length <= this.max) {
      this.#atMost += streams.length;
      return undefined;
    }
    const there = this.#atMost;
    const [first = ""] = streams.slice(Math.max(0, this.max - there));
    return new FlowgError(
      "REFUSED",
      there < this.max
        ? `there are ${there} streams, and ${this.max} are allowed: ${streams.length} more are not made`
        : `there are ${there} streams, as many as allowed: ${JSON.stringify(first)} is not made`,
      {
        hint: "delete streams that nobody needs, or start the server with a higher --max-streams",
        details: { maxStreams: this.max },
      },
    );
  }
}
