// client.pipelines

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { Flow, FlowInput, FlowTrial } from "../types.js";

/** Flow graphs: the way of a log. @example `await client.pipelines.list()` */
export interface Pipelines {
  /** Their names. @example `const names = await client.pipelines.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** Sentences about pipelines that do not work on this server. @example `const warnings = await client.pipelines.warnings()` */
  warnings(options?: CallOptions): Promise<string[]>;
  /** The graph. @throws NotFoundError @example `const flow = await client.pipelines.get("default")` */
  get(name: string, options?: CallOptions): Promise<Flow>;
  /** Creates or replaces it; gives what of it does not work on this server. @throws BadRequestError for a flow that leads nowhere or in circles @example `const warnings = await client.pipelines.save("default", flow)` */
  save(name: string, flow: FlowInput | Flow, options?: CallOptions): Promise<string[]>;
  /** Removes it; says which pipelines that name it no longer run. @throws NotFoundError @example `const warnings = await client.pipelines.delete("default")` */
  delete(name: string, options?: CallOptions): Promise<string[]>;
  /**
   * Leads records through a graph, which may be saved or not. It stores nothing.
   * @example `const { trace } = await client.pipelines.test("default", flow, [{ level: "error" }])`
   */
  test(
    name: string,
    flow: FlowInput | Flow,
    records: readonly Record<string, string>[],
    options?: CallOptions,
  ): Promise<FlowTrial>;
}

export function pipelinesOf(caller: Caller): Pipelines {
  const { api } = caller;
  const path = "/api/v1/pipelines/{pipeline}";
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { pipeline: inPath("pipeline", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) =>
      (await take(api.GET("/api/v1/pipelines", caller.with(options)))).pipelines,
    warnings: async (options) => {
      const query = { params: { query: { warnings: true } }, ...caller.with(options) };
      return (await take(api.GET("/api/v1/pipelines", query))).warnings ?? [];
    },
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).flow,
    // what came from here may go back: the server is stricter in what it says than in what it takes
    save: async (name, flow, options) => {
      const body = { flow: flow as FlowInput };
      return (await take(api.PUT(path, { ...of(name, options), body }))).warnings ?? [];
    },
    delete: async (name, options) =>
      (await take(api.DELETE(path, of(name, options)))).warnings ?? [],
    test: async (name, flow, records, options) => {
      const body = { flow: flow as FlowInput, records: [...records] };
      const { trace, error } = await take(
        api.POST("/api/v1/test/pipeline/{pipeline}", { ...of(name, options), body }),
      );
      return { trace, ...(error === undefined ? {} : { error }) };
    },
  };
}
