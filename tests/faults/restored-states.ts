// A server's data in one of two states, of each database by itself, and what an answer says of them.

import { join } from "node:path";
import { FlowgApiError, type FlowgClient } from "../../sdk/index.js";
import { flowg } from "../cli/flowg.js";
import { spawnServer } from "../http/server-process.js";
import { clientOf, ENV } from "./server.js";

export type State = "old" | "new";
type Kind = "auth" | "logs" | "config";
export type States = Record<Kind, State | (string & {})>;

/** Makes a server's data, which is old, with a backup of what it was: that is called new here. */
export async function makeTemplate(template: string, backup: string): Promise<void> {
  const server = await spawnServer(template, { env: ENV });
  const client = await clientOf(server);
  await set(client, "new");
  const dirs = ["auth", "config", "log"].flatMap((name) => [`--${name}-dir`, join(template, name)]);
  const made = await flowg(["admin", "backup", "--backup-dir", backup, ...dirs]);
  if (made.code !== 0) throw new Error(made.stderr);
  await set(client, "old");
  server.child.kill("SIGTERM");
  await server.exited;
}

export async function set(client: FlowgClient, state: State): Promise<void> {
  await client.transformers.save("state", state);
  await client.roles.save("state", state === "new" ? ["read_streams"] : ["send_logs"]);
  const ttl = state === "new" ? 1_000 : 2_000;
  await client.streams.configure("state", { ttl, size: 0, indexed_fields: [] });
}

export async function statesOf(client: FlowgClient): Promise<States> {
  const scopes = (await client.roles.list()).find(({ name }) => name === "state")?.scopes;
  const { ttl } = await client.streams.get("state");
  return {
    auth:
      scopes?.[0] === "read_streams" ? "new" : scopes?.[0] === "send_logs" ? "old" : `${scopes}`,
    logs: ttl === 1_000 ? "new" : ttl === 2_000 ? "old" : `${ttl}`,
    config: await client.transformers.get("state"),
  };
}

/** Which are not in this state, in words. */
export const notIn = (states: States, state: State): string[] =>
  Object.entries(states)
    .filter(([, found]) => found !== state)
    .map(([kind, found]) => `${kind} is ${found}`);

/**
 * Compares what was answered with what came of it.
 * @param goal the state that was asked for, of these
 * @param error what came in place of success
 */
export function judged(
  states: States,
  error: unknown,
  { goal, kinds }: { goal: State; kinds: readonly Kind[] },
): string[] {
  const done: string[] = kinds.filter((kind) => states[kind] === goal);
  const wrong = Object.entries(states)
    .filter(([, state]) => state !== "old" && state !== "new")
    .map(([kind, state]) => `${kind} is ${state}`);
  const found = `${goal} is: ${done.join(", ") || "nothing"}`;
  if (error === undefined)
    return done.length === kinds.length ? wrong : [...wrong, `says success, and ${found}`];
  // a broken connection says nothing: a server that ends itself, or was killed
  if (!(error instanceof FlowgApiError)) return wrong;
  // the files can't be looked at after the commit: it is in them, or in files that no later start finds
  if (error.message.includes("may be lost: do it again")) return wrong;
  const { restored = [] } = error.details as { restored?: string[] };
  return [...restored].sort().join() === [...done].sort().join()
    ? wrong
    : [
        ...wrong,
        `says that ${goal} is: ${restored.join(", ") || "nothing"}; ${found}: ${error.message}`,
      ];
}
