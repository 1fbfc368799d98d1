// A server that meets a fault where nothing is yet.

import { mkdir, readdir, rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { spawnServer } from "../http/server-process.js";
import { callsOf, faultyEnvironment, hitsOf, type Injection } from "./library.js";
import { allFaults, isLasting, type Planned } from "./plan.js";
import { clientOf, ENV, ended, healthOf, type Outcome } from "./server.js";

/** The files that a first start leaves. */
export interface Left {
  faults: Planned[];
  names: string[];
}

/**
 * Starts a server where nothing is, with a fault on the way, stops it, and starts it once more without: unless the call changes
 * nothing on the disk, and the server has served all the same and left what it always leaves.
 */
export async function firstStart(
  injection: Omit<Injection, "fault"> & { fault?: Planned },
  left?: Left,
): Promise<Outcome> {
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
  if (
    fault &&
    server.url &&
    !isLasting(fault) &&
    isDeepStrictEqual(await namesIn(root), left?.names)
  )
    return { wrong, hits };
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
  const left = (await namesIn(root)).filter((name) => /\.part$|scratch/.test(name));
  if (left.length > 0) wrong.push(`left over: ${left.join(", ")}`);
  return wrong;
}

/** @throws if it fails without a fault */
export async function cleanFirstStart(injection: Omit<Injection, "fault">): Promise<Left> {
  const { wrong } = await firstStart(injection);
  if (wrong.length > 0) throw new Error(`it fails without faults: ${wrong.join("; ")}`);
  return { faults: allFaults(await callsOf(injection)), names: await namesIn(injection.root) };
}

const namesIn = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true })).sort();
