// client.compact

import { type Caller, type CallOptions, take } from "../call.js";
import type { components } from "../schema.js";

/** What a compaction did. @example `const { bytesBefore, bytesAfter }: CompactionReport = await client.compact.logs()` */
export type CompactionReport = components["schemas"]["CompactionReport"];

/**
 * Giving the disk back what deleted records took, while the server goes on. Each may take as long as a backup, and waits an
 * hour unless `timeout` says otherwise.
 * @example `await client.compact.logs()`
 */
export interface Compact {
  /** Users, roles, tokens. @throws ConflictError while a restore is under way or another process has it open, DiskFullError without room for the copy, … @example `await client.compact.auth()` */
  auth(options?: CallOptions): Promise<CompactionReport>;
  /** Pipelines, transformers, alerts. @throws as `auth` @example `await client.compact.config()` */
  config(options?: CallOptions): Promise<CompactionReport>;
  /** Streams and their entries: the one that is worth it. @throws as `auth` @example `const { rewritten } = await client.compact.logs()` */
  logs(options?: CallOptions): Promise<CompactionReport>;
}

const PATIENCE_MS = 3_600_000;

export function compactOf(caller: Caller): Compact {
  const { api } = caller;
  const patient = (options: CallOptions = {}) =>
    caller.with({ ...options, timeout: options.timeout ?? PATIENCE_MS });
  return {
    auth: async (options) =>
      (await take(api.POST("/api/v1/compact/auth", patient(options)))).report,
    config: async (options) =>
      (await take(api.POST("/api/v1/compact/config", patient(options)))).report,
    logs: async (options) =>
      (await take(api.POST("/api/v1/compact/logs", patient(options)))).report,
  };
}
