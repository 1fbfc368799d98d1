// What a server does that restores one database, or all three: each is then the old one or the new one as a whole, the answer
// says which, and the next restore makes everything new.

import { join } from "node:path";
import { FlowgApiError, type FlowgClient } from "../../sdk/index.js";
import { flowg } from "../cli/flowg.js";
import { spawnServer } from "../http/server-process.js";
import { faultOf, type Work } from "./served.js";
import { clientOf, ENV } from "./server.js";

export interface Restoring {
  /** Of something else. */
  backup: string;
  what: "logs" | "all";
}

type States = Record<"auth" | "logs" | "config", string>;

/** Makes a server's data with a backup of what it was: what that has is called new here. */
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

async function set(client: FlowgClient, state: "old" | "new"): Promise<void> {
  await client.transformers.save("state", state);
  await client.roles.save("state", state === "new" ? ["read_streams"] : ["send_logs"]);
  const ttl = state === "new" ? 1_000 : 2_000;
  await client.streams.configure("state", { ttl, size: 0, indexed_fields: [] });
}

async function statesOf(client: FlowgClient): Promise<States> {
  const scopes = (await client.roles.list()).find(({ name }) => name === "state")?.scopes;
  const { ttl } = await client.streams.get("state");
  return {
    auth:
      scopes?.[0] === "read_streams" ? "new" : scopes?.[0] === "send_logs" ? "old" : `${scopes}`,
    logs: ttl === 1_000 ? "new" : ttl === 2_000 ? "old" : `${ttl}`,
    config: await client.transformers.get("state"),
  };
}

const restore = ({ restore }: FlowgClient, { what, backup }: Restoring): Promise<unknown> =>
  what === "all" ? restore.all(backup) : restore.logs(join(backup, "log.db"));

export function restoring(how: Restoring): Work {
  let error: unknown;
  let isJudged = false;
  return {
    prepare: async () => undefined,
    async carryOut(client) {
      isJudged = false;
      error = await restore(client, how).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      return error === undefined ? [] : faultOf(error);
    },
    async lookAfter(client) {
      // a server that ends later has done more since
      const wrong = isJudged ? [] : judged(await statesOf(client), error, how);
      isJudged = true;
      const again = await restore(client, how).catch((cause: unknown) => cause);
      if (again instanceof Error) return [...wrong, `the next restore fails: ${again.message}`];
      const old = Object.values(await statesOf(client)).filter((state) => state !== "new");
      if (old.length !== (how.what === "all" ? 0 : 2))
        wrong.push("the next restore doesn't make everything new");
      await set(client, "old");
      return wrong;
    },
    async lookAgain(client) {
      const states = Object.entries(await statesOf(client));
      return states
        .filter(([, state]) => state !== "old")
        .map(([kind, state]) => `${kind} is ${state} at the next start`);
    },
  };
}

function judged(states: States, error: unknown, { what }: Restoring): string[] {
  const kinds = what === "all" ? (["auth", "logs", "config"] as const) : (["logs"] as const);
  const isNew: string[] = kinds.filter((kind) => states[kind] === "new");
  const wrong = Object.entries(states)
    .filter(([, state]) => state !== "old" && state !== "new")
    .map(([kind, state]) => `${kind} is ${state}`);
  const found = `new is: ${isNew.join(", ") || "nothing"}`;
  if (error === undefined)
    return isNew.length === kinds.length ? wrong : [...wrong, `says success, and ${found}`];
  // a broken connection says nothing: a server that ends itself, or was killed
  if (!(error instanceof FlowgApiError)) return wrong;
  // the files can't be looked at after the commit: it is in them, or in files that nobody finds again
  if (error.message.includes("may be lost: do it again")) return wrong;
  const { restored = [] } = error.details as { restored?: string[] };
  return [...restored].sort().join() === [...isNew].sort().join()
    ? wrong
    : [
        ...wrong,
        `says that new is: ${restored.join(", ") || "nothing"}; ${found}: ${error.message}`,
      ];
}
