// Personal access tokens: a user has any number, each named by a UUID and stored as a hash only.

import { randomUUID } from "node:crypto";
import { segments, under } from "../database/keys.js";
import { checkName, nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";
import {
  decodeValue,
  encodeValue,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../database/records.js";
import { transact } from "../database/transact.js";
import { FlowgError } from "../errors.js";
import { verifyLegacyArgon2id } from "./argon2id.js";
import { sha256Range, tokenDerivedKeys } from "./derived.js";
import { LegacyTokens } from "./legacy-tokens.js";
import type { Limit } from "./limits.js";
import { isTokenText, newTokenText, tokenSha256 } from "./token-text.js";

const EMPTY = Buffer.alloc(0);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface NewToken {
  /** Shown once; only its hash is kept. */
  token: string;
  uuid: string;
}

/** A token that authenticates. */
export interface KnownToken {
  user: string;
  uuid: string;
  /** It opens no scopes but these. */
  limit: Limit;
}

/** Whether a text is the token that a stored hash is of: its SHA-256 in hex, or FlowG's Argon2id string. */
export function isTokenOf(text: string, hash: string): boolean {
  return tokenSha256(text) === hash || verifyLegacyArgon2id(hash, text);
}

export class TokenStore {
  readonly #database: Database;
  readonly #legacy: LegacyTokens;

  constructor(database: Database) {
    this.#database = database;
    this.#legacy = new LegacyTokens(database);
  }

  /**
   * @param limit of the credential that its owner came with
   * @throws NOT_FOUND if there is no such user
   */
  async create(user: string, limit?: Limit): Promise<NewToken> {
    checkName("user", user);
    const token = newTokenText();
    const uuid = randomUUID();
    const record = { sha256: tokenSha256(token), ...(limit && { limit: [...limit] }) };
    await transact(this.#database, () => {
      if (!this.#database.records.doesExist(userKey(user))) {
        throw new FlowgError("NOT_FOUND", `there is no user ${JSON.stringify(user)}`);
      }
      this.#put(user, uuid, record);
    });
    return { token, uuid };
  }

  /** The UUIDs of the user's tokens, sorted. */
  list(user: string): string[] {
    if (nameProblem(user)) return [];
    return [...this.#database.records.getKeys(under("token", user))].map(
      (key) => segments(key as Buffer)[2] ?? "",
    );
  }

  /**
   * Whether or not it exists; of this user only.
   * @throws INPUT_INVALID if it is not a UUID
   */
  async delete(user: string, uuid: string): Promise<void> {
    checkName("user", user);
    const lower = uuid.toLowerCase();
    if (!UUID.test(lower)) {
      throw new FlowgError("INPUT_INVALID", "the token's name is not a UUID", {
        hint: "list the tokens to see their UUIDs",
      });
    }
    await transact(this.#database, () => this.#remove(user, lower));
  }

  /**
   * Whose token this is, or undefined. One look-up; only where tokens came from an old FlowG, and none matched, are
   * their slow hashes tried, and the one that matches is replaced.
   * @throws RATE_LIMITED when too many of the slow checks are waiting
   */
  async authenticate(text: string): Promise<string | undefined> {
    return (await this.identify(text))?.user;
  }

  /** The same with all that is known of the token. @throws RATE_LIMITED */
  async identify(text: string): Promise<KnownToken | undefined> {
    const known = this.identifyNow(text);
    if (known !== undefined || !isTokenText(text)) return known;
    return (await this.#legacy.replace(text, tokenSha256(text)))
      ? this.identifyNow(text)
      : undefined;
  }

  /**
   * The same without trying slow hashes. A hash belongs to one token: where two have it (a restore refuses that, those of
   * earlier versions didn't), neither authenticates, so that nobody can become another by a copied hash.
   */
  identifyNow(text: string): KnownToken | undefined {
    if (!isTokenText(text)) return undefined;
    let known: KnownToken | undefined;
    for (const found of this.#database.derived.getKeys(sha256Range(tokenSha256(text)))) {
      const [, , user = "", uuid = ""] = segments(found as Buffer);
      // a restore can bring a token whose user it doesn't bring
      if (!this.#database.records.doesExist(userKey(user))) continue;
      if (known !== undefined) return undefined;
      const value = this.#database.records.get(tokenKey(user, uuid));
      known = { user, uuid, limit: value && decodeValue<TokenRecord>(value).limit };
    }
    return known;
  }

  /** All tokens of a user. Only inside a write transaction. */
  removeAll(user: string): void {
    for (const uuid of this.list(user)) this.#remove(user, uuid);
  }

  #put(user: string, uuid: string, record: TokenRecord): void {
    this.#database.records.putSync(tokenKey(user, uuid), encodeValue(record));
    for (const key of tokenDerivedKeys(user, uuid, record))
      this.#database.derived.putSync(key, EMPTY);
  }

  #remove(user: string, uuid: string): void {
    const key = tokenKey(user, uuid);
    const value = this.#database.records.get(key);
    if (value === undefined) return;
    for (const derived of tokenDerivedKeys(user, uuid, decodeValue(value)))
      this.#database.derived.removeSync(derived);
    this.#database.records.removeSync(key);
  }
}
