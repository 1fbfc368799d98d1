// A server that meets a fault while it restores: one database, or all three. Each is then the old one or the new one as a
// whole, the answer says which, and the next restore makes everything new.

import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlowgApiError, type FlowgClient, FlowgSdkError } from "../../sdk/index.js";
import { flowg } from "../cli/flowg.js";
import { type ServerProcess, spawnServer } from "../http/server-process.js";
import { callsOf, faultyEnvironment, hitsOf, type Injection } from "./library.js";
import { allFaults, type Planned } from "./plan.js";
import {
  clientOf,
  ENV,
  ended,
  FAULTS,
  hasGivenUp,
  healthOf,
  isEnding,
  leftInSpool,
  type Outcome,
} from "./serve.js";

export interface Restoring {
  /** What is there before. */
  template: string;
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

export async function callsOfRestoring(injection: Injection, how: Restoring): Promise<Planned[]> {
  const { wrong } = await restoring(injection, how);
  if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
  return allFaults(await callsOf(injection));
}

const restore = ({ restore }: FlowgClient, { what, backup }: Restoring): Promise<unknown> =>
  what === "all" ? restore.all(backup) : restore.logs(join(backup, "log.db"));

export async function restoring(injection: Injection, how: Restoring): Promise<Outcome> {
  const { fault, root, beside } = injection;
  const when = join(beside, "when");
  await rm(root, { recursive: true, force: true });
  await rm(when, { force: true });
  await cp(how.template, root, { recursive: true });
  const env = await faultyEnvironment({ ...injection, when });
  const faulty = await spawnServer(root, { env: { ...ENV, ...env } });
  const client = await clientOf(faulty);
  await writeFile(when, "");
  const error = await restore(client, how).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  await rm(when);
  const isKilled = fault?.deed === "kill" || fault?.deed === "torn";
  const wasHit = (await hitsOf(injection)) > 0;
  const isOver = isKilled && wasHit ? await isEnding(faulty) : await hasGivenUp(faulty);
  const server = isOver ? await spawnServer(root, { env: ENV }) : faulty;
  const wrong = await lookAt(server, { error, how });
  // whoever has the file open still has what they wrote: it must be on the disk as well
  if (!isOver && wrong.length === 0) {
    const again = await spawnServer(root, { env: ENV });
    wrong.push(...(await ended(again, undefined)));
  }
  for (const name of ["auth", "config", "log"]) {
    const left = await leftInSpool(join(root, name, "spool"));
    if (left.length > 0) wrong.push(`left in the spool of ${name}: ${left.join(", ")}`);
  }
  return { wrong, hits: await hitsOf(injection), hasGivenUp: isOver };
}

async function lookAt(
  server: ServerProcess,
  { error, how }: { error: unknown; how: Restoring },
): Promise<string[]> {
  if (!server.url || server.child.signalCode !== null)
    return [`died of ${server.child.signalCode}: ${server.stderr().trim().slice(-300)}`];
  const wrong = await healthOf(server);
  const client = await clientOf(server);
  wrong.push(...judged(await statesOf(client), error, how));
  const again = await restore(client, how).catch((cause: unknown) => cause);
  if (again instanceof Error) wrong.push(`the next restore fails: ${again.message}`);
  else {
    const old = Object.entries(await statesOf(client)).filter(([, state]) => state !== "new");
    const expected = how.what === "all" ? 0 : 2;
    if (old.length !== expected) wrong.push("the next restore doesn't make everything new");
  }
  return [...wrong, ...(await ended(server, undefined))];
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
  if (!(error instanceof FlowgSdkError)) return [...wrong, `fails with ${error}`];
  if (FAULTS.has(error.code)) wrong.push(`ends with ${error.code}: ${error.message}`);
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
