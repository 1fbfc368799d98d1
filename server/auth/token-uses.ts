// When each token was last used. It is kept in memory and written now and then to the local table, which no snapshot holds:
// so a request that only reads stays one, and a token at work makes no backup differ from the one before.

import { key, segments, under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import { tokenKey } from "../database/records.js";
import { ownWrites, transact } from "../database/transact.js";

const WRITE_MS = 60_000;
/** In one transaction, so that others come between. */
const WRITES_MAX = 1_000;

const usedKey = (user: string, uuid: string) => key("used", user, uuid);

export class TokenUses {
  readonly #database: Database;
  /** `USER␛UUID` to milliseconds since 1970; those that are not written yet. */
  readonly #recent = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Somebody came with it. */
  note(user: string, uuid: string): void {
    const id = `${user}\x1b${uuid}`;
    this.#recent.set(id, Math.max(Date.now(), this.#recent.get(id) ?? 0));
  }

  /** Milliseconds since 1970, or undefined if it never was, as far as is known. */
  last(user: string, uuid: string): number | undefined {
    const times = [this.#recent.get(`${user}\x1b${uuid}`), this.#written(user, uuid)];
    const known = times.filter((ms) => ms !== undefined);
    return known.length > 0 ? Math.max(...known) : undefined;
  }

  /** Of a token that is no more. Only inside a write transaction. */
  forget(user: string, uuid: string): void {
    this.#recent.delete(`${user}\x1b${uuid}`);
    this.#database.local.removeSync(usedKey(user, uuid));
  }

  /**
   * Writes them from now on, until {@link close}.
   * @param onError told when that fails; it is tried again
   */
  start(onError: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.write()).catch(onError);
    }, WRITE_MS).unref();
    this.#writing = ownWrites(() => this.#sweep()).catch(onError);
  }

  /** Resolves once what can be written is. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    // a failure was told while it ran; the next start counts on no last word
    await this.#writing.then(() => this.write()).catch(() => {});
  }

  /** Writes those that are not written yet. */
  async write(): Promise<void> {
    const all = [...this.#recent];
    for (let from = 0; from < all.length; from += WRITES_MAX) {
      const some = all.slice(from, from + WRITES_MAX);
      await ownWrites(() => transact(this.#database, () => this.#put(some)));
      // one that was used again meanwhile stays
      for (const [id, ms] of some) if (this.#recent.get(id) === ms) this.#recent.delete(id);
    }
  }

  #put(uses: readonly (readonly [string, number])[]): void {
    const { records, local } = this.#database;
    for (const [id, ms] of uses) {
      const [user = "", uuid = ""] = id.split("\x1b");
      if (!records.doesExist(tokenKey(user, uuid))) continue;
      if ((this.#written(user, uuid) ?? 0) >= ms) continue;
      local.putSync(usedKey(user, uuid), Buffer.from(new Date(ms).toISOString()));
    }
  }

  /** A restore takes tokens away without telling. */
  async #sweep(): Promise<void> {
    const { records, local } = this.#database;
    const gone = [...local.getKeys(under("used"))].flatMap((found) => {
      const [, user = "", uuid = ""] = segments(found as Buffer);
      return records.doesExist(tokenKey(user, uuid)) ? [] : [{ user, uuid }];
    });
    for (let from = 0; from < gone.length; from += WRITES_MAX) {
      const some = gone.slice(from, from + WRITES_MAX);
      await transact(this.#database, () => {
        for (const { user, uuid } of some) this.forget(user, uuid);
      });
    }
  }

  #written(user: string, uuid: string): number | undefined {
    const ms = Date.parse(this.#database.local.get(usedKey(user, uuid))?.toString() ?? "");
    return Number.isNaN(ms) ? undefined : ms;
  }
}
