// The files of a database are moved, removed or replaced while a server has them open.

import { cp, mkdir, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../server/records/kinds.js";
import { until } from "../operations/online/flowg-server.js";
import { type Reply, type Sent, send, startServer, type TestServer } from "./test-server.js";

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const dirOf = (kind: DatabaseKind): string => join(server.dir, kind);
const call = (path: string, sent: Sent = {}) => server.call(path, { as: server.root, ...sent });

/** A write of each database. */
const WRITES: Record<DatabaseKind, () => Promise<Reply>> = {
  auth: () => call("/roles/viewer", { method: "PUT", json: { scopes: ["read_streams"] } }),
  config: () =>
    call("/pipelines/other", { method: "PUT", json: { flow: { nodes: [], edges: [] } } }),
  logs: () => call("/pipelines/default/logs", { method: "POST", json: { record: { a: "b" } } }),
};

async function restoreOf(kind: DatabaseKind, file: string): Promise<Reply> {
  const form = new FormData();
  form.set("backup", new Blob([file]), "x.db");
  const url = `${server.url}/api/v1/restore/${kind}`;
  const reply = await fetch(url, {
    method: "POST",
    headers: { Authorization: server.root },
    body: form,
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, body: JSON.parse(text) };
}

const health = () => send(`${server.managementUrl}/health`);
const told = (level: string) =>
  server.logLines.filter(({ level: at, dir }) => at === level && dir !== undefined);

async function expectRefused(kind: DatabaseKind, state: string): Promise<void> {
  const replies = [
    await WRITES[kind](),
    await call(`/backup/${kind}`),
    await call("/backup"),
    await restoreOf(kind, "anything"),
  ];
  for (const { status, body, text } of replies) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: "DATABASE_REPLACED" });
    expect(body.message).toContain(`the ${kind} database`);
    expect(body.hint).toContain("restart the server");
    expect(text).not.toContain(server.dir);
  }
  expect(await health()).toMatchObject({
    status: 503,
    body: { status: "error", databases: { [kind]: state } },
  });
  for (const other of DATABASE_KINDS.filter((each) => each !== kind)) {
    expect((await WRITES[other]()).status).toBe(200);
    expect((await call(`/backup/${other}`)).status).toBe(200);
  }
}

/** Other files, as a restore into the emptied directory makes them. */
async function makeNew(kind: DatabaseKind, dir = dirOf(kind)): Promise<void> {
  await using _ = await openDatabase({ kind, dir, mode: "create" });
}

describe.each(DATABASE_KINDS)("the directory of %s", (kind) => {
  test("moved away, and put back", async () => {
    await rename(dirOf(kind), `${dirOf(kind)}.old`);
    await expectRefused(kind, "gone");
    // nothing makes it anew
    await expect(stat(dirOf(kind))).rejects.toMatchObject({ code: "ENOENT" });
    expect(told("error")).toHaveLength(1);
    await rename(`${dirOf(kind)}.old`, dirOf(kind));
    expect((await health()).status).toBe(200);
    expect((await WRITES[kind]()).status).toBe(200);
    expect((await call("/backup")).status).toBe(200);
    expect(told("error")).toHaveLength(1);
    expect(told("warn")).toMatchObject([{ database: kind, dir: dirOf(kind) }]);
  });

  test("removed, and restored into", async () => {
    await rm(dirOf(kind), { recursive: true });
    await makeNew(kind);
    await expectRefused(kind, "replaced");
    expect(await readdir(dirOf(kind))).not.toContain("spool");
    expect(told("error")).toMatchObject([{ database: kind, dir: dirOf(kind) }]);
  });

  test("replaced by a copy, as on another disk", async () => {
    await cp(dirOf(kind), `${dirOf(kind)}.copy`, { recursive: true });
    await rename(dirOf(kind), `${dirOf(kind)}.old`);
    await rename(`${dirOf(kind)}.copy`, dirOf(kind));
    await expectRefused(kind, "replaced");
  });
});

test("a data file under another directory's link is another file", async () => {
  const dir = join(server.dir, "linked");
  const at = (name: string) => join(dir, name);
  await mkdir(at("first"), { recursive: true });
  await mkdir(at("second"));
  for (const kind of DATABASE_KINDS) {
    await makeNew(kind, join(at("first"), kind));
    await makeNew(kind, join(at("second"), kind));
  }
  await symlink(at("first"), at("data"));
  await using linked = await startServer({
    dirs: {
      auth: join(at("data"), "auth"),
      config: join(at("data"), "config"),
      logs: join(at("data"), "logs"),
    },
  });
  const isWell = async () => (await send(`${linked.managementUrl}/health`)).status === 200;
  expect(await isWell()).toBe(true);
  await rm(at("data"));
  await symlink(at("second"), at("data"));
  expect(await isWell()).toBe(false);
  const put = { method: "POST", as: linked.root, json: { record: { a: "b" } } };
  expect((await linked.call("/pipelines/default/logs", put)).status).toBe(503);
});

test("only the lock file removed: another process would know nothing of the server", async () => {
  await rm(join(dirOf("logs"), "lock.mdb"));
  await expectRefused("logs", "gone");
  // an offline backup makes a new one
  await makeNew("logs");
  await expectRefused("logs", "replaced");
});

test("the server sees it by itself, without a request, and says it once", async () => {
  await rename(dirOf("logs"), `${dirOf("logs")}.old`);
  await until(() => told("error").length > 0);
  await rename(`${dirOf("logs")}.old`, dirOf("logs"));
  await until(() => told("warn").length > 0);
  expect(told("error")).toHaveLength(1);
});

test("what is answered with success while the directory is moved is in the files that were moved", async () => {
  let isMoved = false;
  let sent = 0;
  const kept: string[] = [];
  const late: number[] = [];
  const ingest = async () => {
    while (late.length < 20) {
      const n = `${sent++}`;
      const isLate = isMoved;
      const record = { n };
      const reply = await call("/pipelines/default/logs", { method: "POST", json: { record } });
      if (reply.status === 200) kept.push(n);
      if (isLate) late.push(reply.status);
    }
  };
  const ingesting = Promise.all(Array.from({ length: 8 }, ingest));
  await until(() => kept.length > 50);
  await rename(dirOf("logs"), `${dirOf("logs")}.old`);
  isMoved = true;
  await ingesting;
  expect(new Set(late)).toEqual(new Set([503]));
  await server.running.stop();
  await using database = await openDatabase({
    kind: "logs",
    dir: `${dirOf("logs")}.old`,
    mode: "write",
  });
  const found = new Set<string>();
  for (const { value } of database.records.range({})) {
    const n = /"n":"(\d+)"/.exec(value.toString())?.[1];
    if (n !== undefined) found.add(n);
  }
  expect(kept.filter((n) => !found.has(n))).toEqual([]);
});
