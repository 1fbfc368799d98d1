// client.tokens

import { type Caller, type CallOptions, inPath, take } from "../call.js";

/** A token at the only moment it is seen. @example `const { token, uuid }: NewToken = await client.tokens.create()` */
export interface NewToken {
  /** The secret: the server keeps only its hash. */
  token: string;
  /** Names it, to delete it. */
  uuid: string;
}

/** The caller's own personal access tokens. @example `await client.tokens.list()` */
export interface Tokens {
  /** Their UUIDs. @example `const uuids = await client.tokens.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** A new one: keep it, it is not shown again. @example `const { token } = await client.tokens.create()` */
  create(options?: CallOptions): Promise<NewToken>;
  /** Succeeds also if there is none. @throws BadRequestError if it is no UUID @example `await client.tokens.delete(uuid)` */
  delete(uuid: string, options?: CallOptions): Promise<void>;
}

export function tokensOf(caller: Caller): Tokens {
  const { api } = caller;
  return {
    list: async (options) =>
      (await take(api.GET("/api/v1/tokens", caller.with(options)))).token_uuids,
    create: async (options) => {
      const answer = await take(api.POST("/api/v1/token", caller.with(options)));
      return { token: answer.token, uuid: answer.token_uuid };
    },
    delete: async (uuid, options) => {
      const params = { path: { token_uuid: inPath("token", uuid) } };
      await take(api.DELETE("/api/v1/tokens/{token_uuid}", { params, ...caller.with(options) }));
    },
  };
}
