// Tasks over HTTP: runs of jobs are followed, cancelled and remembered. Each step is tried by users with and without the right to
// it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createClient } from "../../sdk/index.js";
import { eventually } from "../eventually.js";
import { ROOT_PASSWORD, type TestServer } from "../http/test-server.js";
import { type ServerWithJobs, serverWithJobs } from "../jobs/server-with-jobs.js";
import { heldEngine } from "./held-engine.js";
import { listenTo } from "./listener.js";

const held = heldEngine();
let world: ServerWithJobs;
let server: TestServer;
let operator: string;
beforeAll(async () => {
  world = await serverWithJobs({ engine: held.engine });
  ({ server } = world);
  operator = await server.userWith("write_backups");
});
afterEach(() => held.release());
afterAll(() => world[Symbol.asyncDispose]());

const begin = async (as = operator) => {
  const { status, body } = await server.call("/jobs/nightly/run", { method: "POST", as });
  expect([status, body.task?.id]).toEqual([202, body.run]);
  return body.run as string;
};
const get = (id: string, as = operator) => server.call(`/tasks/${id}`, { as });
const cancel = (id: string, as = operator) => server.call(`/tasks/${id}`, { method: "DELETE", as });
const endOf = async (id: string) => {
  await using listener = await listenTo(server, id, { as: server.root });
  await listener.ended;
  return listener.heard.at(-1)?.data;
};
const snapshots = async (run: string) => {
  const { jobs } = (await server.must("/jobs")).body;
  const { lastRun } = jobs.find(({ name }: { name: string }) => name === "nightly");
  expect(lastRun.id).toBe(run);
  return lastRun.destinations.flatMap(({ snapshot }: { snapshot?: string }) => snapshot ?? []);
};

test("a run is followed to its end over a socket, even by a client that comes back", async () => {
  held.hold();
  const id = await begin();
  await using early = await listenTo(server, id, { as: operator });
  expect([early.status, early.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(early.headers.get("x-accel-buffering")).toBe("no");
  await eventually(() => expect(early.heard[0]).toMatchObject({ event: "task" }));
  expect(early.heard[0]?.data).toMatchObject({
    id,
    kind: "job",
    target: "nightly",
    state: "running",
  });
  held.release();
  await early.ended;
  const [first, ...rest] = early.heard;
  const last = rest.pop();
  expect(last).toMatchObject({
    event: "end",
    data: { state: "succeeded", outcome: { outcome: "success", trigger: "request" } },
  });
  expect(rest.length).toBeGreaterThan(0);
  for (const { event, data } of rest)
    expect([event, typeof data.phase]).toEqual(["progress", "string"]);
  const ids = early.heard.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.map((_, at) => (ids[0] ?? 0) + at));
  await using again = await listenTo(server, id, { as: operator, lastEventId: first?.id ?? "" });
  await again.ended;
  expect(again.heard.at(-1)).toMatchObject({ id: last?.id, event: "end" });
});

test("a run that is cancelled leaves no snapshot, and says so everywhere", async () => {
  held.hold();
  const id = await begin();
  await eventually(() => expect(held.waiting()).toBe(1));
  const { status, body } = await cancel(id);
  expect([status, body.task]).toEqual([202, expect.objectContaining({ cancelling: true })]);
  held.release();
  expect(await endOf(id)).toMatchObject({
    state: "cancelled",
    outcome: { outcome: "cancelled" },
    error: { code: "CANCELLED" },
  });
  expect(await snapshots(id)).toEqual([]);
  const twice = await cancel(id);
  expect([twice.status, twice.body.code]).toEqual([409, "CONFLICT"]);
  const line = { audit: true, action: "cancel task", task: id, target: "nightly" };
  expect(server.logLines).toContainEqual(expect.objectContaining({ ...line, outcome: "success" }));
  expect(server.logLines).toContainEqual(expect.objectContaining({ ...line, outcome: "refused" }));
  // the job goes on as before
  expect(await endOf(await begin())).toMatchObject({ state: "succeeded" });
});

test("a task is seen by its own user and by users with its scopes, and by nobody else", async () => {
  held.hold();
  const mine = await server.userWith("write_backups");
  const other = await server.userWith("read_streams", "write_streams", "read_backups");
  const id = await begin(mine);
  const answers = async (as: string) => {
    await using listener = await listenTo(server, id, { as });
    const { tasks } = (await server.call("/tasks", { as })).body;
    const listed = tasks.some((task: { id: string }) => task.id === id);
    return [(await get(id, as)).status, listener.status, listed];
  };
  expect(await answers(mine)).toEqual([200, 200, true]);
  expect(await answers(operator)).toEqual([200, 200, true]);
  expect(await answers(other)).toEqual([403, 403, false]);
  expect((await get(id, other)).body.details.missingScopes).toEqual(["write_backups"]);
  expect((await cancel(id, other)).status).toBe(403);
  // the right to begin another one ends; one's own stays one's own
  const { user } = (await server.call("/auth/whoami", { as: mine })).body;
  await server.must(`/users/${user.name}`, { method: "PUT", json: { roles: [] } });
  expect(await answers(mine)).toEqual([200, 200, true]);
  expect((await cancel(id, mine)).status).toBe(202);
  held.release();
  expect(await endOf(id)).toMatchObject({ state: "cancelled", by: user.name });
});

test("a task from before a user was made anew, or got another password, is not theirs by its name", async () => {
  const id = await begin(await server.userWith("write_backups"));
  const { by: name } = await endOf(id);
  const user = (json: object) => server.must(`/users/${name}`, { method: "PUT", json });
  const answers = async (as: string) => {
    const { tasks } = (await server.must("/tasks", { as })).body;
    return [(await get(id, as)).status, tasks.map((task: { id: string }) => task.id)];
  };
  await user({ roles: [], password: "another one" });
  const renewed = await server.login(name, "another one");
  expect(await answers(renewed)).toEqual([403, []]);
  expect((await get(id, renewed)).body.message).toMatch(/before the password was set anew/);
  await server.must(`/users/${name}`, { method: "DELETE" });
  await user({ roles: [], password: "of somebody else" });
  const other = await server.login(name, "of somebody else");
  expect(await answers(other)).toEqual([403, []]);
  expect((await cancel(id, other)).status).toBe(403);
  expect((await get(id)).status).toBe(200);
});

test("a task isn't theirs whom a restore brings under the name of its user", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-restored-"));
  const client = createClient({
    baseUrl: server.url,
    username: "root",
    password: ROOT_PASSWORD,
  });
  const [name, mate] = ["alice", "bob"];
  const save = (user: string, password: string, roles: string[] = []) =>
    server.must(`/users/${user}`, { method: "PUT", json: { roles, password } });
  try {
    await save(name, "of another alice");
    await save(mate, "of bob");
    await client.backup.toFile("auth", join(dir, "auth.db"));
    await server.must(`/users/${name}`, { method: "DELETE" });
    await server.must("/roles/operator", { method: "PUT", json: { scopes: ["write_backups"] } });
    await save(name, "of alice", ["operator"]);
    await server.must(`/users/${mate}`, { method: "PUT", json: { roles: ["operator"] } });
    const ids = new Map<string, string>();
    for (const [user, password] of [
      [name, "of alice"],
      [mate, "of bob"],
    ] as const) {
      const id = await begin(await server.login(user, password));
      await endOf(id);
      ids.set(user, id);
    }
    await client.restore.auth(join(dir, "auth.db"), { allowAccessChange: true });
    const other = await server.login(name, "of another alice");
    const id = ids.get(name) ?? "";
    expect((await server.must("/tasks", { as: other })).body.tasks).toEqual([]);
    expect([(await get(id, other)).status, (await cancel(id, other)).status]).toEqual([403, 403]);
    // who is the same as before keeps their own
    const same = await server.login(mate, "of bob");
    expect((await get(ids.get(mate) ?? "", same)).status).toBe(200);
    const { restores } = (await server.must("/restores")).body;
    expect(restores).toMatchObject([{ by: "root", canUndo: true }]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("events end before the next one once their listener has been locked out", async () => {
  held.hold();
  const id = await begin();
  const guest = await server.userWith("write_backups");
  await using listener = await listenTo(server, id, { as: guest });
  await eventually(() => expect(listener.heard).toHaveLength(1));
  const { user } = (await server.call("/auth/whoami", { as: guest })).body;
  await server.must(`/users/${user.name}`, { method: "PUT", json: { roles: [] } });
  held.release();
  await listener.ended.catch(() => {});
  expect(listener.heard.map(({ event }) => event)).toEqual(["task"]);
  await using again = await listenTo(server, id, { as: guest });
  expect(again.status).toBe(403);
  expect(await endOf(id)).toMatchObject({ state: "succeeded" });
});

test("a missing task, and an id of no event, get an error", async () => {
  for (const path of ["/tasks/x", "/tasks/x/events"]) {
    const { status, body } = await server.call(path, { as: operator });
    expect([status, body.code, body.message]).toEqual([404, "NOT_FOUND", 'there is no task "x"']);
  }
  expect((await cancel("x")).status).toBe(404);
  const id = await begin();
  await using odd = await listenTo(server, id, { as: operator, lastEventId: "abc" });
  expect(odd.status).toBe(400);
  await endOf(id);
});

test("a listener that leaves frees what it took", async () => {
  held.hold();
  const id = await begin();
  const listener = await listenTo(server, id, { as: operator });
  listener.leave();
  await listener.ended.catch(() => {});
  await eventually(() =>
    expect(server.logLines).toContainEqual(
      expect.objectContaining({ msg: "request", path: `/api/v1/tasks/${id}/events`, status: 499 }),
    ),
  );
  held.release();
  expect(await endOf(id)).toMatchObject({ state: "succeeded" });
});

test("a server that stops ends listeners, and says after its start what was cut", async () => {
  await using restarted = await serverWithJobs({ engine: held.engine });
  held.hold();
  const { body } = await restarted.server.must("/jobs/nightly/run", { method: "POST" });
  await eventually(() => expect(held.waiting()).toBe(1));
  await using listener = await listenTo(restarted.server, body.run, { as: restarted.server.root });
  const stopped = restarted.server.running.stop();
  await listener.ended.catch(() => {});
  held.release();
  await stopped;
  await using again = await restarted.startAgain();
  const { task } = (await again.must(`/tasks/${body.run}`)).body;
  expect(task).toMatchObject({ state: "cut", kind: "job", by: "root" });
});
