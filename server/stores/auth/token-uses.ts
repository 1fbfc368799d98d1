// Remembers when each token was last used, in memory, and writes that to the local table each minute. So a request that only
// reads causes no write of its own. No snapshot holds the local table, so the use of a token doesn't change a backup.

import { key, segments, under } from "../../records/keys.js";
import { tokenKey } from "../../records/records.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import type { Instant, SideTables } from "../../storage/tables.js";

const WRITE_MS = 60_000;
/** The most that one transaction writes, so that others get their turn. */
const WRITES_MAX = 1_000;

const usedKey = (user: string, uuid: string) => key("used", user, uuid);

export class TokenUses {
  readonly #database: Database;
  /** Uses that aren't written yet: `USER␛UUID` to milliseconds since 1970. */
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
   * Forgets uses. Call it after a transaction that called {@link forgetUse}. A token that a restore brings back counts as
   * unused.
   * @param uuid of one token; without it, all of the user's
   */
  forget(user: string, uuid?: string): void {
    if (uuid !== undefined) this.#recent.delete(`${user}\x1b${uuid}`);
    else
      for (const id of [...this.#recent.keys()])
        if (id.startsWith(`${user}\x1b`)) this.#recent.delete(id);
  }

  /** When the token was last used, milliseconds since 1970; undefined if no use is known. */
  last(instant: Instant, user: string, uuid: string): number | undefined {
    const times = [this.#recent.get(`${user}\x1b${uuid}`), written(instant, user, uuid)];
    const known = times.filter((ms) => ms !== undefined);
    return known.length > 0 ? Math.max(...known) : undefined;
  }

  /**
   * Writes the uses each minute, until {@link close}.
   * @param onError called when that fails; the next try follows
   */
  start(onError: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.write()).catch(onError);
    }, WRITE_MS).unref();
    this.#writing = ownWrites(() => this.#sweep()).catch(onError);
  }

  /** Writes what it can, and ends. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    // failures were reported while it ran, and losing the last uses does no harm
    await this.#writing.then(() => this.write()).catch(() => {});
  }

  /** Writes the uses that aren't written yet. */
  async write(): Promise<void> {
    const all = [...this.#recent];
    for (let from = 0; from < all.length; from += WRITES_MAX) {
      const some = all.slice(from, from + WRITES_MAX);
      await ownWrites(() => this.#database.change((changes) => putUses(changes, some)));
      // a token that was used again meanwhile stays in the map
      for (const [id, ms] of some) if (this.#recent.get(id) === ms) this.#recent.delete(id);
    }
  }

  /** Removes the uses of tokens that a restore has removed. */
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
