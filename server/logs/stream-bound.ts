// How many streams there may be: each one costs memory and time, and names of streams can come from whoever sends logs.

import { under } from "../database/keys.js";
import { lastRestore } from "../database/last-restore.js";
import type { Database } from "../database/open.js";
import { FlowgError } from "../errors.js";

export class StreamBound {
  /** At least as many as there are, as long as no restore has brought more: deletions aren't counted. */
  #atMost = 0;
  #countedAfter: string | undefined;

  /** @param max streams that may be made; those that a restore brings may be more */
  constructor(
    private readonly database: Database,
    readonly max: number,
  ) {}

  /**
   * Counts a stream that is about to be made. Only inside a write transaction.
   * @throws REFUSED if there are as many as allowed
   */
  take(stream: string): void {
    const problem = this.problem(stream);
    if (problem) throw problem;
  }

  /** The same, with the error given back. */
  problem(stream: string): FlowgError | undefined {
    const restore = lastRestore(this.database);
    // to count takes a walk over all: only where it decides
    if (restore !== this.#countedAfter || this.#atMost >= this.max) {
      this.#atMost = this.database.records.getKeysCount(under("stream"));
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
