// `flowg serve --continuous` is killed and loses its disk: the logs that come back are those that were sent, from the first on,
// without a hole.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import { spawnServer } from "../../http/server-process.js";
import { INITIAL, killAll, login, numbersIn, send } from "./sent-logs.js";

const space = await mkdtemp(join(tmpdir(), "flowg-killed-server-"));
afterAll(() => rm(space, { recursive: true, force: true }));

const url = join(space, "off-site");
const identity = join(space, "identity");
const keyFile = join(space, "key.json");
const keys = ["--repository", url, "--identity", identity, "--repository-key", keyFile];

const start = (data: string) =>
  spawnServer(data, {
    env: { ...INITIAL, FLOWG_REPOSITORY: url },
    flags: ["--continuous", "--repository-key", keyFile, "--backup-host", "here"],
  });

it("loses no more than what was on its way, and goes on after a start on what the disk has", async () => {
  await flowg(["repository", "init", ...keys]);
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
    const sending = send(server, token, { from: next });
    await sleep(2_500 + 400 * kills);
    await killAll(server);
    const last = (await sending).at(-1)?.n ?? next - 1;
    // a log that was stored and not answered is sent again after the start
    const found = await numbersIn(keys);
    // the logs from the first on; perhaps with one that was stored and not answered
    expect(found).toEqual(found.map((_, index) => index));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(last + 2);
    // the unanswered number is sent again, so that none is missing
    next = last + 1;
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
  const all = new Set(await numbersIn(keys));
  for (let n = 0; n < next; n++) expect(all.has(n), String(n)).toBe(true);
});
