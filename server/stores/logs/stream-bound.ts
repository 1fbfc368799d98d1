// How many streams there may be: each one costs memory and time, and names of streams can come from anybody who sends logs.

import { FlowgError } from "../../platform/errors.js";
import { under } from "../../records/keys.js";
import type { Changes } from "../../storage/database.js";
import { lastRestore } from "../../storage/notes/last-restore.js";

export class StreamBound {
  /** At least as many as there are, as long as no restore has brought more: deletions aren't counted. */
  #atMost = 0;
  #countedAfter: string | undefined;

  /** @param max streams that may be made; those that a restore brings may be more */
  constructor(readonly max: number) {}

  /**
   * Counts a stream that is about to be made. Only inside a write transaction.
   * @throws REFUSED if there are as many as allowed
   */
  take(stream: string, changes: Changes): void {
    const problem = this.problem(stream, changes);
    if (problem) throw problem;
  }

  /** The same, with the error given back. */
  problem(stream: string, changes: Changes): FlowgError | undefined {
    const restore = lastRestore(changes);
    // to count takes a walk over all: only where it decides
    if (restore !== this.#countedAfter || this.#atMost >= this.max) {
      this.#atMost = changes.records.count(under("stream"));
      this.#countedAfter = restore;
    }
    if (this.#atMost < this.max) {
      this.#atMost++;
      return undefined;
    }
    return new FlowgError(
      "REFUSED",
      `there are ${this.#atMost} streams, as many as allowed: ${JSON.stringify(stream)} is not made`,
      {
        hint: "delete streams that nobody needs, or start the server with a higher --max-streams",
        details: { maxStreams: this.max },
      },
    );
  }
}
