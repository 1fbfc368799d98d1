// client.transformers

import { type Caller, type CallOptions, inPath, take } from "../call.js";

/** Scripts that change logs on their way. @example `await client.transformers.list()` */
export interface Transformers {
  /** Their names. @example `const names = await client.transformers.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** Sentences about transformers that do not run on this server. @example `const warnings = await client.transformers.warnings()` */
  warnings(options?: CallOptions): Promise<string[]>;
  /** The script. @throws NotFoundError @example `const script = await client.transformers.get("parse-nginx")` */
  get(name: string, options?: CallOptions): Promise<string>;
  /** Creates or replaces it; gives what keeps it from running. @throws BadRequestError for a script that calls what the server's VRL doesn't have @example `const warnings = await client.transformers.save("parse-nginx", script)` */
  save(name: string, script: string, options?: CallOptions): Promise<string[]>;
  /** Removes it; says which pipelines that name it no longer run. @throws NotFoundError @example `const warnings = await client.transformers.delete("parse-nginx")` */
  delete(name: string, options?: CallOptions): Promise<string[]>;
  /** Runs a script on a record, and gives the fields that it leaves. @throws BadRequestError for a script that fails @example `const fields = await client.transformers.test(script, { message: "hello" })` */
  test(
    script: string,
    record: Record<string, string>,
    options?: CallOptions,
  ): Promise<Record<string, string>>;
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
    warnings: async (options) => {
      const query = { params: { query: { warnings: true } }, ...caller.with(options) };
      return (await take(api.GET("/api/v1/transformers", query))).warnings ?? [];
    },
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).script,
    save: async (name, script, options) => {
      const answer = await take(api.PUT(path, { ...of(name, options), body: { script } }));
      return answer.warnings ?? [];
    },
    delete: async (name, options) =>
      (await take(api.DELETE(path, of(name, options)))).warnings ?? [],
    test: async (script, record, options) => {
      const body = { code: script, record };
      const path = "/api/v1/test/transformer";
      return (await take(api.POST(path, { body, ...caller.with(options) }))).record;
    },
  };
}
