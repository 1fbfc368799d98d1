// Bounds the number of streams. Each costs memory and time, and anybody who sends logs can name new ones.

import { FlowgError } from "../../platform/errors.js";
import { under } from "../../records/keys.js";
import type { Changes } from "../../storage/database.js";
import { lastRestore } from "../../storage/notes/last-restore.js";

export class StreamBound {
  /** An upper bound of the number of streams, since it doesn't count deletions. A restore can exceed it. */
  #atMost = 0;
  #countedAfter: string | undefined;
  /** Transactions in which the streams were counted, so that the number is exact. */
  readonly #countedIn = new WeakSet<Changes>();

  /** @param max the limit for making streams; a restore may bring more */
  constructor(readonly max: number) {}

  /** Notes that streams were made without asking. */
  countAgain(): void {
    this.#countedAfter = undefined;
  }

  /**
   * Counts streams that the caller is about to make, all or none. Only inside a write transaction, which must make them before
   * it asks again, since a new count sees only streams that are made.
   * @throws REFUSED if there would be more than allowed
   */
  take(streams: readonly string[], changes: Changes): void {
    const problem = this.problem(streams, changes);
    if (problem) throw problem;
  }

  /** Like `take`, but it returns the error. */
  problem(streams: readonly string[], changes: Changes): FlowgError | undefined {
    const restore = lastRestore(changes);
    const mayDecide = this.#atMost + streams.length > this.max;
    // counting walks over all streams, so it happens only where it decides, and once a transaction
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
