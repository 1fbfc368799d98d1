// Runs two steps around every write of a piece of work, wherever the write is made. Before it, a check that the write is still
// allowed; after it, an entry in the trail.

import { AsyncLocalStorage } from "node:async_hooks";
import type { AllDatabases, Changes, Database } from "./database.js";
import type { Instant } from "./tables.js";

/** The steps run in the write's own transaction. */
export interface Around {
  /** Runs before the write, and prevents it by throwing. It writes nothing. */
  before?: ((databases: AllDatabases) => void) | undefined;
  /** Runs after a write that did not fail. */
  after?: ((changes: Changes) => void) | undefined;
}

/** One for all, because each request comes by here during a restore, and to make an error takes long. */
const NOT_READ = new Error("this database has to be read first");

const around = new AsyncLocalStorage<readonly Around[]>();

/**
 * Runs `work` with these steps around each of its writes. The check comes when it is the write's turn: a write can wait, for a
 * restore say, and its permission may be gone by then. Nested steps add up, the outer ones first.
 */
export function aroundWrites<T>(hooks: Around, work: () => T): T {
  return around.run([...hooksAtHand(), hooks], work);
}

/** Runs work without these steps, because it outlives its caller or has none. */
export function ownWrites<T>(work: () => T): T {
  return around.run([], work);
}

/** Gives the step before a write of the present work, for code that collects the writes of several callers. */
export function beforeWrite(): (databases: AllDatabases) => void {
  const hooks = hooksAtHand();
  return (databases) => {
    for (const { before } of hooks) before?.(databases);
  };
}

/**
 * Runs the step before a write outside of any transaction. It may ask one database, and sees that database's last commit.
 * @throws what the step throws
 */
export async function checkNow(before: (databases: AllDatabases) => void): Promise<void> {
  let asked: Database | undefined;
  const ask = (database: Database): never => {
    asked = database;
    throw NOT_READ;
  };
  try {
    return before({ at: ask, keptAt: ask });
  } catch (error) {
    if (!asked) throw error;
  }
  const readable = asked;
  await readable.read((instant) => {
    const at = (database: Database): Instant => {
      if (database === readable) return instant;
      throw new Error("a step before a write asks two databases");
    };
    before({ at, keptAt: (database, { look }) => look(at(database)) });
  });
}

/** The steps of the present work, for engines. */
export const hooksAtHand = (): readonly Around[] => around.getStore() ?? [];
