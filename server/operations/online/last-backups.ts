// Keeps when each database was last backed up online, in the database itself. So the metric outlives a restart, and a database
// that took another's place counts as not backed up. Offline backups write nothing to a database, so they don't count here.

import { setTimeout } from "node:timers/promises";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import type { Instant } from "../../storage/tables.js";

/** Keys in `local`; their values are RFC 3339. */
const KEYS = { one: Buffer.from("backup"), all: Buffer.from("backup-all") };
/** Milliseconds before a failed write is tried again. A restore that holds the database can make it fail. */
const RETRY_MS = 5_000;

export class LastBackups {
  readonly #databases: readonly Database[];
  readonly #onError: (error: unknown) => void;
  readonly #writing = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  /** @param onError called when a time can't be written; it is tried again */
  constructor(databases: readonly Database[], onError: (error: unknown) => void) {
    this.#databases = databases;
    this.#onError = onError;
  }

  /** The known times. `all` is the last backup of all three at one instant. */
  async read(): Promise<Map<DatabaseKind | "all", Date>> {
    const times = new Map<DatabaseKind | "all", Date>();
    const ofAll: Date[] = [];
    for (const database of this.#databases) {
      const { one, all } = await database.read((instant) => ({
        one: readTime(instant, KEYS.one),
        all: readTime(instant, KEYS.all),
      }));
      if (one) times.set(database.kind, one);
      if (all) ofAll.push(all);
    }
    // if a new database has taken the place of one of them, no backup has all three
    if (ofAll.length === DATABASE_KINDS.length)
      times.set("all", new Date(Math.min(...ofAll.map(Number))));
    return times;
  }

  /** Notes that a backup was sent to its end. The caller needn't wait. */
  keep(what: DatabaseKind | "all", at: Date): void {
    for (const database of this.#databases) {
      if (what !== "all" && what !== database.kind) continue;
      const writing = this.#write(database, what === "all", at).finally(() =>
        this.#writing.delete(writing),
      );
      this.#writing.add(writing);
    }
  }

  /** Ends the retries, and resolves once nothing is being written any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#writing);
  }

  async #write(database: Database, isOfAll: boolean, at: Date): Promise<void> {
    const value = Buffer.from(at.toISOString());
    for (;;) {
      try {
        await database.change((changes) => {
          // writes that had to wait may come in any order
          for (const key of isOfAll ? [KEYS.one, KEYS.all] : [KEYS.one])
            if (Number(readTime(changes, key) ?? 0) < Number(at)) changes.local.put(key, value);
        });
        return;
      } catch (error) {
        this.#onError(error);
      }
      const { signal } = this.#closed;
      const isOver = await setTimeout(RETRY_MS, false, { signal, ref: false }).catch(() => true);
      if (isOver) return;
    }
  }
}

/** A damaged time counts as none: then the alert goes off. */
function readTime({ local }: Pick<Instant, "local">, key: Buffer): Date | undefined {
  const found = local.find(key);
  const time = Date.parse(found?.isWhole ? found.value.toString() : "");
  return Number.isNaN(time) ? undefined : new Date(time);
}
