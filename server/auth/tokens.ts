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
import { legacyRange, sha256Range, sha256Tokens, tokenDerivedKeys } from "./derived.js";
import { LegacyTokens } from "./legacy-tokens.js";
import type { Limit } from "./limits.js";
import { endsAt, type TokenTerms, type TokenWishes, tokenTerms } from "./token-terms.js";
import { isTokenText, newTokenText, tokenSha256 } from "./token-text.js";
import type { TokenUses } from "./token-uses.js";

const EMPTY = Buffer.alloc(0);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface NewToken {
  /** Shown once; only its hash is kept. */
  token: string;
  uuid: string;
  name?: string;
  /** RFC 3339; absent if it never does. */
  expires?: string;
}

/** What somebody asks for who makes a token. */
export interface TokenRequest extends TokenWishes {
  /** Of the credential that its owner came with: it opens no more. */
  limit?: Limit;
  /** When that credential ends, RFC 3339: the token lives no longer. */
  until?: string | undefined;
}

/** A token as lists show it. */
export interface TokenDetails {
  uuid: string;
  name?: string;
  /** RFC 3339. */
  expires?: string;
  isExpired: boolean;
  /** RFC 3339; to the minute or so, and absent if nobody came with it. */
  lastUsed?: string;
}

/** A token that authenticates. */
export interface KnownToken {
  user: string;
  uuid: string;
  /** It opens no scopes but these. */
  limit: Limit;
  /** RFC 3339; absent if it never ends. */
  until: string | undefined;
}

/** Whether a text is the token that a stored hash is of: its SHA-256 in hex, or FlowG's Argon2id string. */
export function isTokenOf(text: string, hash: string): boolean {
  return tokenSha256(text) === hash || verifyLegacyArgon2id(hash, text);
}

export class TokenStore {
  readonly #database: Database;
  readonly #uses: TokenUses;
  readonly #legacy: LegacyTokens;

  constructor(database: Database, uses: TokenUses) {
    this.#database = database;
    this.#uses = uses;
    this.#legacy = new LegacyTokens(database);
  }

  /** @throws NOT_FOUND if there is no such user, INPUT_INVALID, PERMISSION_DENIED for one that would live too long */
  async create(user: string, { limit, until, ...wishes }: TokenRequest = {}): Promise<NewToken> {
    checkName("user", user);
    const token = newTokenText();
    const uuid = randomUUID();
    const terms = within(tokenTerms(wishes, Date.now()), until);
    const record = { sha256: tokenSha256(token), ...(limit && { limit: [...limit] }), ...terms };
    await transact(this.#database, () => {
      if (!this.#database.records.doesExist(userKey(user))) {
        throw new FlowgError("NOT_FOUND", `there is no user ${JSON.stringify(user)}`);
      }
      this.#put(user, uuid, record);
    });
    return { token, uuid, ...terms };
  }

  /** The UUIDs of the user's tokens, sorted. */
  list(user: string): string[] {
    if (nameProblem(user)) return [];
    return [...this.#database.records.getKeys(under("token", user))].map(
      (key) => segments(key as Buffer)[2] ?? "",
    );
  }

  /** The same with all that people may see of them. */
  details(user: string): TokenDetails[] {
    return this.list(user).flatMap((uuid) => {
      const value = this.#database.records.get(tokenKey(user, uuid));
      if (value === undefined) return [];
      const { name, expires } = decodeValue<TokenRecord>(value);
      const used = this.#uses.last(user, uuid);
      return {
        uuid,
        ...(name !== undefined && { name }),
        ...(expires !== undefined && { expires }),
        isExpired: endsAt({ expires }) <= Date.now(),
        ...(used !== undefined && { lastUsed: new Date(used).toISOString() }),
      };
    });
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

  /** The name that a token has, if it has one. */
  nameOf(user: string, uuid: string): string | undefined {
    if (nameProblem(user) || !UUID.test(uuid.toLowerCase())) return undefined;
    const value = this.#database.records.getWhole(tokenKey(user, uuid.toLowerCase()));
    return value && decodeValue<TokenRecord>(value).name;
  }

  /**
   * Whose token this is, or undefined. One look-up; only where tokens came from an old FlowG, and none matched, are
   * their slow hashes tried, and the one that matches is replaced.
   * @throws RATE_LIMITED when too many of the slow checks are waiting, UNAUTHENTICATED if it has expired
   */
  async authenticate(text: string): Promise<string | undefined> {
    return (await this.identify(text))?.user;
  }

  /** The same with all that is known of the token. @throws RATE_LIMITED, UNAUTHENTICATED */
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
   * @throws UNAUTHENTICATED if it has expired, which is told to nobody but its bearer
   */
  identifyNow(text: string): KnownToken | undefined {
    if (!isTokenText(text)) return undefined;
    let known: KnownToken | undefined;
    for (const found of this.#database.derived.getKeys(sha256Range(tokenSha256(text)))) {
      const [, , user = "", uuid = ""] = segments(found as Buffer);
      // a restore can bring a token whose user it doesn't bring
      if (!this.#database.records.doesExist(userKey(user))) continue;
      const value = this.#database.records.get(tokenKey(user, uuid));
      const record = value && decodeValue<TokenRecord>(value);
      // the look-up has no checksums: what it says counts only where the token's own record says so, too
      if (!record || !("sha256" in record) || record.sha256 !== tokenSha256(text)) continue;
      if (known !== undefined) return undefined;
      known = { user, uuid, limit: record.limit, until: record.expires };
    }
    if (known?.until !== undefined && endsAt({ expires: known.until }) <= Date.now()) {
      throw new FlowgError("UNAUTHENTICATED", `the token expired at ${known.until}`, {
        hint: "create a new token",
      });
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

  /** What the look-up has of a token whose record is damaged. */
  #derivedOf(user: string, uuid: string): Buffer[] {
    return [sha256Tokens(), legacyRange()].flatMap((range) =>
      [...this.#database.derived.getKeys(range)].filter((found) => {
        const [owner, name] = segments(found as Buffer).slice(-2);
        return owner === user && name === uuid;
      }),
    ) as Buffer[];
  }

  #remove(user: string, uuid: string): void {
    const key = tokenKey(user, uuid);
    const found = this.#database.records.find(key);
    if (found === undefined) return;
    const keys = found.isWhole
      ? tokenDerivedKeys(user, uuid, decodeValue(found.value))
      : this.#derivedOf(user, uuid);
    for (const derived of keys) this.#database.derived.removeSync(derived);
    this.#database.records.removeSync(key);
    this.#uses.forget(user, uuid);
  }
}

/**
 * Terms of a token that is made with another: it lives no longer, or a token that leaked could outlive itself.
 * @throws PERMISSION_DENIED
 */
function within(terms: TokenTerms, until: string | undefined): TokenTerms {
  if (until === undefined || endsAt(terms) <= endsAt({ expires: until })) return terms;
  if (terms.expires === undefined) return { ...terms, expires: until };
  throw new FlowgError(
    "PERMISSION_DENIED",
    `the token would expire at ${terms.expires}, after the one that you came with (${until})`,
    { hint: "ask for an earlier expiry, or log in with your password" },
  );
}
