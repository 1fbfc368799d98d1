// Snapshots over HTTP, of a real server with real repositories: who may do what, what comes of it, and what is left where it
// is cancelled.

import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createClient } from "../../sdk/index.js";
import { initRepository } from "../../server/repository/init.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { eventually } from "../eventually.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";
import { heldEngine } from "./held-engine.js";
import { listenTo } from "./listener.js";

const held = heldEngine();
let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-snapshots-"));
  const at = (name: string) => join(home, name);
  for (const name of ["near", "sealed"])
    await initRepository({
      place: await openPlace(at(name)),
      readers: { identityFile: at(`${name}.identity`) },
      keyFile: at(`${name}.key`),
    });
  const file = at("flowg.yaml");
  const text = `
    jobs:
      nightly:
        { schedule: "15 3 1 1 *", repository: ${at("near")}, host: web-1, repository-key: ${at("near.key")}, identity: ${at("near.identity")} }
      sealed: { schedule: "15 3 1 1 *", repository: ${at("sealed")}, repository-key: ${at("sealed.key")} }
      gone: { schedule: "15 3 1 1 *", repository: { name: gone, url: "${at("gone, with blanks")}" } }
  `;
  await writeFile(file, text, { mode: 0o600 });
  server = await startServer({ jobs: { file }, engine: held.engine });
});
afterEach(() => held.release());
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const post = (path: string, json: object, as = server.root) =>
  server.call(path, { method: "POST", as, json });

/** The task that an answer has begun, once it has ended. */
async function ended({ status, body }: Awaited<ReturnType<typeof post>>) {
  expect([status, body]).toMatchObject([202, { success: true, task: { state: "running" } }]);
  await using listener = await listenTo(server, body.task.id, { as: server.root });
  await listener.ended;
  return listener.heard.at(-1)?.data;
}

async function made(more: object = {}): Promise<string> {
  const task = await ended(await post("/snapshots", { destinations: ["near"], ...more }));
  expect(task).toMatchObject({ state: "succeeded", kind: "backup" });
  return task.outcome.setId;
}

const idsIn = async (destination: string): Promise<string[]> => {
  const { body } = await server.must(`/snapshots?destination=${destination}`);
  return body.destinations[0].snapshots.map(({ setId }: { setId: string }) => setId);
};

const log = (text: string) =>
  server.must("/pipelines/default/logs", { method: "POST", json: { record: { text } } });
const entries = async (): Promise<string[]> => {
  const { body } = await server.call(
    "/streams/default/logs?from=2020-01-01T00:00:00Z&to=2200-01-01T00:00:00Z",
    { as: server.root },
  );
  return (body.records ?? []).map(({ fields }: { fields: { text: string } }) => fields.text);
};

test("a snapshot is made, listed, shown, compared with another, and restored", async () => {
  await log("first");
  const before = await made({ tags: ["before"] });
  await log("second");
  const after = await made();
  const { destinations } = (await server.must("/snapshots")).body;
  expect(destinations).toMatchObject([
    { destination: "near", readable: true },
    { destination: "sealed", readable: false, snapshots: [] },
    { destination: "gone", readable: false, error: { code: "REPOSITORY_MISSING" } },
  ]);
  expect(destinations[0].snapshots).toMatchObject([
    { setId: after, host: "web-1", tags: [] },
    { setId: before, host: "web-1", tags: ["before"] },
  ]);
  expect(JSON.stringify(destinations)).not.toContain(home);
  const tagged = await server.must("/snapshots?destination=near&tag=before&latest=true");
  expect(tagged.body.destinations[0].snapshots).toMatchObject([{ setId: before }]);
  const shown = await server.must(`/snapshots/${before.slice(0, 8)}?destination=near`);
  expect(shown.body.snapshot).toMatchObject({
    destination: "near",
    setId: before,
    databases: { logs: { entries: expect.any(Number), segments: expect.any(Number) } },
  });
  const diff = await server.must(
    `/snapshots/${before}/diff?destination=near&other=latest&only=logs`,
  );
  expect(diff.body.diff).toMatchObject({
    before: `snapshot ${before} in near`,
    after: `snapshot ${after} in near`,
    equal: false,
    databases: [{ database: "logs", streams: [{ name: "default", added: 1, removed: 0 }] }],
  });
  expect(diff.text).not.toContain(home);

  const wish = { destination: "near", only: ["logs"], mode: "replace" };
  const dry = await ended(await post(`/snapshots/${before}/restore`, { ...wish, dryRun: true }));
  expect(dry).toMatchObject({
    state: "succeeded",
    kind: "restore",
    outcome: { dryRun: true, databases: [{ database: "logs", kinds: { entry: { removed: 1 } } }] },
  });
  expect(await entries()).toEqual(["second", "first"]);
  const done = await ended(await post(`/snapshots/${before}/restore`, wish));
  expect(done).toMatchObject({ state: "succeeded", outcome: { run: expect.any(String) } });
  expect(await entries()).toEqual(["first"]);
  await server.must("/restore/undo", { method: "POST", json: { run: done.outcome.run } });
  expect(await entries()).toEqual(["second", "first"]);
  const part = { destination: "near", select: ["pipeline=default"] };
  const one = await ended(await post("/snapshots/latest/restore", part));
  expect(one.outcome.databases).toMatchObject([
    { database: "config", selected: ["pipeline=default"] },
  ]);
  for (const action of ["create snapshot", "restore snapshot", "backup", "restore"])
    expect(server.logLines).toContainEqual(
      expect.objectContaining({ audit: true, action, task: expect.any(String), user: "root" }),
    );
});

test("what is cancelled leaves things as they were", async () => {
  held.hold();
  const known = await idsIn("near");
  const begun = await post("/snapshots", { destinations: ["near"] });
  await eventually(() => expect(held.waiting()).toBe(1));
  const { id } = begun.body.task;
  await server.must(`/tasks/${id}`, { method: "DELETE" });
  held.release();
  expect(await ended(begun)).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
  expect(await idsIn("near")).toEqual(known);
});

test("a restore that is cancelled, whenever, leaves the old state or has restored all", async () => {
  const snapshot = await made();
  await log(`after ${snapshot}`);
  const name = `role-${snapshot.slice(0, 8)}`;
  await server.must(`/roles/${name}`, { method: "PUT", json: { scopes: [] } });
  const state = async () => ({
    entries: (await entries()).includes(`after ${snapshot}`),
    role: JSON.stringify((await server.must("/roles")).body).includes(name),
  });
  const seen = new Set<string>();
  for (const at of ["0", "fetching", "verifying auth", "restoring auth", "restoring logs", "end"]) {
    const wish = { destination: "near", mode: "replace", allowAccessChange: true };
    const begun = await post(`/snapshots/${snapshot}/restore`, wish);
    expect(begun.status).toBe(202);
    const { id } = begun.body.task;
    await using listener = await listenTo(server, id, { as: server.root });
    const isThere = () =>
      at === "0" ||
      listener.heard.some(
        ({ event, data }) =>
          event === "end" || `${data.phase} ${data.database ?? ""}`.startsWith(at),
      );
    await eventually(() => expect(isThere()).toBe(true), { interval: 5 });
    await server.call(`/tasks/${id}`, { method: "DELETE", as: server.root });
    await listener.ended;
    const last = listener.heard.at(-1)?.data;
    seen.add(last.state);
    if (last.state === "cancelled") expect(await state()).toEqual({ entries: true, role: true });
    else {
      expect([at, last.state, last.error]).toEqual([at, "succeeded", undefined]);
      expect(await state()).toEqual({ entries: false, role: false });
      await server.must("/restore/undo", {
        method: "POST",
        json: { run: last.outcome.run, allowAccessChange: true },
      });
      expect(await state()).toEqual({ entries: true, role: true });
    }
  }
  expect([...seen].sort()).toEqual(["cancelled", "succeeded"]);
});

test("snapshots are forgotten by their ids: all that are named, or none", async () => {
  const [a, b] = [await made(), await made()];
  const unknown = await ended(
    await post("/snapshots/forget", { destination: "near", snapshots: [a, "no-such"] }),
  );
  expect(unknown).toMatchObject({ state: "failed", error: { code: "NOT_FOUND" } });
  expect(await idsIn("near")).toEqual(expect.arrayContaining([a, b]));
  const named = { destination: "near", snapshots: [a, b] };
  const dry = await ended(await post("/snapshots/forget", { ...named, dryRun: true, prune: true }));
  expect(dry.outcome).toMatchObject({ dryRun: true, forgotten: { length: 2 } });
  expect(await idsIn("near")).toEqual(expect.arrayContaining([a, b]));
  const done = await ended(await post("/snapshots/forget", { ...named, prune: true }));
  expect(done).toMatchObject({
    state: "succeeded",
    kind: "forget",
    outcome: { destination: "near", prune: { dryRun: false } },
  });
  const left = await idsIn("near");
  expect([left.includes(a), left.includes(b)]).toEqual([false, false]);
  await made();
  // a prune leaves alone what is young
  const long = new Date(Date.now() - 30 * 24 * 3_600_000);
  const near = join(home, "near", "segments");
  for (const one of await readdir(near, { recursive: true }))
    await utimes(join(near, one), long, long);
  const all = { destination: "near", snapshots: await idsIn("near"), dryRun: true, prune: true };
  const refused = await ended(await post("/snapshots/forget", all));
  expect(refused).toMatchObject({ state: "failed", error: { code: "REFUSED" } });
  expect(refused.error.hint).toContain("in the API allowRemoveAll=true");
  const insisted = await ended(await post("/snapshots/forget", { ...all, allowRemoveAll: true }));
  expect(insisted).toMatchObject({ state: "succeeded", outcome: { prune: { dryRun: true } } });
  const latest = await post("/snapshots/forget", { destination: "near", snapshots: ["latest"] });
  expect([latest.status, latest.body.code]).toEqual([400, "INPUT_INVALID"]);
});

test("snapshots that no rule keeps are forgotten, after a dry run that says which", async () => {
  const tags = ["thinned"];
  const ids = [await made({ tags }), await made({ tags }), await made({ tags })];
  const newest = ids.at(-1) as string;
  const wish = { destination: "near", keep: { last: 1 }, tags };
  const listed = (snapshots: { id: string }[]) => snapshots.map(({ id }) => id).sort();
  const dry = await ended(await post("/snapshots/forget", { ...wish, dryRun: true }));
  expect(dry).toMatchObject({
    state: "succeeded",
    kind: "forget",
    target: "what no rule keeps in near",
    outcome: { dryRun: true, kept: [{ id: newest, reasons: ["last 1"] }], unread: [] },
  });
  expect(listed(dry.outcome.forgotten)).toEqual(ids.slice(0, 2).sort());
  expect(await idsIn("near")).toEqual(expect.arrayContaining(ids));
  const others = (await idsIn("near")).filter((id) => !ids.includes(id));
  // of another host there are none
  const none = await ended(await post("/snapshots/forget", { ...wish, hosts: ["web-2"] }));
  expect(none.outcome).toMatchObject({ kept: [], forgotten: [] });
  const done = await ended(await post("/snapshots/forget", { ...wish, hosts: ["web-1"] }));
  expect(listed(done.outcome.forgotten)).toEqual(ids.slice(0, 2).sort());
  expect((await idsIn("near")).sort()).toEqual([...others, newest].sort());
  const all = { ...wish, keep: { tags: ["no-such"] } };
  const refused = await ended(await post("/snapshots/forget", all));
  expect(refused).toMatchObject({ state: "failed", error: { code: "REFUSED" } });
  expect(refused.error.hint).toContain("in the API allowRemoveAll=true");
  const client = createClient({
    baseUrl: server.url,
    username: "root",
    password: ROOT_PASSWORD,
  });
  const { id } = await client.snapshots.forgetByRules(
    { last: "unlimited", tags: ["release"] },
    { destination: "near", hosts: ["web-1"], groupBy: [], timeZone: "Europe/Berlin", dryRun: true },
  );
  expect(await client.tasks.wait(id)).toMatchObject({
    state: "succeeded",
    outcome: { dryRun: true, forgotten: [] },
  });
});

test("snapshots of one host are asked for, where several back up into a repository", async () => {
  const id = await made();
  const list = async (query: string) =>
    (await server.must(`/snapshots?destination=near&${query}`)).body.destinations[0].snapshots;
  expect(await list("host=web-2")).toEqual([]);
  expect(await list("host=web-2&host=web-1&latest=true")).toMatchObject([{ setId: id }]);
  const shown = await server.must("/snapshots/latest?destination=near&host=web-1");
  expect(shown.body.snapshot).toMatchObject({ setId: id, host: "web-1" });
  for (const asking of [
    server.call("/snapshots/latest?destination=near&host=web-2", { as: server.root }),
    server.call("/snapshots/latest/diff?destination=near&other=latest&host=web-2", {
      as: server.root,
    }),
    post("/snapshots/latest/restore", { destination: "near", host: "web-2", dryRun: true }),
  ]) {
    const { status, body } = await asking;
    expect([status, body.message]).toEqual([404, expect.stringContaining('of the host "web-2"')]);
  }
  const wish = { destination: "near", host: "web-1", only: ["logs"], dryRun: true };
  expect(await ended(await post("/snapshots/latest/restore", wish))).toMatchObject({
    state: "succeeded",
    target: `${id} in near`,
  });
});

test("a restore of the newest names a newer one of which only the signature is there", async () => {
  await made();
  const newest = await made();
  const restored = async () => {
    const wish = { destination: "near", only: ["config"], dryRun: true };
    return (await ended(await post("/snapshots/latest/restore", wish))).outcome.notes;
  };
  expect(await restored()).toEqual([]);
  const below = join(home, "near", "snapshots");
  const names = await readdir(below, { recursive: true });
  const name = names.find((one) => one.includes(newest) && one.endsWith(".age")) as string;
  await rename(join(below, name), join(home, "away"));
  const note = /^near has the signature of a newer snapshot, of /;
  expect(await restored()).toEqual([expect.stringMatching(note)]);
  await rename(join(home, "away"), join(below, name));
  expect(await restored()).toEqual([]);
});

test("a restore needs no note of whether its snapshot is verified", async () => {
  const id = await made();
  const [path = ""] = (await readdir(join(home, "near", "snapshots"), { recursive: true })).filter(
    (one) => one.includes(id) && one.endsWith(".age"),
  );
  // a link to itself in its place: whoever asks for the note fails
  const note = join(home, "near", "verified", path.replace(/\.json\..*$/, ".json.signed"));
  await mkdir(dirname(note), { recursive: true });
  await symlink(note, note);
  const asked = { as: server.root };
  expect((await server.call(`/snapshots/${id}?destination=near`, asked)).status).toBe(502);
  const wish = { destination: "near", only: ["logs"], dryRun: true };
  const restored = await ended(await post(`/snapshots/${id}/restore`, wish));
  expect(restored, JSON.stringify(restored)).toMatchObject({ state: "succeeded" });
  await rm(note);
});

test("a server that can only write says so, and what to do", async () => {
  const made = await ended(await post("/snapshots", { destinations: ["sealed"] }));
  const { setId } = made.outcome;
  const { destinations } = (await server.must("/snapshots?destination=sealed")).body;
  expect(destinations[0]).toMatchObject({ readable: false, snapshots: [{ setId }] });
  expect(destinations[0].snapshots[0]).not.toHaveProperty("host");
  const refused = [
    await server.call(`/snapshots/${setId}?destination=sealed`, { as: server.root }),
    await server.call(`/snapshots/${setId}/diff?destination=sealed&other=${setId}`, {
      as: server.root,
    }),
    await post(`/snapshots/${setId}/restore`, { destination: "sealed" }),
  ];
  for (const { status, body, text } of refused) {
    expect([status, body.code]).toEqual([409, "IDENTITY_REQUIRED"]);
    expect(body.message).toMatch(/^sealed: .* no identity that reads them$/);
    expect(body.hint).toContain("give a job of this server an identity");
    expect(text).not.toContain(home);
  }
  // which one is meant, its id says
  const forgotten = await ended(
    await post("/snapshots/forget", { destination: "sealed", snapshots: [setId] }),
  );
  expect(forgotten).toMatchObject({ state: "succeeded", outcome: { forgotten: [{ id: setId }] } });
  // what only it held, only the other snapshots tell
  const kept = (await ended(await post("/snapshots", { destinations: ["sealed"] }))).outcome.setId;
  const pruned = await ended(
    await post("/snapshots/forget", { destination: "sealed", snapshots: [kept], prune: true }),
  );
  expect(pruned).toMatchObject({ state: "failed", error: { code: "IDENTITY_REQUIRED" } });
  expect(await idsIn("sealed")).toEqual([kept]);
});

test("several destinations: one that fails is named, and the snapshot is in the other", async () => {
  const task = await ended(await post("/snapshots", { destinations: ["near", "gone"] }));
  expect(task).toMatchObject({
    state: "failed",
    error: {
      code: "REPOSITORY_MISSING",
      message: expect.stringMatching(/^gone doesn't have the snapshot: /),
    },
    outcome: { destinations: [{ destination: "near" }, { destination: "gone" }] },
  });
  expect(await idsIn("near")).toContain(task.outcome.setId);
  expect(JSON.stringify(task)).not.toContain(home);
  const none = await ended(await post("/snapshots", { job: "gone" }));
  expect(none).toMatchObject({ state: "failed", error: { code: "REPOSITORY_MISSING" } });
  expect(JSON.stringify(none)).not.toContain("with blanks");
});

test("a name that can't be meant gets an error with those that could be", async () => {
  const cases: [number, string, () => ReturnType<typeof post>][] = [
    [400, "several destinations", () => post("/snapshots", {})],
    [404, 'no destination "naer"', () => post("/snapshots", { destinations: ["naer"] })],
    [400, "neither snapshots nor keep", () => post("/snapshots/forget", { destination: "near" })],
    [
      400,
      "exclude each other",
      () => post("/snapshots/forget", { destination: "near", snapshots: ["a"], keep: { last: 1 } }),
    ],
    [400, "no rule says", () => post("/snapshots/forget", { destination: "near", keep: {} })],
    [
      400,
      "within can't be",
      () => post("/snapshots/forget", { destination: "near", keep: { within: "soon" } }),
    ],
    [
      400,
      "Nowhere",
      () => post("/snapshots/forget", { keep: { last: 1 }, timeZone: "Nowhere/At-all" }),
    ],
    [
      400,
      "hosts is for keep",
      () => post("/snapshots/forget", { destination: "near", snapshots: ["a"], hosts: ["b"] }),
    ],
    [
      400,
      "allowRemoveAll is for keep or prune",
      () =>
        post("/snapshots/forget", { destination: "near", snapshots: ["a"], allowRemoveAll: true }),
    ],
    [
      400,
      "hosts must have at least 1 item",
      () => post("/snapshots/forget", { destination: "near", keep: { last: 1 }, hosts: [] }),
    ],
    [404, 'no job "x"', () => post("/snapshots", { job: "x" })],
    [400, "exclude each other", () => post("/snapshots", { job: "gone", destinations: ["near"] })],
    [400, "a job's own snapshots", () => post("/snapshots", { tags: ["job:nightly"] })],
    [400, "url", () => post("/snapshots", { url: "s3://b/c" })],
    [
      404,
      'near has no snapshot whose id begins with "zz"',
      () => post("/snapshots/zz/restore", { destination: "near" }),
    ],
    [
      400,
      "exclude each other",
      () => post("/snapshots/latest/restore", { only: ["logs"], select: ["stream=default"] }),
    ],
    [400, "dryrun", () => post("/snapshots/latest/restore", { dryrun: true })],
    [
      404,
      "near has no snapshot",
      () => server.call("/snapshots/zz?destination=near", { as: server.root }),
    ],
  ];
  for (const [status, words, ask] of cases) {
    const { body, ...reply } = await ask();
    expect([reply.status, body.message]).toEqual([status, expect.stringContaining(words)]);
    expect(reply.text).not.toContain(home);
  }
});

test("reading, making, forgetting and restoring are rights of their own", async () => {
  const id = await made();
  const all = ["write_acls", "write_pipelines", "write_transformers", "write_alerts"];
  const users = {
    none: await server.userWith("write_streams", "read_streams"),
    reads: await server.userWith("read_backups"),
    makes: await server.userWith("write_backups"),
    forgets: await server.userWith("forget_backups"),
    restores: await server.userWith("read_backups", "write_streams"),
    most: await server.userWith("read_backups", ...all),
  };
  const get = (path: string) => (as: string) => server.call(path, { as });
  const asks: Record<string, (as: string) => ReturnType<typeof post>> = {
    list: get("/snapshots?destination=near"),
    show: get(`/snapshots/${id}?destination=near`),
    diff: get(`/snapshots/${id}/diff?destination=near&other=${id}`),
    // refused or not before it is looked at
    create: (as) => post("/snapshots", { destinations: ["naer"] }, as),
    forget: (as) => post("/snapshots/forget", { destination: "naer", snapshots: [id] }, as),
    restoreLogs: (as) =>
      post(`/snapshots/${id}/restore`, { destination: "near", only: ["logs"], dryRun: true }, as),
    restoreAll: (as) => post(`/snapshots/${id}/restore`, { destination: "near", dryRun: true }, as),
  };
  const may: Record<string, string[]> = {};
  for (const [who, as] of Object.entries(users)) {
    may[who] = [];
    for (const [what, ask] of Object.entries(asks)) {
      const reply = await ask(as);
      if (reply.status !== 403) may[who].push(what);
      if (reply.status === 202)
        await (await listenTo(server, reply.body.task.id, { as: server.root })).ended;
    }
  }
  expect(may).toEqual({
    none: [],
    reads: ["list", "show", "diff"],
    makes: ["list", "show", "create"],
    forgets: ["forget"],
    restores: ["list", "show", "diff", "restoreLogs"],
    most: ["list", "show", "diff"],
  });
});

test("two restores of one database don't go on at once, nor more tasks than there are places", async () => {
  const id = await made();
  const wish = { destination: "near", only: ["logs"], dryRun: true };
  const both = await Promise.all([1, 2].map(() => post(`/snapshots/${id}/restore`, wish)));
  const states = both.map(({ status }) => status).sort();
  // the first may have ended before the second came
  expect([
    [202, 202],
    [202, 409],
  ]).toContainEqual(states);
  for (const reply of both) if (reply.status === 202) await ended(reply);
  held.hold();
  const many = [];
  for (let n = 0; n < 5; n++) many.push(await post("/snapshots", { destinations: ["near"] }));
  expect(many.map(({ status }) => status)).toEqual([202, 202, 202, 202, 503]);
  expect(many[4]?.body.code).toBe("BUSY");
  for (const { body } of many.slice(0, 4))
    await server.must(`/tasks/${body.task.id}`, { method: "DELETE" });
  held.release();
  for (const reply of many.slice(0, 4))
    expect(await ended(reply)).toMatchObject({ state: "cancelled" });
  expect((await post("/snapshots", { destinations: ["near"] })).status).toBe(202);
});

test("a restore whose right ends meanwhile restores nothing", async () => {
  const id = await made();
  await log("stays");
  const as = await server.userWith("read_backups", "write_streams");
  const { user } = (await server.call("/auth/whoami", { as })).body;
  const wish = { destination: "near", only: ["logs"], mode: "replace" };
  // it looks once more before it changes anything: the user is gone by then, or it has restored
  const begun = await post(`/snapshots/${id}/restore`, wish, as);
  await server.must(`/users/${user.name}`, { method: "DELETE" });
  const task = await ended(begun);
  if (task.state === "failed") {
    expect(task.error.code).toBe("UNAUTHENTICATED");
    expect(await entries()).toContain("stays");
  } else expect(await entries()).not.toContain("stays");
});
