// JSON over HTTP: content types, bodies, paths, methods; and that the same request twice gets the same answer, which
// trpc-to-openapi on its own does not promise.

import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (path: string, json: unknown) =>
  server.call(path, { method: "PUT", as: server.root, json });

describe("bodies", () => {
  const body = JSON.stringify({ script: ".ü = 1" });

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    "application/vnd.flowg+json",
  ])("are taken as %s", async (type) => {
    const headers = { "Content-Type": type };
    const sent = { method: "PUT", as: server.root, body, headers };
    expect((await server.call("/transformers/typed", sent)).body).toEqual({ success: true });
    expect((await server.must("/transformers/typed")).body.script).toBe(".ü = 1");
  });

  it("are taken without a type", async () => {
    const sent = { method: "PUT", as: server.root, body: new TextEncoder().encode(body) };
    expect((await server.call("/transformers/untyped", sent)).status).toBe(200);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"])(
    "are refused as %s",
    async (type) => {
      const headers = { "Content-Type": type };
      const sent = { method: "PUT", as: server.root, body, headers };
      const { status, body: answer } = await server.call("/transformers/refused", sent);
      expect(status).toBe(415);
      expect(answer).toMatchObject({ success: false, code: "MEDIA_TYPE_UNSUPPORTED" });
      expect(answer.hint).toContain("application/json");
      expect((await server.call("/transformers/refused", { as: server.root })).status).toBe(404);
    },
  );

  it.each(["", "{", '{"script":', "[]", "null", '"text"', "1", '{"script":"a"} {"script":"b"}'])(
    "that are no JSON object are refused: %s",
    async (text) => {
      const headers = { "Content-Type": "application/json" };
      const sent = { method: "PUT", as: server.root, body: text, headers };
      const { status, body: answer } = await server.call("/transformers/broken", sent);
      expect(status).toBe(400);
      expect(answer).toMatchObject({ success: false, code: "INPUT_INVALID" });
    },
  );

  it("may be absent where nothing is asked for", async () => {
    for (const headers of [{}, { "Content-Type": "application/json" }, { "Content-Length": "0" }]) {
      const { status, body: answer } = await server.call("/token", {
        method: "POST",
        as: server.root,
        headers,
      });
      expect(status).toBe(200);
      expect(answer.token).toMatch(/^pat_[A-Za-z0-9]{32}$/);
    }
  });

  it("are limited in size", async () => {
    const sent = { method: "PUT", as: server.root, json: { script: "x".repeat(17 * 1024 * 1024) } };
    const { status, body: answer } = await server.call("/transformers/large", sent);
    expect(status).toBe(413);
    expect(answer.code).toBe("INPUT_TOO_LARGE");
  });

  it("are not unpacked", async () => {
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    const sent = { method: "PUT", as: server.root, body: "x", headers };
    expect((await server.call("/transformers/packed", sent)).status).toBe(415);
  });

  it("are not coerced, the first time nor any later time", async () => {
    for (let time = 0; time < 3; time++) {
      for (const ttl of [null, "60", true, 1.5, [60]]) {
        const { status, body: answer } = await put("/streams/strict", {
          config: { ttl, size: 0, indexed_fields: [] },
        });
        expect([ttl, status]).toEqual([ttl, 400]);
        expect(answer.issues[0].path).toBe("config.ttl");
      }
      const config = { ttl: 60 + time, size: 1, indexed_fields: ["a"] };
      expect((await put("/streams/strict", { config })).status).toBe(200);
      expect((await server.must("/streams/strict")).body).toEqual({ success: true, config });
    }
  });

  it("may hold keys that nobody asked for", async () => {
    const json = { script: "1", other: { deep: [1] } };
    expect((await put("/transformers/more", json)).status).toBe(200);
  });

  it("never outvote the name in the path", async () => {
    await put("/transformers/in-path", { transformer: "in-body", script: "1" });
    const { body: answer } = await server.must("/transformers");
    expect(answer.transformers).toContain("in-path");
    expect(answer.transformers).not.toContain("in-body");
  });
});

describe("names in paths", () => {
  const names = [
    "a/b",
    "100%",
    "a b",
    "ü 💡",
    "a%2Fb",
    "..",
    "?#&=+",
    "admin:a",
    "__proto__",
    "constructor",
    "{x}",
  ];

  it.each(names)("are decoded: %s", async (name) => {
    const encoded = encodeURIComponent(name).replaceAll(".", "%2E");
    expect(await rawStatus("PUT", `/api/v1/transformers/${encoded}`, { script: name })).toBe(200);
    expect((await server.must("/transformers")).body.transformers).toContain(name);
  });

  it("that are not valid percent-encoding are refused", async () => {
    for (const name of ["%", "%zz", "%c3", "%ff"]) {
      expect(await rawStatus("PUT", `/api/v1/transformers/${name}`, { script: "" })).toBe(400);
    }
  });

  it("that are no names are refused", async () => {
    for (const name of ["%00", "a%1Bb", "x".repeat(513), "%C2%85"]) {
      const { status, body } = await put(`/transformers/${name}`, { script: "" });
      expect(status).toBe(400);
      expect(body.issues[0]).toMatchObject({ path: "transformer" });
    }
  });

  /** fetch would take `..` for the directory above. */
  function rawStatus(method: string, path: string, json: unknown): Promise<number> {
    const headers = { Authorization: server.root, "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = request(server.url, { method, path, headers }, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(json));
    });
  }
});

describe("paths and methods", () => {
  it.each([
    "/api/v1/nothing",
    "/api/v1/users/",
    "/api/v1/Users",
    "/api/v2/users",
    "/nothing",
    "/api/v1/users//",
    "/api/v1",
  ])("%s does not exist, token or not", async (path) => {
    for (const headers of [{}, { Authorization: server.root }]) {
      const response = await fetch(server.url + path, { headers });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ success: false, code: "NOT_FOUND" });
    }
  });

  it("another method is answered with those that there are", async () => {
    const reply = await server.call("/transformers/x", { method: "PATCH" });
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe("DELETE, GET, HEAD, PUT");
    expect(reply.body).toMatchObject({ success: false, code: "METHOD_NOT_ALLOWED" });
    expect((await server.call("/token")).headers.get("allow")).toBe("POST");
    expect((await server.call("/users", { method: "OPTIONS" })).status).toBe(405);
  });

  it("HEAD answers as GET, without a body", async () => {
    const reply = await server.call("/users", { method: "HEAD", as: server.root });
    expect(reply.status).toBe(200);
    expect(reply.text).toBe("");
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect((await server.call("/users", { method: "HEAD" })).status).toBe(401);
    expect(
      (await server.call("/transformers/none", { method: "HEAD", as: server.root })).status,
    ).toBe(404);
  });

  it("/ leads to the documentation", async () => {
    const response = await fetch(server.url, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([308, "/api/docs"]);
  });

  it("a whole URL as the target is taken", async () => {
    const status = await new Promise((resolve) => {
      const path = `${server.url}/api/v1/users?x=1`;
      request(server.url, { path, headers: { Authorization: server.root } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(200);
  });
});

it("a long query is taken", async () => {
  const filter = encodeURIComponent(`a in [${Array.from({ length: 4000 }, (_, i) => `"${i}"`)}]`);
  const window = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";
  await server.must("/streams/long");
  const { body } = await server.must(`/streams/long/logs?${window}&filter=${filter}`);
  expect(body).toEqual({ success: true, records: [] });
});

describe("every answer", () => {
  it("carries its request id, the client's where it is a sound one", async () => {
    const ids = await Promise.all(
      [
        {},
        { "X-Request-Id": "abc-1" },
        { "X-Correlation-Id": "c.2" },
        { "X-Request-Id": "a b" },
      ].map(async (headers) =>
        (await server.call("/users", { headers })).headers.get("x-request-id"),
      ),
    );
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids.slice(1, 3)).toEqual(["abc-1", "c.2"]);
    expect(ids[3]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("says in errors what programs and people need", async () => {
    const reply = await server.call("/streams/x", {
      method: "PUT",
      as: server.root,
      json: { config: { ttl: "x", size: "y" } },
      headers: { "X-Request-Id": "mine" },
    });
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.body).toEqual({
      success: false,
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^config\.ttl: .*\(and 1 more\)$/),
      issues: [
        { path: "config.ttl", message: expect.any(String) },
        { path: "config.size", message: expect.any(String) },
      ],
      requestId: "mine",
    });
  });

  it("carries the security headers, and allows no other origin", async () => {
    const { headers } = await server.call("/users", {
      headers: { Origin: "https://evil.example" },
    });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("of a refused token says how to send one", async () => {
    const reply = await server.call("/users");
    expect(reply.headers.get("www-authenticate")).toBe("Bearer");
    expect(reply.body.hint).toContain("Bearer pat:TOKEN");
  });
});
