// client.streams

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { StreamConfig, StreamConfigInput } from "../types.js";

/** Streams keep logs. @example `await client.streams.list()` */
export interface Streams {
  /** Configurations by name. @example `const { web } = await client.streams.list()` */
  list(options?: CallOptions): Promise<Record<string, StreamConfig>>;
  /** A stream that does not exist is created if the caller may write streams; for others, what it would begin with. @example `const { ttl } = await client.streams.get("web")` */
  get(name: string, options?: CallOptions): Promise<StreamConfig>;
  /** Creates it, or changes its limits and indexes. @throws BadRequestError for limits that cannot be @example `await client.streams.configure("web", { ttl: 604800, size: 1024, indexed_fields: ["level"] })` */
  configure(name: string, config: StreamConfigInput, options?: CallOptions): Promise<void>;
  /** With all its entries. Succeeds also if there is none. @example `await client.streams.delete("web")` */
  delete(name: string, options?: CallOptions): Promise<void>;
  /** The fields that its entries have. @example `const fields = await client.streams.fields("web")` */
  fields(name: string, options?: CallOptions): Promise<string[]>;
  /**
   * Gets the values of the stream's indexed fields, at most 10,000 in all.
   * @example `const { level } = await client.streams.indices("web")`
   */
  indices(name: string, options?: CallOptions): Promise<Record<string, string[]>>;
}

export function streamsOf(caller: Caller): Streams {
  const { api } = caller;
  const path = "/api/v1/streams/{stream}";
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { stream: inPath("stream", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) => (await take(api.GET("/api/v1/streams", caller.with(options)))).streams,
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).config,
    configure: async (name, config, options) => {
      await take(api.PUT(path, { ...of(name, options), body: { config } }));
    },
    delete: async (name, options) => {
      await take(api.DELETE(path, of(name, options)));
    },
    fields: async (name, options) =>
      (await take(api.GET(`${path}/fields`, of(name, options)))).fields,
    indices: async (name, options) =>
      (await take(api.GET(`${path}/indices`, of(name, options)))).indices,
  };
}
