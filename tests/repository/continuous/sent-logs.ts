// Logs that a test sends to a server one after the other, each with its number, and what a repository has of them.

import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import type { ServerProcess } from "../../http/server-process.js";
import { watchedBy } from "../../watched-process.js";

const PASSWORD = "password-of-root";
export const INITIAL = { FLOWG_INITIAL_PASSWORD: PASSWORD };

/** Kills the process and its child, which is the one that serves. */
export async function killAll({ child, exited }: ServerProcess): Promise<void> {
  const pids = [await watchedBy(child.pid), child.pid].filter((pid) => pid !== undefined);
  try {
    execFileSync("kill", ["-9", ...pids.map(String)], { stdio: "ignore" });
  } catch {
    // one of them was gone already
  }
  await exited;
}

export async function login({ url }: ServerProcess): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "root", password: PASSWORD }),
  });
  return ((await answer.json()) as { token: string }).token;
}

export interface Answered {
  n: number;
  /** When its answer came, milliseconds since 1970. */
  at: number;
}

/** Sends one log. */
export const ingest = (
  { url }: ServerProcess,
  token: string,
  record: Record<string, string>,
): Promise<Response> =>
  fetch(`${url}/api/v1/pipelines/default/logs`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ record }),
  });

/**
 * Sends one log after the other until the server is gone.
 * @returns the logs that were answered
 */
export async function send(
  server: ServerProcess,
  token: string,
  { from, everyMs = 0 }: { from: number; everyMs?: number },
): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (let n = from; ; n++) {
    try {
      const answer = await ingest(server, token, { n: String(n) });
      if (!answer.ok) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
      answered.push({ n, at: Date.now() });
    } catch (error) {
      if (error instanceof TypeError) return answered;
      throw error;
    }
    if (everyMs > 0) await sleep(everyMs);
  }
}

/** The value of a metric, of the one destination that there is; undefined where the server doesn't answer. */
export async function metric(
  { managementUrl }: ServerProcess,
  name: string,
): Promise<number | undefined> {
  const text = await fetch(`${managementUrl}/metrics`).then(
    (answer) => answer.text(),
    () => "",
  );
  const found = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "m").exec(text);
  return found ? Number(found[1]) : undefined;
}

/** Resolves once all that was written until now is said to be stored. */
export async function stored(server: ServerProcess): Promise<void> {
  const now = Date.now() / 1000;
  await eventually(async () => {
    const said = await metric(server, "flowg_continuous_last_success_timestamp_seconds");
    expect(said, server.stdout().slice(-2000)).toBeGreaterThan(now);
  });
}

/**
 * The numbers of the logs that a repository has, in their order, each once.
 * @param env the keys of its store
 */
export async function numbersIn(
  access: readonly string[],
  env: Record<string, string> = {},
): Promise<number[]> {
  const words = ["logs", "query", "default", "--last", "1d", "--limit", "100000", "--json"];
  const ran = await flowg([...words, ...access], { env });
  // the first log brings the stream
  if (ran.stderr.includes('no stream "default"')) return [];
  expect(ran.code, ran.stderr).toBe(0);
  const found = [...ran.stdout.matchAll(/"n":\s*"(\d+)"/g)].map(([, n]) => Number(n));
  return [...new Set(found)].sort((a, b) => a - b);
}
