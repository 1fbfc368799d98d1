// When each token was last used. It is kept in memory and written now and then to the local table, which no snapshot holds:
// so a request that only reads stays one, and a token at work makes no backup differ from the one before.

import { key, segments, under } from "../../records/keys.js";
import { tokenKey } from "../../records/records.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import type { Instant, SideTables } from "../../storage/tables.js";

const WRITE_MS = 60_000;
/** How many are written in one transaction, so that others get their turn. */
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

  /** Notes that a request came with this token. */
  note(user: string, uuid: string): void {
    const id = `${user}\x1b${uuid}`;
    this.#recent.set(id, Math.max(Date.now(), this.#recent.get(id) ?? 0));
  }

  /**
   * Call it once a transaction with {@link forgetUse} is over. A token that a restore brings back begins anew.
   * @param uuid of one token; without it, all of the user's
   */
  forget(user: string, uuid?: string): void {
    if (uuid !== undefined) this.#recent.delete(`${user}\x1b${uuid}`);
    else
      for (const id of [...this.#recent.keys()])
        if (id.startsWith(`${user}\x1b`)) this.#recent.delete(id);
  }

  /** Milliseconds since 1970, or undefined if it never was, as far as is known. */
  last(instant: Instant, user: string, uuid: string): number | undefined {
    const times = [this.#recent.get(`${user}\x1b${uuid}`), written(instant, user, uuid)];
    const known = times.filter((ms) => ms !== undefined);
    return known.length > 0 ? Math.max(...known) : undefined;
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
      await ownWrites(() => this.#database.change((changes) => putUses(changes, some)));
      // one that was used again meanwhile stays
      for (const [id, ms] of some) if (this.#recent.get(id) === ms) this.#recent.delete(id);
    }
  }

  /** A restore takes tokens away without telling. */
  async #sweep(): Promise<void> {
    const gone = await this.#database.read(({ records, local }) =>
      [...local.keys(under("used"))].flatMap((found) => {
        const [, user = "", uuid = ""] = segments(found);
        return records.has(tokenKey(user, uuid)) ? [] : [{ user, uuid }];
      }),
    );
    for (let from = 0; from < gone.length; from += WRITES_MAX) {
      const some = gone.slice(from, from + WRITES_MAX);
      await this.#database.change((changes) => {
        for (const { user, uuid } of some) forgetUse(changes, user, uuid);
      });
    }
  }
}

/** Removes the note on a token that was removed. Only inside a write transaction. */
export function forgetUse({ local }: Pick<SideTables, "local">, user: string, uuid: string): void {
  local.remove(usedKey(user, uuid));
}

function putUses(changes: Changes, uses: readonly (readonly [string, number])[]): void {
  for (const [id, ms] of uses) {
    const [user = "", uuid = ""] = id.split("\x1b");
    if (!changes.records.has(tokenKey(user, uuid))) continue;
    if ((written(changes, user, uuid) ?? 0) >= ms) continue;
    changes.local.put(usedKey(user, uuid), Buffer.from(new Date(ms).toISOString()));
  }
}

function written({ local }: Instant, user: string, uuid: string): number | undefined {
  const ms = Date.parse(local.get(usedKey(user, uuid))?.toString() ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
