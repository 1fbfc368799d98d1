// Tokens from FlowG before 0.61. They are stored as Argon2id strings, which don't say whose they are, so each must be tried.
// The work is bounded: only texts that look like a token, one search at a time, in slices of a few hashes. A text that matches
// nothing is remembered until the database changes. A token that matches is stored as SHA-256 from then on.

import { setImmediate } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { legacyRange } from "../../records/auth/token-lookup.js";
import { segments } from "../../records/keys.js";
import {
  decodeValue,
  encodeValue,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../../records/records.js";
import { ownWrites } from "../../storage/around-writes.js";
import type { Database } from "../../storage/database.js";
import type { Instant } from "../../storage/tables.js";
import { verifyLegacyArgon2id } from "./argon2id.js";

const SLICE_MS = 5;
const WAITING_MAX = 64;
const MISSES_MAX = 10_000;

interface LegacyToken {
  user: string;
  uuid: string;
  legacyHash: string;
}

export class LegacyTokens {
  readonly #database: Database;
  /** SHA-256 of texts that matched nothing, oldest first. */
  readonly #misses = new Set<string>();
  #missesOf = -1;
  readonly #searches = new Map<string, Promise<boolean>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Finds the token that this text belongs to, and stores its SHA-256 in place of the slow hash.
   * @returns false if no token matches, or more than one: a text that matches two tokens authenticates nobody
   * @throws RATE_LIMITED
   */
  async replace(text: string, sha256: string): Promise<boolean> {
    const isAny = ({ derived }: Instant) => derived.count({ ...legacyRange(), limit: 1 }) > 0;
    if (!(await this.#database.read(isAny))) return false;
    if (await this.#isMiss(sha256)) return false;
    const running = this.#searches.get(sha256);
    if (running) return running;
    if (this.#searches.size >= WAITING_MAX) {
      throw new FlowgError("RATE_LIMITED", "too many unknown tokens are being checked", {
        hint: "try again in a moment",
      });
    }
    const search = this.#last.then(() => this.#search(text, sha256));
    this.#last = search.catch(() => {});
    this.#searches.set(sha256, search);
    try {
      return await search;
    } finally {
      this.#searches.delete(sha256);
    }
  }

  async #search(text: string, sha256: string): Promise<boolean> {
    const before = await this.#database.version();
    let sliceEnd = performance.now() + SLICE_MS;
    const matching: LegacyToken[] = [];
    // tries all, also after a match, so that the order doesn't decide between two matches
    for (const token of await this.#database.read(legacyTokens)) {
      if (verifyLegacyArgon2id(token.legacyHash, text)) matching.push(token);
      if (performance.now() > sliceEnd) {
        await setImmediate();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
    const [only] = matching;
    // the server's own write: the request itself is authorized later
    if (only && matching.length === 1 && (await ownWrites(() => this.#upgrade(only, sha256))))
      return true;
    await this.#remember(sha256, before);
    return false;
  }

  /** @returns false if the token or its user is gone meanwhile */
  #upgrade({ user, uuid, legacyHash }: LegacyToken, sha256: string): Promise<boolean> {
    return this.#database.change((changes) => {
      const key = tokenKey(user, uuid);
      const value = changes.records.get(key);
      const record = value && decodeValue<TokenRecord>(value);
      if (!record || "sha256" in record || record.legacyHash !== legacyHash) return false;
      if (!changes.records.has(userKey(user))) return false;
      const { legacyHash: _, ...stays } = record;
      changes.put(key, encodeValue({ sha256, ...stays }));
      return true;
    });
  }

  async #isMiss(sha256: string): Promise<boolean> {
    return this.#missesOf === (await this.#database.version()) && this.#misses.has(sha256);
  }

  async #remember(sha256: string, before: number): Promise<void> {
    const now = await this.#database.version();
    // what changed during the search might have been a match
    if (now !== before) return;
    if (this.#missesOf !== now) this.#misses.clear();
    this.#missesOf = now;
    this.#misses.add(sha256);
    if (this.#misses.size > MISSES_MAX) {
      for (const oldest of this.#misses) {
        this.#misses.delete(oldest);
        break;
      }
    }
  }
}

/** The tokens of existing users. */
function legacyTokens({ derived, records }: Instant): LegacyToken[] {
  return [...derived.keys(legacyRange())].flatMap((key) => {
    const [, user = "", uuid = ""] = segments(key);
    const value = records.get(tokenKey(user, uuid));
    const record = value && decodeValue<TokenRecord>(value);
    if (!record || "sha256" in record || !records.has(userKey(user))) return [];
    return [{ user, uuid, legacyHash: record.legacyHash }];
  });
}
