// A server that meets a fault where nothing is yet.

import { mkdir, readdir, rm } from "node:fs/promises";
import { spawnServer } from "../http/server-process.js";
import { callsOf, faultyEnvironment, hitsOf, type Injection } from "./library.js";
import { allFaults, type Planned } from "./plan.js";
import { clientOf, ENV, ended, healthOf, type Outcome } from "./server.js";

/** Starts a server where nothing is, with a fault on the way, stops it, and starts it once more without. */
export async function firstStart(injection: Injection): Promise<Outcome> {
  const { fault, root } = injection;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const server = await spawnServer(root, {
    env: { ...ENV, ...(await faultyEnvironment(injection)) },
  });
  const wrong: string[] = [];
  if (server.url) wrong.push(...(await healthOf(server)));
  wrong.push(...(await ended(server, fault)));
  const hits = await hitsOf(injection);
  return { wrong: [...wrong, ...(await nextStart(root))], hits };
}

async function nextStart(root: string): Promise<string[]> {
  const again = await spawnServer(root, { env: ENV });
  const wrong: string[] = [];
  if (again.url) {
    wrong.push(...(await healthOf(again)));
    await clientOf(again).then(undefined, (error) => wrong.push(`no log-in: ${error.message}`));
  } else wrong.push(`the next start fails: ${again.stderr().trim()}`);
  wrong.push(...(await ended(again, undefined)));
  const left = (await readdir(root, { recursive: true })).filter((name) =>
    /\.part$|scratch/.test(name),
  );
  if (left.length > 0) wrong.push(`left over: ${left.join(", ")}`);
  return wrong;
}

export async function faultsOfFirstStart(injection: Injection): Promise<Planned[]> {
  const { wrong } = await firstStart(injection);
  if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
  return allFaults(await callsOf(injection));
}
