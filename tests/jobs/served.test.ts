// A real server backs up by itself: into several repositories, some of them out of reach; killed while it does so; and told by a
// real receiver.

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initRepository } from "../../server/repository/init.js";
import { openRepository } from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { listSnapshots, readSnapshotManifest } from "../../server/repository/snapshots.js";
import { eventually } from "../eventually.js";
import { type ServerProcess, spawnServer } from "../http/server-process.js";
import { receiver } from "../support/webhook-receiver.js";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-jobs-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function repository(name: string) {
  const url = join(home, name);
  const [identity, keyFile] = [`${url}.identity`, `${url}.key.json`];
  await initRepository({
    place: await openPlace(url),
    readers: { identityFile: identity },
    keyFile,
  });
  return { url, identity, keyFile };
}

async function manifests({ url, identity }: { url: string; identity: string }) {
  const opened = await openRepository({ place: await openPlace(url), identityFiles: [identity] });
  const refs = await listSnapshots(opened);
  return await Promise.all(refs.map((ref) => readSnapshotManifest(opened, ref)));
}

async function settings(name: string, text: string): Promise<readonly string[]> {
  const path = join(home, `${name}.yaml`);
  await writeFile(path, text, { mode: 0o600 });
  return ["--settings", path];
}

async function stopped({ child, exited }: ServerProcess, signal: NodeJS.Signals = "SIGTERM") {
  child.kill(signal);
  await exited;
}

const lines = (server: ServerProcess) =>
  server
    .stdout()
    .split("\n")
    .filter((line) => line.includes('"job"'))
    .map((line) => JSON.parse(line));

test("each destination that is in reach gets its snapshot, and what failed is told", async () => {
  const near = await repository("near");
  await using told = await receiver(200);
  const flags = await settings(
    "each",
    `
    repository:
      - ${near.url}
      - name: far
        url: ${join(home, "not-there")}
    repository-key: ${near.keyFile}
    jobs:
      often:
        schedule: "15 3 1 1 *"
        tags: [minutely]
        host: web-1
        ping: ${told.origin}/ping/secret-part
        webhook: { url: "${told.origin}/hook", headers: { X-Key: k } }
    `,
  );
  const server = await spawnServer(join(home, "each"), { flags });
  await runNow(server, "often");
  await eventually(() => expect(told.received.length).toBeGreaterThan(2));
  await stopped(server);
  const [manifest] = await manifests(near);
  expect(manifest).toMatchObject({ host: "web-1", tags: ["job:often", "minutely"] });
  const run = lines(server).find(({ outcome }) => outcome)?.run;
  expect(
    told.received
      .map(({ path }) => path)
      .slice(0, 3)
      .sort(),
  ).toEqual(["/hook", `/ping/secret-part/fail?rid=${run}`, `/ping/secret-part/start?rid=${run}`]);
  const hook = JSON.parse(told.received.find(({ path }) => path === "/hook")?.body ?? "");
  expect(hook).toMatchObject({
    event: "failure",
    job: "often",
    host: "web-1",
    run: {
      id: run,
      outcome: "partial",
      destinations: [
        { destination: "near", snapshot: manifest?.setId },
        { destination: "far", error: { code: "REPOSITORY_MISSING" } },
      ],
    },
  });
  // where things lie is this machine's business; the log has it, and no address of who is told
  expect(told.received.map(({ body }) => body).join()).not.toContain(home);
  expect(server.stdout()).toContain(join(home, "not-there"));
  expect(server.stdout() + server.stderr()).not.toMatch(/secret-part|\/hook/);
});

test("a server that was killed on its way says so, catches it up, and stores nothing by halves", async () => {
  const place = await repository("killed");
  const flags = [
    ...["--repository", place.url, "--repository-key", place.keyFile],
    ...["--backup-schedule", "* * * * *"],
  ];
  const dir = join(home, "killed-data");
  let server = await spawnServer(dir, { flags });
  await eventually(() => expect(lines(server).map(({ msg }) => msg)).toContain("backup job began"));
  // the process below the one that watches it does the work
  server.child.kill("SIGKILL");
  await server.exited;
  await eventually(async () => {
    server = await spawnServer(dir, { flags });
    expect(server.url).not.toBe("");
  });
  await eventually(() =>
    expect(lines(server).some(({ outcome }) => outcome === "success")).toBe(true),
  );
  await stopped(server);
  const outcomes = lines(server).flatMap(({ outcome, trigger }) =>
    outcome ? [{ outcome, trigger }] : [],
  );
  expect(outcomes.at(-1)).toMatchObject({ outcome: "success" });
  for (const manifest of await manifests(place))
    expect(Object.keys(manifest.databases).sort()).toEqual(["auth", "config", "logs"]);
  expect(await readdir(join(place.url, "snapshots"))).not.toEqual([]);
});

test("that nobody can be told fails no run", async () => {
  const place = await repository("quiet");
  await using moved = await receiver(302, { Location: "/elsewhere" });
  const flags = [
    ...["--repository", place.url, "--repository-key", place.keyFile],
    ...["--backup-schedule", "15 3 1 1 *", "--backup-keep-last", "1"],
  ];
  const ping = join(home, "ping");
  await writeFile(ping, `${moved.origin}/x\n`, { mode: 0o600 });
  const env = { FLOWG_BACKUP_PING_FILE: ping, FLOWG_BACKUP_WEBHOOK: "http://127.0.0.1:1/y" };
  const server = await spawnServer(join(home, "quiet-data"), { flags, env });
  await runNow(server, "backup");
  await eventually(() =>
    expect(lines(server).map(({ msg }) => msg)).toContain("the webhook of a job failed"),
  );
  await stopped(server);
  expect(await manifests(place)).toHaveLength(1);
  // a server without an identity can't tell which snapshots are older
  expect(lines(server).find(({ outcome }) => outcome)).toMatchObject({
    outcome: "partial",
    destinations: [{ snapshot: expect.any(String), error: { code: "IDENTITY_REQUIRED" } }],
  });
  expect(moved.received.length).toBeGreaterThan(0);
  expect(moved.received.every(({ path }) => path.startsWith("/x"))).toBe(true);
});

test("the variables that name files give a job its secrets", async () => {
  const place = await repository("by-files");
  await using told = await receiver(200);
  const file = async (name: string, text: string) => {
    const path = join(home, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const env = {
    FLOWG_REPOSITORY: place.url,
    FLOWG_REPOSITORY_KEY_FILE: place.keyFile,
    FLOWG_BACKUP_IDENTITY_FILE: place.identity,
    FLOWG_BACKUP_SCHEDULE: "15 3 1 1 *",
    FLOWG_BACKUP_KEEP_LAST: "1",
    FLOWG_BACKUP_WEBHOOK_FILE: await file("webhook-url", `${told.origin}/hook/secret-part\n`),
    FLOWG_BACKUP_PING_FILE: await file("ping-url", `${told.origin}/ping/secret-part`),
  };
  const server = await spawnServer(join(home, "by-files-data"), { env });
  for (let runs = 1; runs <= 2; runs++) {
    await runNow(server, "backup");
    await eventually(() =>
      expect(lines(server).filter(({ outcome }) => outcome === "success")).toHaveLength(runs),
    );
  }
  // with the identity it removes the older one
  expect(await manifests(place)).toHaveLength(1);
  await eventually(() => expect(told.received).toHaveLength(6));
  const paths = told.received.map(({ path }) => path.replace(/\?.*/, ""));
  expect([...new Set(paths)].sort()).toEqual([
    "/hook/secret-part",
    "/ping/secret-part",
    "/ping/secret-part/start",
  ]);
  expect(server.stdout() + server.stderr()).not.toContain("secret-part");
  await stopped(server);
  const both = { ...env, FLOWG_BACKUP_PING: "http://127.0.0.1:1/y" };
  const refused = await spawnServer(join(home, "by-files-data"), { env: both });
  expect(await refused.exited).toBe(2);
  expect(refused.stderr()).toContain("FLOWG_BACKUP_PING and FLOWG_BACKUP_PING_FILE are both set");
});

/** Asks a server to run a job at once. */
async function runNow({ url }: ServerProcess, job: string): Promise<void> {
  const post = async (path: string, expected: number, body: object, token?: string) => {
    const headers = {
      "Content-Type": "application/json",
      ...(token === undefined ? {} : { Authorization: `Bearer jwt:${token}` }),
    };
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    expect([path, answer.status]).toEqual([path, expected]);
    return (await answer.json()) as { token: string };
  };
  const { token } = await post("auth/login", 200, { username: "root", password: "root" });
  await post(`jobs/${job}/run`, 202, {}, token);
}
