// client.forwarders

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { Forwarder, ForwarderInput } from "../types.js";

/** Services that logs are sent to. They are the alerts, as later FlowGs name and show them. @example `await client.forwarders.list()` */
export interface Forwarders {
  /** Their names. @example `const names = await client.forwarders.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** Sentences about forwarders that do not work on this server. @example `const warnings = await client.forwarders.warnings()` */
  warnings(options?: CallOptions): Promise<string[]>;
  /** Its type and settings, with its secrets. @throws NotFoundError @example `const { config } = await client.forwarders.get("to-syslog")` */
  get(name: string, options?: CallOptions): Promise<Forwarder>;
  /**
   * Creates or replaces it; gives what of it does not work on this server.
   * @throws BadRequestError for settings that cannot work
   * @example `await client.forwarders.save("to-syslog", { config: { type: "syslog", network: "udp", address: "logs.example.com:514" } })`
   */
  save(
    name: string,
    forwarder: ForwarderInput | Forwarder,
    options?: CallOptions,
  ): Promise<string[]>;
  /** Removes it; says which pipelines that name it no longer run. @throws NotFoundError @example `const warnings = await client.forwarders.delete("to-syslog")` */
  delete(name: string, options?: CallOptions): Promise<string[]>;
  /**
   * Sends a record to the forwarder's service now.
   * @throws InternalServerError with code UPSTREAM_FAILED if the service doesn't take the record
   * @example `await client.forwarders.test("to-syslog", { message: "hello" })`
   */
  test(name: string, record: Record<string, string>, options?: CallOptions): Promise<void>;
}

export function forwardersOf(caller: Caller): Forwarders {
  const { api } = caller;
  const path = "/api/v1/forwarders/{name}";
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { name: inPath("forwarder", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) =>
      (await take(api.GET("/api/v1/forwarders", caller.with(options)))).forwarders,
    warnings: async (options) => {
      const query = { params: { query: { warnings: true } }, ...caller.with(options) };
      return (await take(api.GET("/api/v1/forwarders", query))).warnings ?? [];
    },
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).forwarder,
    save: async (name, forwarder, options) =>
      (await take(api.PUT(path, { ...of(name, options), body: { forwarder } }))).warnings ?? [],
    delete: async (name, options) =>
      (await take(api.DELETE(path, of(name, options)))).warnings ?? [],
    test: async (name, record, options) => {
      const test = "/api/v1/test/forwarders/{name}";
      await take(api.POST(test, { ...of(name, options), body: { record } }));
    },
  };
}
