// client.transformers

import { type Caller, type CallOptions, inPath, take } from "../call.js";

/** Scripts that change logs on their way. @example `await client.transformers.list()` */
export interface Transformers {
  /** Their names. @example `const names = await client.transformers.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** The script. @throws NotFoundError @example `const script = await client.transformers.get("parse-nginx")` */
  get(name: string, options?: CallOptions): Promise<string>;
  /** Creates or replaces it. @example `await client.transformers.save("parse-nginx", script)` */
  save(name: string, script: string, options?: CallOptions): Promise<void>;
  /** Removes it. @throws NotFoundError @example `await client.transformers.delete("parse-nginx")` */
  delete(name: string, options?: CallOptions): Promise<void>;
}

export function transformersOf(caller: Caller): Transformers {
  const { api } = caller;
  const path = "/api/v1/transformers/{transformer}";
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { transformer: inPath("transformer", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) =>
      (await take(api.GET("/api/v1/transformers", caller.with(options)))).transformers,
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).script,
    save: async (name, script, options) => {
      await take(api.PUT(path, { ...of(name, options), body: { script } }));
    },
    delete: async (name, options) => {
      await take(api.DELETE(path, of(name, options)));
    },
  };
}
