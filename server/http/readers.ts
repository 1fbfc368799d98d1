// Counts long read transactions, and knows their age, which LMDB doesn't.

import type { DatabaseKind } from "../records/kinds.js";

interface Reader {
  database: DatabaseKind;
  since: number;
}

export class Readers {
  readonly #open = new Set<Reader>();

  /** @returns a function to call when the transaction ends */
  opened(database: DatabaseKind): () => void {
    const reader = { database, since: performance.now() };
    this.#open.add(reader);
    return () => this.#open.delete(reader);
  }

  count(database: DatabaseKind): number {
    return this.#of(database).length;
  }

  /** Seconds; 0 if there is none. */
  oldestAge(database: DatabaseKind): number {
    const now = performance.now();
    return Math.max(0, ...this.#of(database).map(({ since }) => (now - since) / 1000));
  }

  #of(database: DatabaseKind): Reader[] {
    return [...this.#open].filter((reader) => reader.database === database);
  }
}
