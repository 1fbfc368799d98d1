// The ways in of FlowGs later than v0.24: forwarders, several logs at once, texts, values of indexes, and flows that are tried.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { type Sent, startServer, type TestServer } from "../http/test-server.js";
import { receiver } from "../support/webhook-receiver.js";
import { ingest, stored } from "./through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const send = (method: string, path: string, sent: Sent = {}) =>
  server.call(path, { method, as: server.root, ...sent });
const into = (stream: string) => ({
  nodes: [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "out", type: "router", data: { stream } },
  ],
  edges: [{ id: "e", source: "in", target: "out" }],
});
const save = (pipeline: string, flow: object) =>
  server.must(`/pipelines/${pipeline}`, { method: "PUT", json: { flow } });

describe("a forwarder", () => {
  const put = (name: string, forwarder: object) =>
    send("PUT", `/forwarders/${name}`, { json: { forwarder } });

  it("of type http is an alert, and an alert is a forwarder", async () => {
    await using hook = await receiver(200);
    const config = { type: "http", url: hook.url, headers: { A: "b" } };
    expect((await put("both", { config })).body).toEqual({ success: true });
    expect((await server.must("/alerts/both")).body.webhook).toEqual({
      version: 1,
      url: hook.url,
      headers: { A: "b" },
    });
    expect((await server.must("/forwarders/both")).body.forwarder).toEqual({ version: 2, config });
    expect((await server.must("/forwarders")).body.forwarders).toEqual(["both"]);
    expect((await send("POST", "/test/forwarders/both", { json: { record: {} } })).status).toBe(
      200,
    );

    // a flow as later FlowGs draw it
    const flow = into("unused");
    const node = { id: "out", type: "forwarder", data: { forwarder: "both" } };
    await save("later", { ...flow, version: 2, nodes: [flow.nodes[0], node] });
    expect((await server.must("/pipelines/later")).body.flow).toMatchObject({
      version: 1,
      nodes: [{}, { type: "alert", data: { alert: "both" } }],
    });
    expect((await ingest(server, "later", { a: "b" })).status).toBe(200);
    await eventually(() => expect(hook.received).toHaveLength(2));

    await server.must("/forwarders/both", { method: "DELETE" });
    for (const path of ["/forwarders/both", "/alerts/both"])
      expect((await send("GET", path)).status).toBe(404);
  });

  it("of a type that doesn't run is kept as it is, and named", async () => {
    const config = { type: "amqp", url: "amqp://u:s3cr3t@h/" };
    const { status, body } = await put("inert", { version: 2, config });
    expect([status, body.warnings]).toEqual([200, [expect.stringContaining('"amqp" do not run')]]);
    expect((await server.must("/forwarders/inert")).body.forwarder).toEqual({ version: 2, config });
    expect((await server.must("/alerts?warnings=true")).body.warnings).toEqual([
      expect.stringContaining('"inert" is a forwarder of the type "amqp"'),
    ]);
    const tested = await send("POST", "/test/forwarders/inert", { json: { record: {} } });
    expect([tested.status, tested.body.code]).toEqual([501, "NOT_IMPLEMENTED"]);
    await server.must("/alerts/inert", { method: "DELETE" });
  });

  it.each([
    [{ config: { type: "pigeon" } }, /config\.type/],
    [{ config: { type: "http", url: "ftp://h/" } }, /url is not an http/],
    [{ config: { type: "http", url: "http://h/", proxy: "x" } }, /"proxy" has no effect/],
    [{ version: 3, config: { type: "http", url: "http://h/" } }, /only version 2/],
    [{}, /config/],
  ])("that can't be is refused: %j", async (forwarder, message) => {
    const { status, body } = await put("wrong", forwarder);
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toMatch(message);
    expect((await send("GET", "/forwarders/wrong")).status).toBe(404);
  });
});

it.each([101, 9_000])("a forwarder that nests %i deep is refused", async (depth) => {
  const deep = "[".repeat(depth) + "]".repeat(depth);
  for (const body of [
    `{"forwarder":{"config":{"type":"amqp","deep":${deep}}}}`,
    `{"webhook":{"url":"","config":{"type":"amqp","deep":${deep}}}}`,
  ]) {
    const path = body.startsWith('{"w') ? "/alerts/deep" : "/forwarders/deep";
    const headers = { "Content-Type": "application/json" };
    const { status, body: answer } = await send("PUT", path, { body, headers });
    expect([status, answer.code, answer.message]).toEqual([
      400,
      "INPUT_INVALID",
      "the forwarder is wrong: config: nests deeper than 100",
    ]);
  }
});

it("a log-in page is told that there are no auth providers", async () => {
  const asked = (method: string) => server.call("/auth-providers/", { method });
  const { status, body } = await asked("GET");
  expect([status, body]).toEqual([200, { success: true, auth_providers: [] }]);
  const put = await asked("PUT");
  expect([put.status, put.body.code, put.headers.get("allow")]).toEqual([
    405,
    "METHOD_NOT_ALLOWED",
    "GET, HEAD",
  ]);
  expect((await send("GET", "/auth-providers/test")).status).toBe(404);
});

describe("several logs at once", () => {
  it("as records, of which each is judged by itself", async () => {
    await save("struct", into("struct"));
    const post = (records: unknown) =>
      send("POST", "/pipelines/struct/logs/struct", { json: { records } });
    expect((await post([{ a: "1" }, { a: "2" }])).body).toEqual({
      success: true,
      processed_count: 2,
    });
    const { status, body } = await post([{ a: "3" }, { a: 4 }, null, { a: "5" }]);
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toMatch(/2 of 4 logs were refused; log 1: a must be a string/);
    expect(body.details).toMatchObject({ stored: 2, refusedIndexes: [1, 2] });
    const values = (await stored(server, "struct")).map(({ a }) => a).sort();
    expect(values).toEqual(["1", "2", "3", "5"]);
    expect((await post([])).body.processed_count).toBe(0);
    expect((await post("x")).status).toBe(400);
    const none = await send("POST", "/pipelines/none/logs/struct", { json: { records: [{}] } });
    expect(none.status).toBe(404);
  });

  it("as lines of a text, also a compressed one", async () => {
    await save("text", into("text"));
    const post = (body: string | Uint8Array, headers = {}) =>
      send("POST", "/pipelines/text/logs/text", {
        body,
        headers: { "Content-Type": "text/plain", ...headers },
      });
    expect((await post("hello\r\n\n  wörld  \n \t\n")).body).toEqual({
      success: true,
      processed_count: 2,
    });
    const zipped = await post(gzipSync("zipped"), { "Content-Encoding": "gzip" });
    expect(zipped.body.processed_count).toBe(1);
    const contents = (await stored(server, "text")).map(({ content }) => content).sort();
    expect(contents).toEqual(["hello", "wörld", "zipped"]);
    expect((await post("x", { "Content-Type": "application/json" })).status).toBe(415);
    expect((await post("x\n".repeat(10_001))).status).toBe(413);
  });
});

describe("the values of indexed fields", () => {
  it("are listed, each once, also long ones", async () => {
    const long = "x".repeat(100);
    const config = { indexed_fields: ["level", "app", "none", "ü"] };
    await server.must("/streams/valued", { method: "PUT", json: { config } });
    await save("valued", into("valued"));
    for (const level of ["info", "error", "info", long, ""])
      await ingest(server, "valued", { level, app: "web", other: "o" });
    await ingest(server, "valued", { ü: "ä", level: "info" });
    expect((await server.must("/streams/valued/indices")).body.indices).toEqual({
      level: ["", "error", "info", long],
      app: ["web"],
      none: [],
      ü: ["ä"],
    });
    expect((await server.must("/streams/unknown/indices")).body.indices).toEqual({});
  });

  it("narrow a query, beside its filter", async () => {
    const asked = async (indexing: unknown, filter = "") => {
      const text = typeof indexing === "string" ? indexing : JSON.stringify(indexing);
      const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
      const more = `&indexing=${encodeURIComponent(text)}${filter && `&filter=${encodeURIComponent(filter)}`}`;
      const { status, body } = await send("GET", `/streams/valued/logs?${window}${more}`);
      return status === 200 ? body.records.length : status;
    };
    expect(await asked({ level: ["info"] })).toBe(3);
    expect(await asked({ level: ["info", "error"] })).toBe(4);
    expect(await asked({ level: ["info"], app: ["web"] })).toBe(2);
    expect(await asked({ level: ["info"] }, 'app = "web"')).toBe(2);
    expect(await asked({ level: [] })).toBe(0);
    expect(await asked({})).toBe(6);
    expect(await asked({ level: "info" })).toBe(400);
    expect(await asked("no json")).toBe(400);
  });
});

describe("a flow that is tried", () => {
  const tryFlow = (flow: object, records: object[]) =>
    send("POST", "/test/pipeline/tried", { json: { flow, records } });

  it("shows what comes to each node, stores nothing and calls nobody", async () => {
    await using hook = await receiver(200);
    await server.must("/alerts/tried", {
      method: "PUT",
      json: { webhook: { url: hook.url } },
    });
    await server.must("/transformers/tried", { method: "PUT", json: { script: '.b = "2"' } });
    const flow = {
      nodes: [
        { id: "in", type: "source", data: { type: "direct" } },
        { id: "gate", type: "switch", data: { condition: 'a = "1"' } },
        { id: "vrl", type: "transform", data: { transformer: "tried" } },
        { id: "out", type: "router", data: { stream: "tried" } },
        { id: "call", type: "alert", data: { alert: "tried" } },
        { id: "bad", type: "router", data: {} },
      ],
      edges: [
        ["in", "gate"],
        ["gate", "vrl"],
        ["vrl", "out"],
        ["in", "call"],
        ["in", "bad"],
      ].map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
    };
    const { status, body } = await tryFlow(flow, [{ a: "1" }, { a: "2" }]);
    expect(status).toBe(200);
    const steps = body.trace.map((step: { nodeID: string; input: object; output: object }) =>
      JSON.stringify([step.nodeID, step.input, step.output]),
    );
    expect(steps.sort()).toEqual(
      [
        ["in", { a: "1" }, [{ a: "1" }]],
        ["gate", { a: "1" }, [{ a: "1" }]],
        ["vrl", { a: "1" }, [{ a: "1", b: "2" }]],
        ["out", { a: "1", b: "2" }, null],
        ["call", { a: "1" }, null],
        ["bad", { a: "1" }, null],
        ["in", { a: "2" }, [{ a: "2" }]],
        ["gate", { a: "2" }, null],
        ["call", { a: "2" }, null],
        ["bad", { a: "2" }, null],
      ]
        .map((step) => JSON.stringify(step))
        .sort(),
    );
    expect(body.error).toMatch(/router node "bad", which names no stream/);
    expect(await stored(server, "tried")).toEqual([]);
    expect(hook.received).toEqual([]);
    expect((await send("GET", "/pipelines/tried")).status).toBe(404);
  });

  it("that is wrong is refused", async () => {
    const flow = { nodes: [{ id: "a", type: "switch", data: { condition: "a =" } }] };
    expect((await tryFlow(flow, [])).status).toBe(400);
    expect((await tryFlow(into("x"), new Array(101).fill({}))).status).toBe(400);
  });
});
