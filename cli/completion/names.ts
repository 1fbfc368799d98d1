// Gets the names on a server for the completion of a shell: quickly or not at all, without asking anything, and only names that
// the shell takes as one word.

import type { FlowgClient } from "../../sdk/index.js";
import type { NameKind } from "./values.js";

/** Milliseconds, since a person who pressed the tab key waits. */
const PATIENCE_MS = 1_500;
/** The most names to offer. */
const NAMES_MAX = 1_000;

const LISTS: Record<
  NameKind,
  (client: FlowgClient, options: { signal: AbortSignal }) => Promise<string[]>
> = {
  streams: async (client, options) => Object.keys(await client.streams.list(options)),
  pipelines: (client, options) => client.pipelines.list(options),
  transformers: (client, options) => client.transformers.list(options),
  alerts: (client, options) => client.alerts.list(options),
  forwarders: (client, options) => client.forwarders.list(options),
  users: async (client, options) => (await client.users.list(options)).map(({ name }) => name),
  roles: async (client, options) => (await client.roles.list(options)).map(({ name }) => name),
  jobs: async (client, options) => (await client.jobs.list(options)).map(({ name }) => name),
  tasks: async (client, options) => (await client.tasks.list(options)).map(({ id }) => id),
};

export async function completedNames(kind: NameKind, client: FlowgClient): Promise<string[]> {
  const names = await LISTS[kind](client, { signal: AbortSignal.timeout(PATIENCE_MS) });
  // leaves out names that a command would read as flags, and names with control characters
  return names.filter((name) => /^(?!-)[^\p{C}\p{Zl}\p{Zp}]+$/u.test(name)).slice(0, NAMES_MAX);
}
