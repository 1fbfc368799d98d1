// The holders of long read transactions, and since when: LMDB knows the readers, but not their age.

import type { DatabaseKind } from "../records/kinds.js";

interface Reader {
  database: DatabaseKind;
  since: number;
}

export class Readers {
  readonly #open = new Set<Reader>();

  /** @returns to be called when the transaction ends */
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
