// A server with a forwarder, and a pipeline that leads logs to it and nowhere else.

import { expect } from "vitest";
import { ingest } from "../api/through-pipelines.js";
import type { TestServer } from "../http/test-server.js";

/** Saves a forwarder of that name, and a pipeline of the same name that leads to it. */
export async function forwardTo(
  server: TestServer,
  name: string,
  config: Record<string, unknown>,
): Promise<void> {
  const forwarder = { version: 2, config };
  const saved = await server.must(`/forwarders/${name}`, { method: "PUT", json: { forwarder } });
  expect(saved.body.success).toBe(true);
  expect((await server.must(`/forwarders/${name}`)).body.forwarder).toEqual(forwarder);
  const flow = {
    version: 2,
    nodes: [
      { id: "in", type: "source", data: { type: "direct" } },
      { id: "out", type: "forwarder", data: { forwarder: name } },
    ],
    edges: [{ id: "e", source: "in", target: "out" }],
  };
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow } });
}

export async function sendThrough(
  server: TestServer,
  name: string,
  record: Record<string, string>,
): Promise<void> {
  expect((await ingest(server, name, record)).status).toBe(200);
}

/** Sends a record to a forwarder at once, and gives the answer. */
export const tryForwarder = (server: TestServer, name: string, record: Record<string, string>) =>
  server.call(`/test/forwarders/${name}`, { method: "POST", as: server.root, json: { record } });
