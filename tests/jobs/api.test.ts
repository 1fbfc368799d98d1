// Jobs over HTTP: what a client sees of them and may do with them, and what it is told where that can't be.

import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { type ServerWithJobs, serverWithJobs } from "./server-with-jobs.js";

let world: ServerWithJobs;
let server: TestServer;
let operator: string;
beforeAll(async () => {
  world = await serverWithJobs();
  ({ server } = world);
  operator = await server.userWith("write_backups");
});
afterAll(() => world[Symbol.asyncDispose]());

const post = (job: string, how: string, as = operator) =>
  server.call(`/jobs/${job}/${how}`, { method: "POST", as });
const jobs = async () => (await server.call("/jobs", { as: operator })).body.jobs;
const lastRun = async (name: string, id: string) =>
  await eventually(async () => {
    const { lastRun } = (await jobs()).find((one: { name: string }) => one.name === name);
    expect(lastRun?.id).toBe(id);
    return lastRun;
  });

test("a run is begun, shown, and in the trail; a second one meanwhile is a conflict", async () => {
  const replies = await Promise.all([1, 2, 3, 4].map(() => post("nightly", "run")));
  const begun = replies.find(({ status }) => status === 202);
  const refused = replies.filter(({ status }) => status !== 202);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, body } of refused)
    expect([status, body.code, body.message]).toEqual([
      409,
      "CONFLICT",
      "the job nightly is running",
    ]);
  const run = await lastRun("nightly", begun?.body.run);
  expect(run).toMatchObject({ trigger: "request", outcome: "success", notes: [] });
  expect(server.logLines).toContainEqual(
    expect.objectContaining({
      audit: true,
      action: "run job",
      target: "nightly",
      run: run.id,
      outcome: "success",
      user: expect.stringMatching(/^user-/),
    }),
  );
  expect(server.logLines).toContainEqual(
    expect.objectContaining({ action: "run job", code: "CONFLICT", outcome: "refused" }),
  );
});

test("what failed says why, and where things lie stays this machine's", async () => {
  const { body } = await post("weekly", "run");
  const run = await lastRun("weekly", body.run);
  expect(run).toMatchObject({ outcome: "failure", error: { code: "REPOSITORY_MISSING" } });
  expect((await server.call("/jobs", { as: operator })).text).not.toContain(world.home);
});

test("a paused job has no next run until it is resumed, and may be run", async () => {
  const paused = await post("nightly", "pause");
  expect(paused.body.job).toMatchObject({ name: "nightly", paused: true, overdue: false });
  expect(paused.body.job).not.toHaveProperty("nextRun");
  const { body } = await post("nightly", "run");
  expect((await lastRun("nightly", body.run)).outcome).toBe("success");
  const resumed = await post("nightly", "resume");
  expect(resumed.body.job).toMatchObject({ paused: false, nextRun: expect.any(String) });
  for (const action of ["pause job", "resume job"])
    expect(server.logLines).toContainEqual(
      expect.objectContaining({ audit: true, action, target: "nightly", outcome: "success" }),
    );
});

test.each(["run", "pause", "resume"])(
  "%s of a job that isn't there names the near one",
  async (how) => {
    const near = await post("nightyl", how);
    expect([near.status, near.body.code, near.body.hint]).toEqual([
      404,
      "NOT_FOUND",
      "did you mean nightly?",
    ]);
    expect((await post("x", how)).body.hint).toBe("the jobs are nightly, weekly");
  },
);

test("write_backups downloads nothing, and read_backups runs nothing", async () => {
  for (const path of ["/backup", "/backup/auth", "/backup/config", "/backup/logs"])
    expect((await server.call(path, { as: operator })).status).toBe(403);
  const reader = await server.userWith("read_backups");
  expect((await server.call("/jobs", { as: reader })).status).toBe(200);
  for (const how of ["run", "pause", "resume"])
    expect((await post("nightly", how, reader)).body.details.missingScopes).toEqual([
      "write_backups",
    ]);
});

test("a run goes on although the right to begin it ends", async () => {
  const as = await server.userWith("write_backups");
  const { user } = (await server.call("/auth/whoami", { as })).body;
  const { body } = await post("nightly", "run", as);
  await server.must(`/users/${user.name}`, { method: "DELETE" });
  expect((await lastRun("nightly", body.run)).outcome).toBe("success");
});

test("a server without jobs says so", async () => {
  await using bare = await startServer();
  expect((await bare.must("/jobs")).body).toEqual({ success: true, jobs: [] });
  const reply = await bare.call("/jobs/nightly/run", { method: "POST", as: bare.root });
  expect([reply.status, reply.body.message]).toEqual([404, "this server has no backup jobs"]);
});

test("where a destination lies isn't told, however its URL is written", async () => {
  const repository = `file://${world.home}/no%20secret`;
  const job = { schedule: "15 3 1 1 *", repository };
  await using hidden = await startServer({ jobs: { flags: { jobs: { backup: job } } } });
  await hidden.must("/jobs/backup/run", { method: "POST" });
  await eventually(async () => {
    const { lastRun } = (await hidden.must("/jobs")).body.jobs[0];
    expect(lastRun).toMatchObject({ outcome: "failure" });
    expect(lastRun.error.message).toContain("(a path that the server's log has)");
    expect(lastRun.error.message).not.toContain("secret");
  });
});
