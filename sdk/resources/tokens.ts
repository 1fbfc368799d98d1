// client.tokens

import { demandObject, demandText } from "../arguments.js";
import { type Caller, type CallOptions, inPath, take } from "../call.js";
import { InputError } from "../errors.js";

/** A token at the only moment it is seen. @example `const { token, uuid }: NewToken = await client.tokens.create()` */
export interface NewToken {
  /** The secret: the server keeps only its hash. */
  token: string;
  /** Names it, to delete it. */
  uuid: string;
  /** When it ends, RFC 3339; absent if it never does. */
  expiresAt?: string | undefined;
}

/** What a new token is for, and how long. @example `const options: NewTokenOptions = { name: "nightly", expiresIn: "30d" }` */
export interface NewTokenOptions extends CallOptions {
  /** For people, who see it in lists. */
  name?: string | undefined;
  /** How long it lives: `"30d"`, `"1h30m"`. */
  expiresIn?: string | undefined;
  /** When it ends, in place of that. */
  expiresAt?: Date | string | undefined;
}

/** A token as lists show it. @example `const [{ uuid, lastUsedAt }]: TokenDetails[] = await client.tokens.details()` */
export interface TokenDetails {
  /** Names it, to delete it. */
  uuid: string;
  /** What it is for; absent if it has no name. */
  name?: string | undefined;
  /** When it ends, RFC 3339; absent if it never does. */
  expiresAt?: string | undefined;
  /** Whether it authenticates nobody any more. */
  expired: boolean;
  /** When somebody last came with it, RFC 3339; absent if nobody did. */
  lastUsedAt?: string | undefined;
}

/** The caller's own personal access tokens. @example `await client.tokens.list()` */
export interface Tokens {
  /** Their UUIDs. @example `const uuids = await client.tokens.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** What is known of them. @example `const unused = (await client.tokens.details()).filter(({ lastUsedAt }) => !lastUsedAt)` */
  details(options?: CallOptions): Promise<TokenDetails[]>;
  /** A new one: keep it, it is not shown again. @throws BadRequestError for an expiry in the past @example `const { token } = await client.tokens.create({ name: "nightly", expiresIn: "30d" })` */
  create(options?: NewTokenOptions): Promise<NewToken>;
  /** Succeeds also if there is none. @throws BadRequestError if it is no UUID @example `await client.tokens.delete(uuid)` */
  delete(uuid: string, options?: CallOptions): Promise<void>;
}

export function tokensOf(caller: Caller): Tokens {
  const { api } = caller;
  return {
    list: async (options) =>
      (await take(api.GET("/api/v1/tokens", caller.with(options)))).token_uuids,
    details: async (options) => {
      const { tokens } = await take(api.GET("/api/v1/tokens", caller.with(options)));
      return tokens.map(({ uuid, name, expired, expires_at, last_used_at }) => ({
        uuid,
        ...(name === undefined ? {} : { name }),
        ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
        expired,
        ...(last_used_at === undefined ? {} : { lastUsedAt: last_used_at }),
      }));
    },
    create: async (options = {}) => {
      const { name, expiresIn, expiresAt, ...call } = demandObject("options", options);
      const wishes = {
        ...(name === undefined ? {} : { name }),
        ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
        ...(expiresAt === undefined ? {} : { expires_at: timeText(expiresAt) }),
      };
      // without a body where none is needed, as every server of FlowG takes it
      const body = Object.keys(wishes).length > 0 ? { body: wishes } : {};
      const answer = await take(api.POST("/api/v1/token", { ...body, ...caller.with(call) }));
      const ends = answer.expires_at;
      return {
        token: answer.token,
        uuid: answer.token_uuid,
        ...(ends === undefined ? {} : { expiresAt: ends }),
      };
    },
    delete: async (uuid, options) => {
      const params = { path: { token_uuid: inPath("token", uuid) } };
      await take(api.DELETE("/api/v1/tokens/{token_uuid}", { params, ...caller.with(options) }));
    },
  };
}

function timeText(moment: Date | string): string {
  if (!(moment instanceof Date)) return demandText("expiresAt", moment);
  if (Number.isNaN(moment.getTime())) throw new InputError("a Date holds no moment");
  return moment.toISOString();
}
