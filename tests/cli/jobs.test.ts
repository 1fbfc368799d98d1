// `flowg jobs` as real processes, against a real server.

import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../eventually.js";
import type { TestServer } from "../http/test-server.js";
import { type ServerWithJobs, serverWithJobs } from "../jobs/server-with-jobs.js";
import { flowg as plainFlowg } from "./flowg.js";

let world: ServerWithJobs;
let server: TestServer;
let token: string;
beforeAll(async () => {
  world = await serverWithJobs();
  ({ server } = world);
  token = (await server.must("/token", { method: "POST" })).body.token;
});
afterAll(() => world[Symbol.asyncDispose]());

const flowg = (...words: string[]) =>
  plainFlowg(["jobs", ...words], {
    cwd: world.home,
    env: { HOME: world.home, FLOWG_URL: server.url, FLOWG_TOKEN: token },
    stdin: "",
  });

test("shows what ran, what runs next, and why a run failed, in 80 columns", async () => {
  for (const name of ["nightly", "weekly"]) {
    const { code, stdout } = await flowg("run", name);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Job \w+ runs: [0-9a-f-]{36}\n$/)]);
  }
  await eventually(async () => {
    const { jobs } = (await server.must("/jobs")).body;
    expect(jobs.every(({ lastRun }: { lastRun?: object }) => lastRun)).toBe(true);
  });
  const { code, stdout } = await flowg("list");
  expect(code).toBe(0);
  const [head = "", nightly = "", weekly = "", empty, why] = stdout.split("\n");
  expect(head.split(/ {2,}/)).toEqual([
    ...["Job", "State", "Last run", "Outcome", "Success", "Next (UTC)"],
  ]);
  expect(nightly).toMatch(/^nightly +waits +\d\d-\d\d \d\d:\d\d +success +\d\d-\d\d \d\d:\d\d +\S/);
  expect(weekly).toMatch(/^weekly +waits +\d\d-\d\d \d\d:\d\d +failure +- +\S/);
  for (const line of [head, nightly, weekly]) expect(line.length).toBeLessThanOrEqual(80);
  expect([empty, why]).toEqual(["", expect.stringMatching(/^weekly: \S/)]);
  const json = JSON.parse((await flowg("list", "--json")).stdout);
  expect(json.jobs[1].lastRun.error.code).toBe("REPOSITORY_MISSING");
});

test("pauses and resumes, and names the job that was meant", async () => {
  expect((await flowg("pause", "nightly")).stdout).toBe("Job nightly is paused\n");
  expect((await flowg("list")).stdout).toMatch(/^nightly +paused .* -$/m);
  expect((await flowg("resume", "nightly")).stdout).toMatch(/^Job nightly runs next at 20\d\d-/);
  const { code, stderr } = await flowg("run", "nightyl");
  expect([code, stderr]).toEqual([8, expect.stringContaining("did you mean nightly?")]);
});

test("waits for a run's end where it is asked to, with the exit code of how it ended", async () => {
  const well = await flowg("run", "nightly", "--wait");
  expect([well.code, well.stdout]).toEqual([
    0,
    expect.stringMatching(/^job of nightly: succeeded\ntask [0-9a-f-]{36}, begun /),
  ]);
  const { code, stdout, stderr } = await flowg("run", "weekly", "--wait", "--json");
  const [answer] = stdout.trim().split("\n");
  expect([code, JSON.parse(answer ?? "")]).toMatchObject([
    8,
    { success: false, code: "REPOSITORY_MISSING", task: { state: "failed", kind: "job" } },
  ]);
  expect(stderr).toContain("error: the job of weekly failed: there is no repository at");
  const { id } = JSON.parse(answer ?? "").task;
  const tasks = (...words: string[]) =>
    plainFlowg(["tasks", ...words], {
      cwd: world.home,
      env: { HOME: world.home, FLOWG_URL: server.url, FLOWG_TOKEN: token },
      stdin: "",
    });
  expect((await tasks("list")).stdout).toMatch(new RegExp(`^${id} .*weekly .*failed`, "m"));
  const shown = await tasks("show", id);
  expect([shown.code, shown.stdout]).toEqual([
    0,
    expect.stringMatching(/^job of weekly: failed\n.*\n.*there is no repository at/s),
  ]);
  expect((await tasks("watch", id)).code).toBe(8);
  const late = await tasks("cancel", id);
  expect([late.code, late.stderr]).toEqual([5, expect.stringContaining("it failed")]);
});
