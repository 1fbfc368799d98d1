// Transformers, pipelines and alerts: what is saved is what comes back.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callWebhook } from "../../server/operations/webhooks/call-webhook.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { type Received, receiver } from "../support/webhook-receiver.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (path: string, json: unknown) =>
  server.call(path, { method: "PUT", as: server.root, json });
const post = (path: string, json: unknown) =>
  server.call(path, { method: "POST", as: server.root, json });
const get = (path: string) => server.call(path, { as: server.root });

const flow = {
  version: 1,
  nodes: [
    { id: "in", type: "source", position: { x: 1.5, y: -2 }, data: { type: "direct" } },
    { id: "out", type: "router", position: { x: 0, y: 0 }, data: { stream: "web" } },
  ],
  edges: [{ id: "e", source: "in", sourceHandle: "", target: "out" }],
};
const webhook = { version: 1, url: "https://example.com/hook", headers: { "X-Key": "secret" } };

describe.each([
  ["transformers", "transformer", { script: '.level = "ü"\n' }, { script: "" }],
  ["pipelines", "pipeline", { flow }, { flow: { version: 1, nodes: [], edges: [] } }],
  ["alerts", "alert", { webhook }, { webhook: { ...webhook, headers: {} } }],
])("%s", (path, word, first, second) => {
  it("are saved, replaced, listed by name and deleted", async () => {
    const before = (await get(`/${path}`)).body[path];
    for (const content of [first, second]) {
      expect((await put(`/${path}/b`, content)).body).toEqual({ success: true });
      expect((await get(`/${path}/b`)).body).toEqual({ success: true, ...content });
    }
    await put(`/${path}/a/`.replace(/\/$/, ""), first);
    expect((await get(`/${path}`)).body).toEqual({
      success: true,
      [path]: ["a", "b", ...before].sort(),
    });
    for (const name of ["a", "b"])
      expect((await server.must(`/${path}/${name}`, { method: "DELETE" })).body).toEqual({
        success: true,
      });
    expect((await get(`/${path}`)).body[path]).toEqual(before);
  });

  it("that are not there are not found", async () => {
    for (const method of ["GET", "DELETE"]) {
      const { status, body } = await server.call(`/${path}/none`, { method, as: server.root });
      expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
      expect(body.message).toBe(`there is no ${word} "none"`);
    }
  });

  it("need their content", async () => {
    const [key] = Object.keys(first);
    for (const json of [
      {},
      { [key as string]: null },
      { [key as string]: 1 },
      { [key as string]: [] },
    ]) {
      const { status, body } = await put(`/${path}/x`, json);
      expect([json, status]).toEqual([json, 400]);
      expect(body.issues[0].path).toBe(key);
    }
    expect((await get(`/${path}/x`)).status).toBe(404);
  });
});

describe("a flow", () => {
  it("is taken as FlowG's own pages send it, without what they add", async () => {
    const sent = {
      nodes: flow.nodes.map((node) => ({ ...node, measured: { width: 1 }, selected: true })),
      edges: [{ ...flow.edges[0], animated: true, type: "smoothstep" }],
      viewport: {},
    };
    await put("/pipelines/pages", { flow: sent });
    expect((await get("/pipelines/pages")).body.flow).toEqual(flow);
  });

  it("may lack lists", async () => {
    await put("/pipelines/empty", { flow: { nodes: null } });
    expect((await get("/pipelines/empty")).body.flow).toEqual({ version: 1, nodes: [], edges: [] });
  });

  it.each([
    ["an edge to nowhere", { ...flow, edges: [{ ...flow.edges[0], target: "gone" }] }],
    [
      "an edge that starts at a router",
      { ...flow, edges: [{ id: "x", source: "out", target: "in" }] },
    ],
    ["two nodes with one id", { ...flow, nodes: [flow.nodes[0], flow.nodes[0]] }],
    ["a node of no known type", { ...flow, nodes: [{ ...flow.nodes[0], type: "magic" }] }],
    ["data that isn't text", { ...flow, nodes: [{ ...flow.nodes[0], data: { type: 1 } }] }],
    ["another version", { ...flow, version: 3 }],
  ])("with %s is refused", async (_, broken) => {
    const { status, body } = await put("/pipelines/broken", { flow: broken });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.issues[0]).toEqual({ path: expect.any(String), message: expect.any(String) });
    expect((await get("/pipelines/broken")).status).toBe(404);
  });
});

describe("a webhook", () => {
  it.each([
    { url: "" },
    { url: "file:///etc/passwd" },
    { url: "x" },
    { headers: { "a b": "c" } },
    { headers: { a: "b\nc" } },
    { headers: { a: 1 } },
    { version: 2 },
  ])("with %j is refused", async (broken) => {
    const { status, body } = await put("/alerts/broken", { webhook: { ...webhook, ...broken } });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
  });
});

describe("testing a transformer", () => {
  it("runs the empty script, which changes nothing", async () => {
    const record = JSON.parse('{"a":"1","__proto__":"2","10":"3"}');
    for (const code of ["", " \n"]) {
      const { body } = await post("/test/transformer", { code, record });
      expect(JSON.stringify(body.record)).toBe(JSON.stringify(record));
    }
  });

  it.each([
    {},
    { code: "" },
    { record: {} },
    { code: "", record: { a: 1 } },
    { code: "", record: [] },
  ])("refuses %j", async (json) => {
    expect((await post("/test/transformer", json)).status).toBe(400);
  });
});

describe("testing an alert", () => {
  it("posts the record, with the alert's headers and no others of meaning", async () => {
    const { url, received, close } = await receiver(204);
    await put("/alerts/good", { webhook: { url, headers: { "X-Key": "k" } } });
    expect((await post("/test/alerts/good", { record: { a: "ü" } })).body).toEqual({
      success: true,
    });
    await close();
    const [{ request, body }] = received as [Received];
    expect(request.method).toBe("POST");
    expect(request.headers["x-key"]).toBe("k");
    expect(request.headers["content-type"]).toBe("application/json");
    expect(request.headers.authorization).toBeUndefined();
    const log = JSON.parse(body);
    expect(log.fields).toEqual({ a: "ü" });
    expect(Math.abs(Date.parse(log.timestamp) - Date.now())).toBeLessThan(60_000);
  });

  it("reports a refusal, without the webhook's words", async () => {
    const { url, close } = await receiver(500);
    await put("/alerts/bad", { webhook: { url } });
    const { status, body, text } = await post("/test/alerts/bad", { record: {} });
    await close();
    expect([status, body.code, body.message]).toEqual([
      500,
      "UPSTREAM_FAILED",
      "the webhook answered 500",
    ]);
    expect(text).not.toContain("what the webhook says");
    expect((await post("/test/alerts/bad", { record: {} })).body.message).toBe(
      "the webhook cannot be reached",
    );
  });

  it("follows no redirect, and sends its headers nowhere else", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const elsewhere = await receiver(200);
      const { url, received, close } = await receiver(status, { Location: elsewhere.url });
      await put("/alerts/moved", { webhook: { url, headers: { Authorization: "secret" } } });
      const { status: answered, body } = await post("/test/alerts/moved", { record: {} });
      await Promise.all([close(), elsewhere.close()]);
      expect([answered, body.code]).toEqual([500, "UPSTREAM_FAILED"]);
      expect(body.message).toBe(`the webhook answered ${status}, a redirect`);
      expect(received).toHaveLength(1);
      expect(elsewhere.received).toEqual([]);
    }
  });

  it("calls http and https only, also where another URL was restored", async () => {
    for (const url of ["data:text/plain,ok", "file:///etc/passwd", "blob:x", "ftp://x/"]) {
      expect((await put("/alerts/other", { webhook: { url } })).status).toBe(400);
      await expect(
        callWebhook(
          { url, headers: {}, body: "{}", what: "the webhook", owner: "the alert" },
          new AbortController().signal,
        ),
      ).rejects.toMatchObject({
        code: "UPSTREAM_FAILED",
        message: expect.stringContaining("not an http"),
      });
    }
  });

  it("sends a name and a password of the URL as they are meant", async () => {
    const { url, received, close } = await receiver(200);
    const withName = url.replace("://", "://us%20er:p%40ss@");
    await put("/alerts/named", { webhook: { url: withName } });
    expect((await post("/test/alerts/named", { record: {} })).status).toBe(200);
    await close();
    const sent = received[0]?.request.headers.authorization;
    expect(sent).toBe(`Basic ${Buffer.from("us er:p@ss").toString("base64")}`);
  });

  it("of no alert is not found", async () => {
    expect((await post("/test/alerts/none", { record: {} })).status).toBe(404);
  });
});
