// Personal access tokens: a user has any number, each named by a UUID and stored as a hash only.

import { randomUUID } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import type { Limit } from "../../records/auth/limits.js";
import {
  endsAt,
  type TokenTerms,
  type TokenWishes,
  tokenTerms,
} from "../../records/auth/token-terms.js";
import { isTokenText, newTokenText, tokenSha256 } from "../../records/auth/token-text.js";
import { under } from "../../records/keys.js";
import { checkName, nameProblem } from "../../records/names.js";
import {
  decodeValue,
  encodeValue,
  type TokenRecord,
  tokenKey,
  userKey,
} from "../../records/records.js";
import type { Changes, Database } from "../../storage/database.js";
import { verifyLegacyArgon2id } from "./argon2id.js";
import { AuthAt, type KnownToken } from "./auth-at.js";
import { LegacyTokens } from "./legacy-tokens.js";
import { forgetUse, type TokenUses } from "./token-uses.js";

/** How many tokens one user may have. */
const TOKENS_MAX = 1_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface NewToken {
  /** The token's text. It is shown once, and only its hash is kept. */
  token: string;
  uuid: string;
  name?: string;
  /** RFC 3339; absent if it never expires. */
  expires?: string;
}

/** The request for a new token. */
export interface TokenRequest extends TokenWishes {
  /** The limit of the caller's own credential, which the new token can't exceed. */
  limit?: Limit;
  /** When the caller's credential ends, RFC 3339. The new token ends then at the latest. */
  until?: string | undefined;
}

/** A token as lists show it. */
export interface TokenDetails {
  uuid: string;
  name?: string;
  /** RFC 3339. */
  expires?: string;
  isExpired: boolean;
  /** RFC 3339, to the minute or so; absent if the token was never used. */
  lastUsed?: string;
}

/** Whether a stored hash is that of a token's text: its SHA-256 in hex, or FlowG's Argon2id string. */
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

  /**
   * @throws NOT_FOUND for an unknown user, INPUT_INVALID, PERMISSION_DENIED for a token that would live too long, REFUSED if the
   *   user has as many as allowed
   */
  async create(user: string, { limit, until, ...wishes }: TokenRequest = {}): Promise<NewToken> {
    checkName("user", user);
    const token = newTokenText();
    const uuid = randomUUID();
    const terms = within(tokenTerms(wishes, Date.now()), until);
    const record = { sha256: tokenSha256(token), ...(limit && { limit: [...limit] }), ...terms };
    await this.#database.change((changes) => {
      if (!changes.records.has(userKey(user))) {
        throw new FlowgError("NOT_FOUND", `there is no user ${JSON.stringify(user)}`);
      }
      demandRoom(changes, user);
      changes.put(tokenKey(user, uuid), encodeValue(record));
    });
    return { token, uuid, ...terms };
  }

  /** The UUIDs of the user's tokens, sorted. */
  list(user: string): Promise<string[]> {
    return this.#database.read((instant) => new AuthAt(instant).tokensOf(user));
  }

  /** The user's tokens with the details that lists show. */
  details(user: string): Promise<TokenDetails[]> {
    return this.#database.read((instant) =>
      new AuthAt(instant).tokensOf(user).flatMap((uuid) => {
        const value = instant.records.get(tokenKey(user, uuid));
        if (value === undefined) return [];
        const { name, expires } = decodeValue<TokenRecord>(value);
        const used = this.#uses.last(instant, user, uuid);
        return {
          uuid,
          ...(name !== undefined && { name }),
          ...(expires !== undefined && { expires }),
          isExpired: endsAt({ expires }) <= Date.now(),
          ...(used !== undefined && { lastUsed: new Date(used).toISOString() }),
        };
      }),
    );
  }

  /**
   * Deletes a token of this user. Succeeds even if it doesn't exist.
   * @throws INPUT_INVALID if `uuid` isn't a UUID
   */
  async delete(user: string, uuid: string): Promise<void> {
    checkName("user", user);
    const lower = uuid.toLowerCase();
    if (!UUID.test(lower)) {
      throw new FlowgError("INPUT_INVALID", "the token's name is not a UUID", {
        hint: "list the tokens to see their UUIDs",
      });
    }
    await this.#database.change((changes) => removeToken(changes, user, lower));
    this.#uses.forget(user, lower);
  }

  /** The name that a token has, if it has one. */
  async nameOf(user: string, uuid: string): Promise<string | undefined> {
    if (nameProblem(user) || !UUID.test(uuid.toLowerCase())) return undefined;
    const key = tokenKey(user, uuid.toLowerCase());
    const found = await this.#database.read(({ records }) => records.find(key));
    return found?.isWhole ? decodeValue<TokenRecord>(found.value).name : undefined;
  }

  /**
   * Finds the user of a token. It takes one look-up. Only where none matches and tokens of an old FlowG are there, it tries
   * their slow hashes, and replaces the one that matches.
   * @throws RATE_LIMITED when too many of the slow checks are waiting, UNAUTHENTICATED if it has expired
   */
  async authenticate(text: string): Promise<string | undefined> {
    return (await this.identify(text))?.user;
  }

  /** Finds a token, with its limit and its end. @throws RATE_LIMITED, UNAUTHENTICATED */
  async identify(text: string): Promise<KnownToken | undefined> {
    return (
      (await this.#known(text)) ?? ((await this.renewHash(text)) ? this.#known(text) : undefined)
    );
  }

  /**
   * Tries the slow hashes of tokens from an old FlowG, and replaces the one that matches.
   * @returns whether one matched; then the fast look-up finds it
   * @throws RATE_LIMITED
   */
  async renewHash(text: string): Promise<boolean> {
    return isTokenText(text) && this.#legacy.replace(text, tokenSha256(text));
  }

  #known(text: string): Promise<KnownToken | undefined> {
    return this.#database.read((instant) => new AuthAt(instant).tokenOf(text));
  }
}

/** Bounds a user's tokens, since any user can make them and lists show them all. @throws REFUSED */
function demandRoom({ records }: Changes, user: string): void {
  if (records.count({ ...under("token", user), limit: TOKENS_MAX }) < TOKENS_MAX) return;
  throw new FlowgError("REFUSED", `user ${user} has ${TOKENS_MAX} tokens, as many as allowed`, {
    hint: "delete tokens that nobody needs",
  });
}

/** All tokens of a user. Only inside a write transaction. */
export function removeTokens(changes: Changes, user: string): void {
  for (const uuid of new AuthAt(changes).tokensOf(user)) removeToken(changes, user, uuid);
}

function removeToken(changes: Changes, user: string, uuid: string): void {
  changes.remove(tokenKey(user, uuid));
  forgetUse(changes, user, uuid);
}

/**
 * Limits the life of a token that is made with another token to that one's. Otherwise a leaked token could replace itself for
 * ever.
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
