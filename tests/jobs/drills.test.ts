// A real server drills what its jobs have stored, by their schedules and on request. It reports what passes and what doesn't,
// and leaves nothing, however a drill ends.

import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobInput } from "../../server/jobs/settings-schema.js";
import { initRepository } from "../../server/repository/init.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { receiver } from "../support/webhook-receiver.js";
import { SimulatedClock } from "./simulated-clock.js";

// a drill gives way to all else that this machine does
const HOUR_MS = 3_600_000;

let home: string;
const at = (...names: string[]) => join(home, ...names);
/** A clock that stands still: no schedule falls due unless a test lets time pass. */
const standing = () => new SimulatedClock(new Date().toISOString());
const job = (more: Partial<JobInput> = {}): JobInput => ({
  schedule: "15 3 1 1 *",
  repository: at("near"),
  "repository-key": at("key.json"),
  identity: at("identity"),
  drill: { schedule: "0 * * * *", "scratch-dir": at("scratch") },
  ...more,
});

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-drills-"));
  await mkdir(at("scratch"));
  const readers = { identityFile: at("identity") };
  await initRepository({ place: await openPlace(at("near")), readers, keyFile: at("key.json") });
});
afterAll(() => rm(home, { recursive: true, force: true }));

const start = (jobs: Record<string, JobInput>) =>
  startServer({ jobs: { flags: { jobs } }, clock: standing() });
const reportOf = async (server: TestServer, name = "nightly") =>
  (await server.must("/jobs")).body.jobs.find((one: { name: string }) => one.name === name);

/** Begins a run or a drill, and waits for its end. @returns the task */
async function done(server: TestServer, how: "run" | "drill", name = "nightly") {
  const begun = await server.must(`/jobs/${name}/${how}`, { method: "POST" });
  expect(begun.status).toBe(202);
  return await ended(server, begun.body.run);
}

const ended = async (server: TestServer, id: string) =>
  await eventually(async () => {
    const { task } = (await server.must(`/tasks/${id}`)).body;
    expect(task.state).not.toBe("running");
    return task;
  });

const metric = async (server: TestServer, name: string) => {
  const text = await (await fetch(`${server.managementUrl}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(" ")[1]);
};
const left = () => readdir(at("scratch"));
const LABELS = '{job="nightly",destination="near"}';

test("a drill passes where all is right, fails where it isn't, and is told as runs are", async () => {
  await using told = await receiver(200);
  const webhook = { url: told.url };
  const settings = job({ webhook, ping: `${told.url}/ping` });
  await using server = await start({ nightly: settings });
  const early = await done(server, "drill");
  expect(early).toMatchObject({ state: "failed", kind: "drill", error: { code: "NOT_FOUND" } });
  const { outcome } = await done(server, "run");
  const [{ snapshot }] = outcome.destinations;
  const passed = await done(server, "drill");
  expect(passed, JSON.stringify(passed)).toMatchObject({
    state: "succeeded",
    outcome: {
      outcome: "success",
      destinations: [{ destination: "near", snapshot, drill: { snapshots: 1 } }],
    },
  });
  const report = await reportOf(server);
  expect(report).toMatchObject({
    destinations: [{ name: "near", verified: snapshot, drillFailed: false }],
    drill: { schedule: "0 * * * *", overdue: false, lastRun: { outcome: "success" } },
  });
  expect(report.destinations[0].verifiedAt).toBe(report.drill.lastRun.endedAt);
  // what the backups' own state says is another matter
  expect(report.lastRun.id).toBe(outcome.id);
  expect(await metric(server, `flowg_drill_failed${LABELS}`)).toBe(0);
  expect(await metric(server, `flowg_drill_restore_seconds${LABELS}`)).toBe(
    report.destinations[0].restoreSeconds,
  );
  const success = `flowg_drill_last_success_timestamp_seconds${LABELS}`;
  expect(await metric(server, success)).toBe(Date.parse(report.drill.lastRun.endedAt) / 1000);

  await done(server, "run");
  const segments = (await readdir(at("near", "segments"), { recursive: true })).filter((path) =>
    path.endsWith(".age"),
  );
  for (const path of segments) await writeFile(at("near", "segments", path), "not what it was");
  const failed = await done(server, "drill");
  expect(failed).toMatchObject({ state: "failed", error: { code: "REPOSITORY_DAMAGED" } });
  expect(failed.error.message).toMatch(/^near: the snapshot .* can't be restored as it should: /);
  expect(JSON.stringify(failed)).not.toContain(home);
  expect((await reportOf(server)).destinations[0]).toMatchObject({
    verified: snapshot,
    drillFailed: true,
  });
  expect(await metric(server, `flowg_drill_failed${LABELS}`)).toBe(1);
  expect(await metric(server, 'flowg_drill_runs_total{job="nightly",outcome="failure"}')).toBe(2);
  const trail = server.logLines.filter(({ action }) => action === "drill");
  expect(trail.map(({ outcome }) => outcome).filter(Boolean)).toEqual([
    ...["failure", "success", "failure"],
  ]);
  await eventually(() => {
    const events = told.received.flatMap(({ path, body }) =>
      path === "/hook" ? [JSON.parse(body).event] : [],
    );
    expect(events).toEqual([
      ...["drill-failure", "success", "drill-success", "success", "drill-failure"],
    ]);
    // a drill that passes is no success of the backups that the ping watches
    const pings = told.received.map(({ path }) => path.replace(/\?.*/, ""));
    expect(pings.filter((url) => url !== "/hook")).toEqual([
      ...["/fail", "/start", "", "/start", "", "/fail"].map((end) => `/hook/ping${end}`),
    ]);
  });
  expect(await left()).toEqual([]);
  await rm(at("near", "segments"), { recursive: true });
  await rm(at("near", "snapshots"), { recursive: true });
}, 400_000);

test("a drill that is due runs by itself, and a missed one is caught up after a start", async () => {
  await using told = await receiver(200);
  const settings = job();
  const drill = { ...settings.drill, schedule: "0 * * * *", ping: `${told.url}/drills` };
  const clock = standing();
  const options = { jobs: { flags: { jobs: { nightly: { ...settings, drill } } } }, clock };
  await using server = await startServer(options);
  await done(server, "run");
  await clock.pass(HOUR_MS);
  const drilled = async (by: TestServer, trigger: string) =>
    await eventually(async () => {
      const { lastRun } = (await reportOf(by)).drill;
      expect(lastRun).toMatchObject({ trigger, outcome: "success" });
    });
  await drilled(server, "schedule");
  await eventually(() => {
    const paths = told.received.map(({ path }) => path.replace(/\?.*/, ""));
    expect(paths).toEqual(["/hook/drills/start", "/hook/drills"]);
  });
  await server.must("/jobs/nightly/pause", { method: "POST" });
  expect((await reportOf(server)).drill).not.toHaveProperty("nextRun");
  await server.must("/jobs/nightly/resume", { method: "POST" });
  await server.running.stop();
  await clock.pass(3 * HOUR_MS);
  const { dir } = server;
  const dirs = { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") };
  await using again = await startServer({ ...options, dirs });
  await drilled(again, "catch-up");
}, 400_000);

/** The processes of drills that this one has started. */
const drills = () =>
  execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)])
    .toString()
    .split("\n")
    .filter((line) => line.includes("drill-process"))
    .map((line) => Number.parseInt(line, 10));

/** Stops the one that goes on where it has something to leave, so that it can't end before it is sent what it is to be sent. */
const stoppedDrill = () =>
  eventually(async () => {
    expect(drills()).toHaveLength(1);
    const [one] = drills() as [number];
    process.kill(one, "SIGSTOP");
    const files = await left();
    if (files.length === 0) process.kill(one, "SIGCONT");
    expect(files).toHaveLength(1);
    return one;
  });

test("a drill that is killed is a failure, and nothing is left of it; so it is with one that is cancelled", async () => {
  await using server = await start({ nightly: job(), other: job({ tags: ["second"] }) });
  await done(server, "run");
  await done(server, "run", "other");
  const begin = async (name: string) =>
    (await server.must(`/jobs/${name}/drill`, { method: "POST" })).body.run as string;
  const id = await begin("nightly");
  // one at a time
  const waiting = await begin("other");
  const pid = await stoppedDrill();
  expect((await server.must(`/tasks/${waiting}`)).body.task.progress).toMatchObject({
    phase: "waiting",
  });
  process.kill(pid, "SIGKILL");
  const killed = await ended(server, id);
  expect(killed).toMatchObject({ state: "failed", error: { code: "BUSY" } });
  expect(killed.error.message).toContain("was ended (SIGKILL)");
  expect((await reportOf(server)).destinations[0].drillFailed).toBe(true);
  await eventually(() => expect(drills()).toHaveLength(1));
  expect(
    (await server.call(`/tasks/${waiting}`, { method: "DELETE", as: server.root })).status,
  ).toBe(202);
  expect(await ended(server, waiting)).toMatchObject({ state: "cancelled" });
  expect(drills()).toEqual([]);
  expect(await left()).toEqual([]);
}, 400_000);

test("Ctrl-C in the server's terminal ends no drill but by the server, and SIGTERM isn't told of as damage", async () => {
  await using server = await start({ nightly: job() });
  await done(server, "run");
  const begun = await server.must("/jobs/nightly/drill", { method: "POST" });
  const pid = await stoppedDrill();
  for (const signal of ["SIGINT", "SIGHUP", "SIGCONT"]) process.kill(pid, signal);
  expect(await ended(server, begun.body.run)).toMatchObject({ state: "succeeded" });
  const again = await server.must("/jobs/nightly/drill", { method: "POST" });
  const other = await stoppedDrill();
  for (const signal of ["SIGTERM", "SIGCONT"]) process.kill(other, signal);
  expect(await ended(server, again.body.run)).toMatchObject({
    state: "failed",
    error: { code: "BUSY", message: "near: the process of the drill was ended (a signal)" },
  });
  expect(await left()).toEqual([]);
}, 400_000);

test("where drills restore is told to the log, and to no client", async () => {
  const scratch = at("scratch of ours");
  await mkdir(scratch);
  const drill = { schedule: "0 * * * *", "scratch-dir": scratch };
  await using server = await start({ nightly: job({ drill }) });
  await done(server, "run");
  await rm(scratch, { recursive: true });
  const failed = await done(server, "drill");
  expect(failed).toMatchObject({ state: "failed", error: { code: "FILE_UNAVAILABLE" } });
  const told = JSON.stringify([failed, await reportOf(server)]);
  for (const part of [home, "scratch of ours", "of ours"]) expect(told).not.toContain(part);
  const lines = server.logLines.filter(({ action }) => action === "drill");
  expect(JSON.stringify(lines)).toContain(scratch);
});

test("a scratch directory that others could lead elsewhere is refused, when the server starts", async () => {
  await symlink(at("scratch"), at("link"));
  await mkdir(at("open"));
  await chmod(at("open"), 0o777);
  const refused = async (name: string, words: string) => {
    const drill = { schedule: "0 4 * * *", "scratch-dir": at(name) };
    await expect(start({ nightly: job({ drill }) })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining(words),
    });
  };
  await refused("link", "link is a link");
  await refused("link/", "link is a link");
  await refused("open", "open can be written by other users");
  await refused("key.json", "key.json is not a directory");
  // as the system's directory for temporary files: there nobody renames what is another's
  await chmod(at("open"), 0o1777);
  const drill = { schedule: "0 4 * * *", "scratch-dir": at("open") };
  await using server = await start({ nightly: job({ drill }) });
  expect((await reportOf(server)).drill.schedule).toBe("0 4 * * *");
});

test("a server's end cuts a drill, and nothing is left of it", async () => {
  const server = await start({ nightly: job() });
  await done(server, "run");
  await server.must("/jobs/nightly/drill", { method: "POST" });
  await eventually(async () => expect(await left()).toHaveLength(1));
  await server[Symbol.asyncDispose]();
  expect(await left()).toEqual([]);
  expect(server.logLines).toContainEqual(
    expect.objectContaining({ action: "drill", outcome: "cut" }),
  );
});

test("a snapshot that the job has stored, and that is gone, is a failure although an older one is there", async () => {
  await using server = await start({ nightly: job() });
  await done(server, "run");
  const { outcome } = await done(server, "run");
  const [{ snapshot }] = outcome.destinations;
  const objects = await readdir(at("near", "snapshots"), { recursive: true });
  for (const path of objects.filter((one) => one.includes(snapshot)))
    await rm(at("near", "snapshots", path));
  expect((await done(server, "drill")).error).toMatchObject({
    code: "REPOSITORY_DAMAGED",
    message: `near: the snapshot ${snapshot} was the last one that was stored, and it isn't there any more`,
  });
});

test("who may drill: write_backups alone, and no job that isn't there", async () => {
  await using server = await start({ nightly: job() });
  const drill = async (as: string, name = "nightly") =>
    (await server.call(`/jobs/${name}/drill`, { method: "POST", as })).status;
  expect(await drill(await server.userWith("read_backups", "write_streams"))).toBe(403);
  const operator = await server.userWith("write_backups");
  expect(await drill(operator, "x")).toBe(404);
  expect(await drill(operator)).toBe(202);
  expect(await drill(operator)).toBe(409);
  expect(server.logLines).toContainEqual(
    expect.objectContaining({ audit: true, action: "drill job", target: "nightly" }),
  );
});

test("a server that can't read what it stores refuses to drill it, when it starts", async () => {
  const settings = job({ identity: undefined });
  const message = `the job nightly has a drill, and a drill must read: ${at("near")} is encrypted, and the job has no identity that reads it`;
  await expect(start({ nightly: settings })).rejects.toMatchObject({
    code: "IDENTITY_REQUIRED",
    message,
    hint: expect.stringMatching(/leave the drill out .* `flowg drill` by cron/),
  });
  const undrilled = job({ identity: undefined, drill: undefined });
  await using writer = await start({ nightly: undrilled });
  expect((await done(writer, "drill")).error).toMatchObject({
    code: "IDENTITY_REQUIRED",
    hint: expect.stringMatching(
      /^run flowg drill on a machine that has the identity; or give the job/,
    ),
  });
  // where nobody can tell, it starts
  const away = job({ repository: at("not-there"), identity: undefined });
  await using server = await start({ nightly: away });
  expect((await done(server, "drill")).error.code).toBe("REPOSITORY_MISSING");
  const scratchless = job({ drill: { schedule: "0 4 * * *", "scratch-dir": at("nowhere") } });
  await expect(start({ nightly: scratchless })).rejects.toMatchObject({
    code: "FILE_UNAVAILABLE",
    message: expect.stringContaining(`cannot look at ${at("nowhere")}`),
  });
});
