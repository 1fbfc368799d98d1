// A server that meets a fault: at its first start, or while it runs and takes logs, gives backups and takes restores.

import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type FlowgClient, FlowgSdkError } from "../../sdk/index.js";
import { type ServerProcess, spawnServer } from "../http/server-process.js";
import { callsOf, faultyEnvironment, hitsOf, type Injection } from "./library.js";
import { allFaults, type Planned } from "./plan.js";

export const PASSWORD = "correct horse battery staple";
export const ENV = { FLOWG_INITIAL_PASSWORD: PASSWORD };
/** A server that doesn't stop in this time never does. */
const STOP_MS = 20_000;
/** It looks at its files each second. */
const LOOK_AGAIN_MS = 2_500;
/** The codes of a fault of ours: nothing that a disk does may look like one. */
export const FAULTS: ReadonlySet<string> = new Set(["INTERNAL", "ANSWER_UNEXPECTED"]);

export interface Outcome {
  wrong: string[];
  hits: number;
  /** The server has ended by itself, because LMDB can't go on with a database. */
  hasGivenUp?: boolean;
}

/** Starts a server where nothing is, with a fault on the way, stops it, and starts it once more without. */
export async function firstStart(injection: Injection): Promise<Outcome> {
  const { fault, root, beside } = injection;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const server = await spawnServer(root, {
    env: { ...ENV, ...(await faultyEnvironment(injection)) },
  });
  const wrong: string[] = [];
  if (server.url) wrong.push(...(await healthOf(server)));
  wrong.push(...(await ended(server, fault as Planned | undefined)));
  const hits = await hitsOf({ ...injection, beside });
  const again = await spawnServer(root, { env: ENV });
  if (again.url) {
    wrong.push(...(await healthOf(again)));
    await clientOf(again).then(undefined, (error) => wrong.push(`no log-in: ${error.message}`));
  } else wrong.push(`the next start fails: ${again.stderr().trim()}`);
  wrong.push(...(await ended(again, undefined)));
  return { wrong, hits };
}

export async function callsOfFirstStart(injection: Injection): Promise<Planned[]> {
  const { wrong } = await firstStart(injection);
  if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
  return allFaults(await callsOf(injection));
}

/** What a server is to do. */
export interface Task {
  /** Before there is a fault. */
  prepare(client: FlowgClient): Promise<unknown>;
  work(work: Work): Promise<Stored>;
}

/** Takes logs, gives backups and takes restores. */
const EVERYTHING: Task = { prepare: async () => {}, work };

/** Takes logs and compacts the database that they go to. */
export const COMPACTION: Task = {
  prepare: async (client) => {
    const text = "x".repeat(200_000);
    for (let n = 0; n < 3; n++) await client.logs.ingest("default", { text });
    await client.streams.delete("default");
  },
  work: async ({ client }) => {
    const { stored, attempt, ingest } = trying(client);
    await attempt("ingest", ingest);
    await attempt("a compaction of logs", () => client.compact.logs());
    await attempt("ingest", ingest);
    return stored;
  },
};

/** Runs a server on a copy of `template`, makes it work while there is a fault, and once more without. */
export async function running(
  injection: Injection,
  template: string,
  task = EVERYTHING,
): Promise<Outcome> {
  const { fault, root, beside } = injection;
  const when = join(beside, "when");
  await rm(root, { recursive: true, force: true });
  await rm(when, { force: true });
  await cp(template, root, { recursive: true });
  const env = await faultyEnvironment({ ...injection, when });
  const server = await spawnServer(root, { env: { ...ENV, ...env } });
  const wrong: string[] = [];
  const client = await clientOf(server);
  await task.prepare(client);
  await writeFile(when, "");
  const stored = await task.work({ client, backup: join(template, "..", "backup"), beside });
  wrong.push(...stored.wrong);
  await rm(when);
  const isKilled = fault?.deed === "kill" || fault?.deed === "torn";
  const wasHit = isKilled && (await hitsOf(injection)) > 0;
  const wasKilled = wasHit && (await isEnding(server));
  const isOver = !wasKilled && (await hasGivenUp(server));
  if (isOver || wasKilled) {
    const again = await spawnServer(root, { env: ENV });
    wrong.push(...(await after(again, { root, stored, template, beside, task })));
  } else {
    wrong.push(...(await after(server, { root, stored, template, beside, task })));
    // what was answered is there after the next start, too
    const again = await spawnServer(root, { env: ENV });
    const found = await missing(await clientOf(again), stored.texts);
    wrong.push(...found, ...(await ended(again, undefined)));
  }
  return { wrong, hits: await hitsOf(injection), hasGivenUp: isOver };
}

/** The process that watches over the server takes a moment to see that it was killed. */
export async function isEnding({ exited }: ServerProcess): Promise<boolean> {
  const late = pause(STOP_MS, "late", { ref: false });
  return (await Promise.race([exited, late])) !== "late";
}

/** Whether it has ended by itself, with words, because LMDB can't go on with a database. */
export async function hasGivenUp(server: ServerProcess): Promise<boolean> {
  const health = await fetch(`${server.managementUrl}/health`).catch(() => undefined);
  if (health?.status === 200) return false;
  const how = await Promise.race([server.exited, pause(STOP_MS, undefined, { ref: false })]);
  return how === 4 && /^error: the \w+ database can't be used any more/m.test(server.stderr());
}

export async function callsOfRunning(
  injection: Injection,
  template: string,
  task = EVERYTHING,
): Promise<Planned[]> {
  const { wrong } = await running(injection, template, task);
  if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
  return allFaults(await callsOf(injection));
}

interface Stored {
  wrong: string[];
  /** Logs that the server has answered for. */
  texts: string[];
  /** What failed, in words. */
  failed: string[];
}

interface Work {
  client: FlowgClient;
  backup: string;
  beside: string;
}

function trying(client: FlowgClient) {
  const stored: Stored = { wrong: [], texts: [], failed: [] };
  const attempt = async (name: string, doing: () => Promise<unknown>) => {
    await doing().catch((error: unknown) => {
      stored.failed.push(`${name}: ${(error as Error).message}`);
      const code = error instanceof FlowgSdkError ? error.code : String(error);
      if (FAULTS.has(code) || !(error instanceof FlowgSdkError))
        stored.wrong.push(`${name} ends with ${code}: ${(error as Error).message}`);
    });
  };
  const ingest = async () => {
    const text = `log ${Math.random()}`;
    await client.logs.ingest("default", { text });
    stored.texts.push(text);
  };
  return { stored, attempt, ingest };
}

async function work({ client, backup, beside }: Work): Promise<Stored> {
  const { stored, attempt, ingest } = trying(client);
  const into = join(beside, "downloaded");
  await rm(into, { recursive: true, force: true });
  await attempt("ingest", ingest);
  await attempt("a backup of logs", async () => {
    await mkdir(into, { recursive: true });
    await client.backup.toFile("logs", join(into, "one.db"));
  });
  await attempt("ingest", ingest);
  await attempt("a backup of all", () => client.backup.all(into));
  await attempt("a restore of logs", () => client.restore.logs(join(backup, "log.db")));
  await attempt("a restore of config", () => client.restore.config(join(backup, "config.db")));
  await attempt("ingest", ingest);
  return stored;
}

/** A server that has met its fault does everything as if there had been none. */
async function after(
  server: ServerProcess,
  {
    root,
    stored,
    template,
    beside,
    task,
  }: { root: string; stored: Stored; template: string; beside: string; task: Task },
): Promise<string[]> {
  if (!server.url || server.child.signalCode !== null) {
    return [`died of ${server.child.signalCode}: ${server.stderr().trim().slice(-300)}`];
  }
  const wrong = await healthOf(server);
  const client = await clientOf(server);
  const again = await task.work({ client, backup: join(template, "..", "backup"), beside });
  wrong.push(...again.failed.map((text) => `and afterwards ${text}`));
  stored.texts.push(...again.texts);
  wrong.push(...(await missing(client, stored.texts)));
  for (const name of ["auth", "config", "log"]) {
    const left = await leftInSpool(join(root, name, "spool"));
    if (left.length > 0) wrong.push(`left in the spool of ${name}: ${left.join(", ")}`);
  }
  return [...wrong, ...(await ended(server, undefined))];
}

/** A download can end a moment before its file is gone. */
export async function leftInSpool(spool: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const left = await readdir(spool).catch(() => []);
    if (left.length === 0 || tries === 50) return left;
    await pause(100);
  }
}

async function missing(client: FlowgClient, texts: readonly string[]): Promise<string[]> {
  const to = new Date(Date.now() + 60_000);
  const found = await client.logs.query("default", { from: new Date(0), to });
  const there = new Set(found.map(({ fields }) => fields.text));
  return texts
    .filter((text) => !there.has(text))
    .map((text) => `${text} was answered, and is gone`);
}

export async function clientOf({ url }: ServerProcess): Promise<FlowgClient> {
  const token = await createClient({ baseUrl: url }).auth.login("root", PASSWORD);
  return createClient({ baseUrl: url, token });
}

/** Its own look may meet the fault: then it says so, once, and is well again. */
export async function healthOf({ managementUrl }: ServerProcess): Promise<string[]> {
  const ask = async () => (await fetch(`${managementUrl}/health`)).status;
  if ((await ask()) === 200) return [];
  await pause(LOOK_AGAIN_MS);
  const status = await ask();
  return status === 200 ? [] : [`/health answers ${status}, and goes on so`];
}

/** Stops it, unless it has ended, and says what was wrong with how it ended. */
export async function ended(server: ServerProcess, fault: Planned | undefined): Promise<string[]> {
  server.child.kill("SIGTERM");
  const timer = new AbortController();
  const late = pause(STOP_MS, "late", { signal: timer.signal }).catch(() => "late");
  const how = await Promise.race([server.exited, late]);
  timer.abort();
  const isKilled = fault?.deed === "kill" || fault?.deed === "torn";
  const text = `${server.stdout()}${server.stderr()}`;
  const wrong: string[] = [];
  if (how === "late") {
    server.child.kill("SIGKILL");
    wrong.push("doesn't stop");
  } else if (typeof how === "string" && !(isKilled && how === "SIGKILL")) {
    wrong.push(`died of ${how}`);
  }
  if (how === 1 || /unexpected fault/i.test(text)) {
    wrong.push(`an unexpected fault: ${server.stderr().trim().slice(-300)}`);
  }
  if (how !== 0 && typeof how === "number" && !/error: \S/.test(server.stderr()))
    wrong.push(`ended with ${how} and no error message`);
  return wrong;
}
