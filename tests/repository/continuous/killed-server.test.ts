// `flowg serve --continuous` is killed and loses its disk: the logs that come back are those that were sent, from the first on,
// without a hole.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";
import { watchedBy } from "../../watched-process.js";

const space = await mkdtemp(join(tmpdir(), "flowg-killed-server-"));
afterAll(() => rm(space, { recursive: true, force: true }));

const url = join(space, "off-site");
const identity = join(space, "identity");
const keyFile = join(space, "key.json");

const start = (data: string) =>
  spawnServer(data, {
    env: { FLOWG_INITIAL_PASSWORD: "password-of-root", FLOWG_REPOSITORY: url },
    flags: ["--continuous", "--repository-key", keyFile, "--backup-host", "here"],
  });

/** Kills the process and its child, which is the one that serves. */
async function killAll({ child }: ServerProcess): Promise<void> {
  const pids = [child.pid, await watchedBy(child.pid)].filter((pid) => pid !== undefined);
  execFileSync("kill", ["-9", ...pids.map(String)]);
}

async function login({ url: base }: ServerProcess): Promise<string> {
  const answer = await fetch(`${base}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "root", password: "password-of-root" }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/**
 * Sends one log after the other until the server is gone.
 * @returns the number of the last log that was answered
 */
async function send({ url: base }: ServerProcess, token: string, from: number): Promise<number> {
  for (let n = from; ; n++) {
    try {
      const answer = await fetch(`${base}/api/v1/pipelines/default/logs`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ record: { n: String(n) } }),
      });
      if (!answer.ok) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (error instanceof TypeError) return n - 1;
      throw error;
    }
  }
}

const keys = ["--repository", url, "--identity", identity, "--repository-key", keyFile];

async function numbers(): Promise<number[]> {
  const ran = await flowg([
    "logs",
    "query",
    "default",
    "--last",
    "1d",
    "--limit",
    "100000",
    "--json",
    ...keys,
  ]);
  expect(ran.code, ran.stderr).toBe(0);
  const found = [...ran.stdout.matchAll(/"n":\s*"(\d+)"/g)].map(([, n]) => Number(n));
  return found.sort((a, b) => a - b);
}

it("loses no more than what was on its way, and goes on after a start on what the disk has", async () => {
  await flowg([
    "repository",
    "init",
    "--repository",
    url,
    "--identity",
    identity,
    "--repository-key",
    keyFile,
  ]);
  const data = join(space, "data");
  let next = 0;
  for (let kills = 0; kills < 3; kills++) {
    const server = await start(data);
    expect(server.url, server.stderr()).not.toBe("");
    const token = await login(server);
    await eventually(async () => {
      const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
      expect(metrics).toMatch(/^flowg_continuous_last_success_timestamp_seconds\{.*\} [1-9]/m);
    });
    const sending = send(server, token, next);
    await sleep(2_500 + 400 * kills);
    await killAll(server);
    const last = await sending;
    // a log that was stored and not answered is sent again after the start
    const found = [...new Set(await numbers())];
    // the logs from the first on; perhaps with one that was stored and not answered
    expect(found).toEqual(found.map((_, index) => index));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(last + 2);
    next = last + 2;
    // the unanswered number is sent again, so that none is missing
    next = Math.max(next - 1, 0);
  }
  // after a start the server stores what its disk still had
  const server = await start(data);
  await eventually(async () => {
    const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
    expect(metrics).toMatch(/^flowg_continuous_possible_loss_seconds\{.*\} 0$/m);
    expect(metrics).toMatch(/^flowg_continuous_broken\{.*\} 0$/m);
    expect(metrics).toMatch(/^# TYPE flowg_continuous_deltas_total counter$/m);
    expect(metrics).toMatch(/^flowg_continuous_deltas_total\{.*\} [1-9]/m);
    expect(metrics).toMatch(/^flowg_continuous_last_success_timestamp_seconds\{.*\} [1-9]/m);
  });
  await killAll(server);
  await server.exited;
  const all = new Set(await numbers());
  for (let n = 0; n < next; n++) expect(all.has(n), String(n)).toBe(true);
}, 300_000);
