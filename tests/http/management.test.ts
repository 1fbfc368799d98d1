// The management server, and what Prometheus gets to see.

import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "../../server/database/open.js";
import type { Readers } from "../../server/http/readers.js";
import { FakeTransfers } from "./fake-transfers.js";
import { send, startServer, type TestServer } from "./test-server.js";

let server: TestServer;
let databases: Record<string, Database>;
let readers: Readers;
beforeEach(async () => {
  server = await startServer({
    transfers: (parts) => {
      ({ databases, readers } = parts);
      return new FakeTransfers();
    },
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

it("says that it is well, without asking who wants to know", async () => {
  const reply = await send(`${server.managementUrl}/health`);
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({ status: "ok", databases: { auth: "ok", config: "ok", logs: "ok" } });
});

it("really asks the databases: one that fails is named", async () => {
  await databases.config?.close();
  const reply = await send(`${server.managementUrl}/health`);
  expect(reply.status).toBe(503);
  expect(reply.body).toEqual({
    status: "error",
    databases: { auth: "ok", config: "error", logs: "ok" },
  });
});

it("has FlowG's counters, by stream and by pipeline", async () => {
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

it("has the sizes of the databases, and their oldest readers", async () => {
  const closed = readers.opened("logs");
  const oldest = readers.opened("logs");
  closed();
  const { text } = await send(`${server.managementUrl}/metrics`);
  expect(text).toMatch(/flowg_database_bytes\{database="auth"\} [1-9]\d+/);
  expect(text).toContain('flowg_open_readers{database="logs"} 1');
  expect(text).toContain('flowg_open_readers{database="auth"} 0');
  expect(text).toMatch(/flowg_oldest_reader_age_seconds\{database="logs"\} \d/);
  expect(text).toContain('flowg_oldest_reader_age_seconds{database="auth"} 0');
  expect(text).toContain("process_resident_memory_bytes");
  oldest();
});

it("has nothing else, least of all the API", async () => {
  expect((await send(`${server.managementUrl}/api/v1/users`)).status).toBe(404);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
});
