// Shippers that speak to Elasticsearch: what they ask first, their ways to log in, and documents one by one and many at once.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { stored } from "../api/through-pipelines.js";
import { ROOT_PASSWORD, type Sent, send, startServer, type TestServer } from "./test-server.js";

const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
const ROOT = basic("root", ROOT_PASSWORD);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const ask = (method: string, path: string, sent: Sent = {}) =>
  send(`${server.url}/api/v1/middlewares/elastic${path}`, { method, as: ROOT, ...sent });

describe("what shippers ask first", () => {
  test.each(["", "/", "/default/"])("%j is a server of some version", async (path) => {
    const { status, headers, body } = await ask("GET", path);
    expect([status, headers.get("x-elastic-product")]).toEqual([200, "Elasticsearch"]);
    expect(body.version.number).toMatch(/^8\.\d+\.\d+$/);
    expect(body.tagline).toBe("You Know, for Search");
    expect((await ask("HEAD", path)).status).toBe(200);
  });

  it("of licenses, health, nodes and templates is answered, with a pipeline in the path or without", async () => {
    for (const at of ["", "/default"]) {
      expect((await ask("GET", `${at}/_license`)).body.license.status).toBe("active");
      expect((await ask("GET", `${at}/_xpack`)).status).toBe(200);
      expect((await ask("GET", `${at}/_cluster/health`)).body.status).toBe("green");
      expect((await ask("GET", `${at}/_nodes/http`)).body.nodes).toEqual({});
      for (const path of [
        "_index_template/logs",
        "_template/x",
        "_ilm/policy/x",
        "_data_stream/x",
      ]) {
        expect((await ask("HEAD", `${at}/${path}`)).status).toBe(200);
        expect((await ask("PUT", `${at}/${path}`, { json: {} })).body).toEqual({
          acknowledged: true,
        });
      }
    }
  });

  it("to refresh or flush is answered, as shippers do at their end", async () => {
    for (const method of ["GET", "POST"] as const) {
      for (const path of ["/_refresh", "/default/_refresh", "/default/_flush"]) {
        const { status, body } = await ask(method, path);
        expect([status, body]).toEqual([200, { _shards: { total: 1, successful: 1, failed: 0 } }]);
      }
    }
  });

  it("of an index is whether there is a pipeline", async () => {
    expect((await ask("HEAD", "/default")).status).toBe(200);
    expect((await ask("HEAD", "/none")).status).toBe(404);
    const { status, body } = await ask("PUT", "/default");
    expect([status, body.error.type]).toEqual([400, "resource_already_exists_exception"]);
  });

  it("isn't all of Elasticsearch, and says so in its form", async () => {
    for (const [method, path] of [
      ["GET", "/default/_search"],
      ["DELETE", "/default"],
      ["DELETE", "/default/_doc/1"],
      ["POST", "/"],
    ] as const) {
      const { status, body } = await ask(method, path);
      expect([status, body.status, body.error.type]).toEqual([
        404,
        404,
        "index_not_found_exception",
      ]);
      expect(body.error.reason).toContain(`${method} isn't answered`);
    }
  });
});

describe("callers", () => {
  const doc = (as: string | undefined) => ask("POST", "/default/_doc", { as, json: { a: "b" } });

  it("come with a password, or with a token in any form", async () => {
    const { token } = (await server.must("/token", { method: "POST" })).body;
    const key = Buffer.from(`any:${token}`).toString("base64");
    for (const as of [ROOT, `Bearer ${token}`, basic("root", token), `ApiKey ${key}`, server.root])
      expect((await doc(as)).status).toBe(200);
  });

  it("that nobody knows are refused, and guessing is slowed down", async () => {
    for (const as of [
      undefined,
      "Basic !",
      basic("root", "wrong"),
      basic("root", "pat_wrong"),
      "ApiKey eA==",
    ]) {
      const { status, body } = await doc(as);
      expect([as, status, body.error.type]).toEqual([as, 401, "security_exception"]);
    }
    const guesses = [];
    for (let i = 0; i < 15; i++) guesses.push((await doc(basic("guessed", `${i}`))).status);
    expect(guesses.at(-1)).toBe(429);
  });

  it("may do what their scopes say at that moment, and a changed password ends the old one", async () => {
    await server.must("/roles/shipper", { method: "PUT", json: { scopes: [] } });
    const user = (password: string) =>
      server.must("/users/shipper", { method: "PUT", json: { roles: ["shipper"], password } });
    await user("one");
    expect((await doc(basic("shipper", "one"))).body.error.type).toBe("security_exception");
    await server.must("/roles/shipper", { method: "PUT", json: { scopes: ["send_logs"] } });
    expect((await doc(basic("shipper", "one"))).status).toBe(200);
    expect((await ask("HEAD", "/default", { as: basic("shipper", "one") })).status).toBe(403);
    await user("two");
    expect((await doc(basic("shipper", "one"))).status).toBe(401);
    expect((await doc(basic("shipper", "two"))).status).toBe(200);
    await user("one");
    expect((await doc(basic("shipper", "one"))).status).toBe(200);
  });
});

async function saveInto(name: string) {
  const flow = {
    nodes: [
      { id: "in", type: "source", data: { type: "direct" } },
      { id: "out", type: "router", data: { stream: name } },
    ],
    edges: [{ id: "e", source: "in", target: "out" }],
  };
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow } });
}

describe("a document", () => {
  it("is a log whose fields are its values, as they were written", async () => {
    await saveInto("one");
    const body =
      '{"@timestamp":"2026-01-01T00:00:00Z","a":{"b":["x",{"c":1.10}]},"n":null,"t":true,' +
      '"big":12345678901234567890,"e":1e5,"s":"1 \\"2\\" 3"}';
    for (const [method, path] of [
      ["POST", "/one/_doc"],
      ["PUT", "/one/_doc/my-id"],
      ["POST", "/one/_create/other"],
    ] as const) {
      const { status, body: answer } = await ask(method, path, { body });
      expect([status, answer.result, answer._index]).toEqual([200, "created", "one"]);
      if (path.endsWith("my-id")) expect(answer._id).toBe("my-id");
    }
    const fields = {
      "@timestamp": "2026-01-01T00:00:00Z",
      "a.b.0": "x",
      "a.b.1.c": "1.10",
      n: "",
      t: "true",
      big: "12345678901234567890",
      e: "1e5",
      s: '1 "2" 3',
    };
    expect(await stored(server, "one")).toEqual([fields, fields, fields]);
  });

  it.each([
    ["none", "{}", 404],
    ["one", "[1]", 400],
    ["one", "{", 400],
    ["one", '{"a":01}', 400],
    ["one", "", 400],
    ["one", `${'{"a":'.repeat(200)}1${"}".repeat(200)}`, 400],
    ["one", `{"a":[${"1,".repeat(10_000)}1]}`, 400],
  ])("that can't be a log of %s is refused: %s", async (index, body, wanted) => {
    const { status, body: answer } = await ask("POST", `/${index}/_doc`, { body });
    expect([status, answer.status]).toEqual([wanted, wanted]);
    expect(answer.error.reason).not.toBe("");
  });
});

describe("documents in bulk", () => {
  const bulk = (path: string, lines: unknown[], sent: Sent = {}) =>
    ask("POST", path, {
      body: lines
        .map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`)
        .join(""),
      headers: { "Content-Type": "application/x-ndjson" },
      ...sent,
    });

  it("go to their pipelines, and each is answered", async () => {
    await saveInto("two");
    const { status, body } = await bulk("/_bulk", [
      { index: { _index: "one" } },
      { k: "1" },
      { create: { _index: "two", _id: "mine" } },
      { k: "2" },
      { index: { _index: "none" } },
      { k: "3" },
      { create: { _index: "one" } },
      "{broken",
      { delete: { _index: "one", _id: "x" } },
      { update: { _index: "one", _id: "x" } },
      { doc: {} },
      { create: {} },
      { k: "4" },
      { create: { _index: "two" } },
      { k: "5" },
    ]);
    expect([status, body.errors]).toEqual([200, true]);
    const told = body.items.map((item: Record<string, { status: number; _index: string }>) =>
      Object.entries(item).map(([action, { status: each, _index }]) => [action, each, _index]),
    );
    expect(told.flat()).toEqual([
      ["index", 201, "one"],
      ["create", 201, "two"],
      ["index", 404, "none"],
      ["create", 400, "one"],
      ["delete", 400, "one"],
      ["update", 400, "one"],
      ["create", 400, ""],
      ["create", 201, "two"],
    ]);
    expect(body.items[1].create._id).toBe("mine");
    expect(body.items[2].index.error.type).toBe("index_not_found_exception");
    expect((await stored(server, "two")).map(({ k }) => k).sort()).toEqual(["2", "5"]);
  });

  it("go to the path's pipeline, where their index isn't one", async () => {
    await saveInto("three");
    const { body } = await bulk("/three/_bulk", [
      { create: { _index: "filebeat-8.1-2026.01.01" } },
      { k: "1" },
      { create: {} },
      { k: "2" },
      { create: { _index: "two" } },
      { k: "elsewhere" },
      // as winston-elasticsearch writes it
      { index: { pipeline: null }, attempts: 0 },
      { k: "3" },
    ]);
    expect(body.errors).toBe(false);
    expect((await stored(server, "three")).map(({ k }) => k).sort()).toEqual(["1", "2", "3"]);
  });

  it("don't hold up the server where one is cut, or come to far more than was sent", async () => {
    const cut = `{"message":"${'\\"'.repeat(1_500_000)}`;
    const many = Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [`n${n}`, ""]));
    const large = JSON.stringify({ ["k".repeat(3_900_000)]: many });
    const text = `{"create":{}}\n${cut}\n{"create":{}}\n${large}\n{"create":{}}\n{"a":"b"}\n`;
    const { body } = await ask("POST", "/default/_bulk", { body: text });
    expect(body.items.map(({ create }: { create: { status: number } }) => create.status)).toEqual([
      400, 400, 201,
    ]);
    expect(body.items[1].create.error.reason).toContain("names of more than");
  });

  it("may be compressed, without a last newline, and many", async () => {
    await saveInto("many");
    const lines = Array.from({ length: 5_000 }, (_, i) => `{"create":{}}\n{"n":${i}}`).join("\r\n");
    const { body } = await bulk("/many/_bulk", [], {
      body: gzipSync(lines),
      headers: { "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip" },
    });
    expect([body.errors, body.items.length]).toEqual([false, 5_000]);
    expect(await stored(server, "many")).toHaveLength(5_000);
  });

  it.each([
    ["no action", ['{"a":"b"}', "{}"], 400],
    ["two actions", ['{"create":{},"delete":{}}', "{}"], 400],
    ["an action without a document", ['{"create":{}}'], 400],
    ["too many", new Array(10_001).fill('{"create":{}}\n{}'), 413],
  ])("that can't be told apart are refused as a whole: %s", async (_, lines, wanted) => {
    const { status, body } = await bulk("/three/_bulk", lines);
    expect([status, body.status]).toEqual([wanted, wanted]);
  });
});
