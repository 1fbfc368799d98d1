// The management server, and what Prometheus gets to see.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Environment } from "../../server/engine/lmdb/environment.js";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { parseBindAddress } from "../../server/http/bind-address.js";
import { type Listener, listen } from "../../server/http/listen.js";
import { createLog } from "../../server/http/log.js";
import { managementHandler } from "../../server/http/management.js";
import { Metrics } from "../../server/http/metrics.js";
import { Readers } from "../../server/http/readers.js";
import { LastBackups } from "../../server/operations/online/last-backups.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { send, startServer } from "./test-server.js";

let dir: string;
let databases: Environment[];
let readers: Readers;
let listener: Listener;
let url: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-management-"));
  databases = [];
  for (const kind of DATABASE_KINDS)
    databases.push(await openDatabase({ kind, dir: join(dir, kind), mode: "create" }));
  readers = new Readers();
  const metrics = await Metrics.of({
    databases,
    readers,
    droppedLogLines: () => 3,
    lastBackups: new LastBackups(databases, () => {}),
  });
  const log = createLog({ verbose: false, destination: { write: () => {} } });
  const handler = managementHandler({ databases, metrics, log });
  listener = await listen({ address: parseBindAddress("", "127.0.0.1:0"), handler });
  url = listener.urls[0] ?? "";
});
afterEach(async () => {
  listener.stop();
  await listener.closed(100);
  for (const database of databases) await database.close();
  await rm(dir, { recursive: true });
});

it("says that it is well to anybody", async () => {
  const reply = await send(`${url}/health`);
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({ status: "ok", databases: { auth: "ok", config: "ok", logs: "ok" } });
});

it("really asks the databases: one that fails is named", async () => {
  await databases[1]?.close();
  const reply = await send(`${url}/health`);
  expect(reply.status).toBe(503);
  expect(reply.body).toEqual({
    status: "error",
    databases: { auth: "ok", config: "error", logs: "ok" },
  });
});

it("has the sizes of the databases, and their oldest readers", async () => {
  const first = readers.opened("logs");
  const second = readers.opened("logs");
  first();
  const { text } = await send(`${url}/metrics`);
  expect(text).toMatch(/flowg_database_bytes\{database="auth"\} [1-9]\d+/);
  expect(text).toContain('flowg_open_readers{database="logs"} 1');
  expect(text).toContain('flowg_open_readers{database="auth"} 0');
  expect(text).toMatch(/flowg_oldest_reader_age_seconds\{database="logs"\} \d/);
  expect(text).toContain('flowg_oldest_reader_age_seconds{database="auth"} 0');
  expect(text).toContain("process_resident_memory_bytes");
  second();
});

it("has FlowG's counters, by stream and by pipeline", async () => {
  await using server = await startServer();
  for (let i = 0; i < 3; i++) {
    await server.must("/pipelines/default/logs", {
      method: "POST",
      json: { record: { i: `${i}` } },
    });
  }
  const broken = { nodes: [{ id: "a", type: "router", data: { stream: "s" } }], edges: [] };
  await server.must("/pipelines/broken", { method: "PUT", json: { flow: broken } });
  const sent = { method: "POST", as: server.root, json: { record: {} } };
  expect((await server.call("/pipelines/broken/logs", sent)).status).toBe(404);
  expect((await server.call("/pipelines/none/logs", sent)).status).toBe(404);
  const { text } = await send(`${server.managementUrl}/metrics`);
  expect(text).toContain('flowg_stream_log_total{stream="default"} 3');
  expect(text).toContain('flowg_pipeline_log_total{pipeline="default",status="success"} 3');
  expect(text).toContain('flowg_pipeline_log_total{pipeline="broken",status="error"} 1');
  // anybody could fill the memory with names of pipelines that don't exist
  expect(text).not.toContain('pipeline="none"');
});

it("has nothing else, least of all the API", async () => {
  await using server = await startServer();
  expect((await send(`${server.managementUrl}/api/v1/users`)).status).toBe(404);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
});

const LAST_BACKUP = /flowg_backup_last_success_timestamp_seconds\{database="(\w+)"\} (\S+)/g;

async function lastBackups(managementUrl: string): Promise<Record<string, number>> {
  const { text } = await send(`${managementUrl}/metrics`);
  return Object.fromEntries(
    [...text.matchAll(LAST_BACKUP)].map(([, database, seconds]) => [database, Number(seconds)]),
  );
}

it("knows the last successful backup of each database after a restart, and that there was none", async () => {
  await using first = await startServer();
  expect(await lastBackups(first.managementUrl)).toEqual({ auth: 0, config: 0, logs: 0 });
  await first.must("/backup/logs");
  const logs = (await lastBackups(first.managementUrl)).logs as number;
  expect(logs).toBeGreaterThan(Date.now() / 1000 - 60);
  await first.running.stop();
  const dirs = {
    auth: join(first.dir, "auth"),
    config: join(first.dir, "config"),
    logs: join(first.dir, "logs"),
  };
  await using second = await startServer({ dirs });
  const kept = await lastBackups(second.managementUrl);
  expect(kept).toEqual({ auth: 0, config: 0, logs: expect.closeTo(logs, 0) });
  // one that is cut is none
  const cut = new AbortController();
  await fetch(`${second.url}/api/v1/backup/auth`, {
    method: "HEAD",
    headers: { Authorization: second.root },
    signal: cut.signal,
  });
  await second.must("/backup");
  const after = await lastBackups(second.managementUrl);
  expect(after.all).toBeGreaterThan(logs);
  await second.running.stop();
  await using third = await startServer({ dirs });
  const all = await lastBackups(third.managementUrl);
  expect(Object.keys(all).sort()).toEqual(["all", "auth", "config", "logs"]);
  for (const database of DATABASE_KINDS) expect(all[database]).toBeCloseTo(after.all as number, 0);
  // and of a database in place of another
  await third.running.stop();
  await rm(dirs.logs, { recursive: true });
  await using fourth = await startServer({ dirs });
  const replaced = await lastBackups(fourth.managementUrl);
  expect(replaced).toEqual({ auth: all.auth, config: all.config, logs: 0 });
});
