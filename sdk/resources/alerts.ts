// client.alerts

import { type Caller, type CallOptions, inPath, take } from "../call.js";
import type { Webhook, WebhookInput } from "../types.js";

/** Webhooks that logs are posted to. @example `await client.alerts.list()` */
export interface Alerts {
  /** Their names. @example `const names = await client.alerts.list()` */
  list(options?: CallOptions): Promise<string[]>;
  /** Sentences about alerts that do not work on this server. @example `const warnings = await client.alerts.warnings()` */
  warnings(options?: CallOptions): Promise<string[]>;
  /** The webhook. @throws NotFoundError @example `const { url } = await client.alerts.get("on-call")` */
  get(name: string, options?: CallOptions): Promise<Webhook>;
  /** Creates or replaces it; gives what of it does not work on this server. @example `const warnings = await client.alerts.save("on-call", { url: "https://example.com/hook" })` */
  save(name: string, webhook: WebhookInput | Webhook, options?: CallOptions): Promise<string[]>;
  /** Removes it; says which pipelines that name it no longer run. @throws NotFoundError @example `const warnings = await client.alerts.delete("on-call")` */
  delete(name: string, options?: CallOptions): Promise<string[]>;
  /**
   * Posts a record to the alert's webhook now.
   * @throws InternalServerError with code UPSTREAM_FAILED if the webhook doesn't take the record
   * @example `await client.alerts.test("on-call", { message: "hello" })`
   */
  test(name: string, record: Record<string, string>, options?: CallOptions): Promise<void>;
}

export function alertsOf(caller: Caller): Alerts {
  const { api } = caller;
  const path = "/api/v1/alerts/{alert}";
  const of = (name: string, options: CallOptions | undefined) => ({
    params: { path: { alert: inPath("alert", name) } },
    ...caller.with(options),
  });
  return {
    list: async (options) => (await take(api.GET("/api/v1/alerts", caller.with(options)))).alerts,
    warnings: async (options) => {
      const query = { params: { query: { warnings: true } }, ...caller.with(options) };
      return (await take(api.GET("/api/v1/alerts", query))).warnings ?? [];
    },
    get: async (name, options) => (await take(api.GET(path, of(name, options)))).webhook,
    // what came from here may go back: the server is stricter in what it says than in what it takes
    save: async (name, webhook, options) => {
      const body = { webhook: webhook as WebhookInput };
      return (await take(api.PUT(path, { ...of(name, options), body }))).warnings ?? [];
    },
    delete: async (name, options) =>
      (await take(api.DELETE(path, of(name, options)))).warnings ?? [],
    test: async (name, record, options) => {
      const test = "/api/v1/test/alerts/{alert}";
      await take(api.POST(test, { ...of(name, options), body: { record } }));
    },
  };
}
