// A disk is full: that of the repository, or that of the server. Nothing wrong is stored or answered, the state is seen in the
// metrics, the log and `flowg jobs`, and all goes on once there is room.

import { mkdtemp, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { eventually } from "../../eventually.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";
import { smallDisk } from "../../platform/files/small-disk.js";
import { INITIAL, ingest, killAll, login, metric, numbersIn, stored } from "./sent-logs.js";

const space = await mkdtemp(join(tmpdir(), "flowg-full-disk-"));
afterAll(() => rm(space, { recursive: true, force: true }));

async function repository(url: string, keys: string): Promise<string[]> {
  const access = [
    "--repository",
    url,
    "--identity",
    `${keys}.id`,
    "--repository-key",
    `${keys}.key`,
  ];
  const made = await flowg(["repository", "init", ...access]);
  expect(made.code, made.stderr).toBe(0);
  return access;
}

/** Leaves no room at all. */
async function fill(disk: string): Promise<string> {
  const filler = join(disk, "filler");
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(bavail * bsize));
  return filler;
}

const start = (data: string, url: string, keys: string) =>
  spawnServer(data, {
    env: { ...INITIAL, FLOWG_REPOSITORY: url },
    flags: ["--continuous", "--repository-key", `${keys}.key`, "--max-journal", "1MiB"],
  });

const loss = (server: ServerProcess) => metric(server, "flowg_continuous_possible_loss_seconds");

const told = (server: ServerProcess, words: string): number =>
  server
    .stdout()
    .split("\n")
    .filter((line) => line.includes(words)).length;

it("waits while the repository's disk is full, says so once, and stores all once there is room", async ({
  skip,
}) => {
  const disk = join(space, "disk");
  using _small = await smallDisk(disk, "4m", skip);
  const [url, keys] = [join(disk, "off-site"), join(space, "one")];
  const access = await repository(url, keys);
  const server = await start(join(space, "data"), url, keys);
  const token = await login(server);
  await ingest(server, token, { n: "0" });
  await stored(server);
  const filler = await fill(disk);
  let n = 1;
  for (; n <= 40; n++) {
    expect((await ingest(server, token, { n: String(n) })).status).toBe(200);
    await sleep(50);
  }
  await eventually(async () => expect(await loss(server)).toBeGreaterThan(2));
  await eventually(async () =>
    expect(await metric(server, "flowg_continuous_failures_total")).toBeGreaterThan(1),
  );
  expect(told(server, "changes could not be stored")).toBe(1);
  const env = { FLOWG_URL: server.url, FLOWG_TOKEN: token };
  const listed = await flowg(["jobs", "list"], { env });
  expect(listed.stdout).toMatch(/^backup +BEHIND /m);
  expect(listed.stdout).toMatch(
    /backup, off-site: it lacks the changes of \d+ s, failing since 20/,
  );
  expect(listed.stdout.replace(/\s+/g, " ")).toContain("no space left");
  expect(listed.stdout).not.toContain(space);
  await rm(filler);
  await stored(server);
  expect(told(server, "changes are stored again")).toBe(1);
  expect(await numbersIn(access)).toEqual(Array.from({ length: n }, (_, one) => one));
  const again = await flowg(["jobs", "list"], { env });
  expect(again.stdout).not.toContain("BEHIND");
  await killAll(server);
  const checked = await flowg(["repository", "check", "--read-data", ...access]);
  expect(checked.code, checked.stderr).toBe(0);
  const left = (await readdir(url, { recursive: true })).filter((path) => path.includes(".part"));
  expect(left).toEqual([]);
});

it("keeps what was answered while the server's own disk is full, and goes on once there is room", async ({
  skip,
}) => {
  const disk = join(space, "own");
  using _small = await smallDisk(disk, "24m", skip);
  const [url, keys] = [join(space, "off-site"), join(space, "two")];
  const access = await repository(url, keys);
  const server = await start(join(disk, "data"), url, keys);
  const token = await login(server);
  await ingest(server, token, { n: "0" });
  await stored(server);
  const filler = await fill(disk);
  const answered = [0];
  const statuses = new Set<number>();
  for (let n = 1; n <= 60; n++) {
    const record = { n: String(n), text: "x".repeat(100_000) };
    const status = await ingest(server, token, record).then(
      (answer) => answer.status,
      () => 0,
    );
    statuses.add(status);
    if (status === 200) answered.push(n);
  }
  expect([...statuses].filter((status) => ![200, 507, 503].includes(status))).toEqual([]);
  expect(statuses).toContain(507);
  await rm(filler);
  await eventually(async () =>
    expect((await ingest(server, token, { n: "100" })).status).toBe(200),
  );
  await stored(server);
  await killAll(server);
  const found = await numbersIn(access);
  for (const n of [...answered, 100]) expect(found).toContain(n);
  expect(found.filter((n) => !answered.includes(n) && n !== 100)).toEqual([]);
});
