// JSON over HTTP: content types, bodies, paths, methods; and that the same request twice gets the same answer, which
// trpc-to-openapi on its own does not promise.

import { request } from "node:http";
import { isDeepStrictEqual } from "node:util";
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
  const body = JSON.stringify({ script: "# ü" });

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    "application/vnd.flowg+json",
  ])("are taken as %s", async (type) => {
    const headers = { "Content-Type": type };
    const sent = { method: "PUT", as: server.root, body, headers };
    expect((await server.call("/transformers/typed", sent)).body).toEqual({ success: true });
    expect((await server.must("/transformers/typed")).body.script).toBe("# ü");
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
    "that aren't a JSON object are refused: %s",
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

  it("hold at most 10,000 values", async () => {
    // the body, both members, and the elements
    const holding = (values: number) => ({ script: "1", other: Array(values - 3).fill(1) });
    expect((await put("/transformers/values", holding(10_000))).status).toBe(200);
    const { status, body: answer } = await put("/transformers/values", holding(10_001));
    expect(status).toBe(413);
    expect(answer).toMatchObject({
      code: "INPUT_TOO_LARGE",
      message: "the body holds more than 10000 values",
      hint: "send less at a time",
    });
  });

  it("are in UTF-8: nothing else is looked through", async () => {
    for (const charset of ["utf-16le", "utf-7", "utf-32"]) {
      const answer = await server.call("/transformers/charset", {
        method: "PUT",
        as: server.root,
        body: Buffer.from('{"script":"1"}', "utf16le"),
        headers: { "Content-Type": `application/json; charset=${charset}` },
      });
      expect(answer).toMatchObject({ status: 415, body: { code: "MEDIA_TYPE_UNSUPPORTED" } });
    }
  });

  it("hold no more values where they are nested", async () => {
    const wide = (count: number) => JSON.stringify(Array(count).fill({ a: { b: 1 } }));
    const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    for (const [nested, status] of [
      [wide(3_300), 200],
      [wide(3_400), 413],
      [deep(9_900), 200],
      [deep(10_100), 413],
    ] as const) {
      const sent = { method: "PUT", as: server.root, body: `{"script":"1","other":${nested}}` };
      const headers = { "Content-Type": "application/json" };
      const reply = await server.call("/transformers/nested", { ...sent, headers });
      expect([nested.length, reply.status]).toEqual([nested.length, status]);
    }
  });

  describe("count no value for what a text holds", () => {
    // also what seems to end a text, or doesn't seem to
    const texts = [",", "[", "{", '",', "\\", '\\",', "]}"].map((part) => part.repeat(100_000));

    it("of a transformer", async () => {
      for (const script of texts) {
        expect((await put("/transformers/text", { script })).status).toBe(200);
        const { body: stored } = await server.must("/transformers/text");
        expect(stored.script === script).toBe(true);
      }
    });

    it("of a log, and a name of one", async () => {
      for (const [n, text] of texts.entries()) {
        const record = { text, n: `${n}`, [text.slice(0, 200)]: "1" };
        const sent = { method: "POST", as: server.root, json: { record } };
        expect((await server.call("/pipelines/default/logs", sent)).status).toBe(200);
        const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
        const filter = encodeURIComponent(`n = "${n}"`);
        const { body: found } = await server.must(
          `/streams/default/logs?${window}&filter=${filter}`,
        );
        expect(
          found.records.map((log: { fields: object }) => isDeepStrictEqual(log.fields, record)),
        ).toEqual([true]);
      }
    });

    it("but for what follows it", async () => {
      for (const text of texts) {
        const json = { script: text, other: Array(10_000).fill(1) };
        expect((await put("/transformers/text", json)).status).toBe(413);
      }
    });
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

describe("a body of names", () => {
  it.each([
    ["PUT", "/users/many", (names: string[]) => ({ roles: names })],
    ["PUT", "/roles/many", (names: string[]) => ({ scopes: names })],
    ["PUT", "/alerts/many", (names: string[]) => ({ webhook: { url: 1, headers: names } })],
    ["POST", "/test/alerts/many", (names: string[]) => ({ record: names })],
    ["PUT", "/streams/many", (names: string[]) => ({ config: { indexed_fields: names } })],
    ["POST", "/token", (names: string[]) => ({ name: names.join() })],
    ["POST", "/auth/change-password", (names: string[]) => ({ old_password: names.join() })],
  ] as const)("may be 2 MiB: %s %s", async (method, path, bodyOf) => {
    const sent = (count: number) =>
      server.call(path, {
        method,
        as: server.root,
        json: bodyOf(Array.from({ length: count }, () => "x".repeat(1_000))),
      });
    expect((await sent(2_000)).status).toBe(400);
    expect(await sent(2_200)).toMatchObject({
      status: 413,
      body: { code: "INPUT_TOO_LARGE", message: "the body is larger than 2097152 bytes" },
    });
  });
});

describe("the body of a log-in", () => {
  const LARGEST = 64 * 1024;
  /** A record of so many bytes. */
  const guess = (bytes: number) => {
    const empty = JSON.stringify({ username: "nobody", password: "" });
    return JSON.stringify({ username: "nobody", password: "x".repeat(bytes - empty.length) });
  };
  const login = (body: string) =>
    server.call("/auth/login", {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json" },
    });

  it("may be 64 KiB, no more", async () => {
    expect((await login(guess(LARGEST))).status).toBe(401);
    const { status, body } = await login(guess(LARGEST + 1));
    expect(status).toBe(413);
    expect(body).toMatchObject({
      code: "INPUT_TOO_LARGE",
      message: "the body is larger than 65536 bytes",
    });
  });

  it("may be no more in chunks", async () => {
    expect((await chunked(guess(LARGEST))).status).toBe(401);
    const { status, text } = await chunked(guess(LARGEST + 1));
    expect(status).toBe(413);
    expect(JSON.parse(text).message).toBe("the body is larger than 65536 bytes");
  });

  it("has room for the longest password, each character escaped", async () => {
    const password = "p".repeat(4096);
    await server.must("/users/long", { method: "PUT", json: { roles: [], password } });
    const escaped = (text: string) => text.replaceAll("p", "\\u0070");
    const body = `{"username":"long","password":"${escaped(password)}"}`;
    expect((await login(body)).status).toBe(200);
    expect((await login(body.replace("0070", "0071"))).status).toBe(401);
  });

  function chunked(body: string): Promise<{ status: number; text: string }> {
    const headers = { "Content-Type": "application/json", "Transfer-Encoding": "chunked" };
    return new Promise((resolve, reject) => {
      const path = "/api/v1/auth/login";
      const sent = request(server.url, { method: "POST", path, headers }, async (response) => {
        let text = "";
        for await (const piece of response.setEncoding("utf8")) text += piece;
        resolve({ status: response.statusCode ?? 0, text });
      });
      sent.on("error", reject);
      for (let at = 0; at < body.length; at += 10_000) sent.write(body.slice(at, at + 10_000));
      sent.end();
    });
  }
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

  it("a path that is nearly one says which", async () => {
    for (const [typed, meant] of [
      ["/backup/log", "/backup/logs"],
      ["/backup/logs/", "/backup/logs"],
      ["/Users", "/users"],
    ]) {
      const { status, body } = await server.call(`${typed}`, { as: server.root });
      expect([status, body.hint]).toEqual([
        404,
        `did you mean /api/v1${meant}? all paths are described at /api/docs`,
      ]);
    }
    const { body } = await server.call("/<script>", { as: server.root });
    expect(body.hint).toBe("all paths are described at /api/docs");
  });

  it("/ leads to the documentation", async () => {
    const response = await fetch(server.url, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/api/docs"]);
  });

  it("a whole URL as the target is taken", async () => {
    const status = await new Promise((resolve) => {
      const path = `${server.url}/api/v1/pipelines?warnings=1`;
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
  await server.must("/streams/long", { method: "PUT", json: { config: {} } });
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
      message: expect.stringMatching(/^config\.ttl must be a number, not a string \(and 1 more\)$/),
      issues: [
        { path: "config.ttl", message: expect.any(String) },
        { path: "config.size", message: expect.any(String) },
      ],
      requestId: "mine",
    });
  });

  it("lists the first 20 issues, and counts all", async () => {
    const answers = [];
    for (const count of [20, 21, 30]) {
      const config = { ttl: 0, size: 0, indexed_fields: Array(count).fill(1) };
      const { status, body } = await put("/streams/x", { config });
      expect(status).toBe(400);
      answers.push([body.message.replace(/^.*\(/, "("), body.issues.length]);
      expect(body.issues.at(-1).path).toBe("config.indexed_fields[19]");
    }
    expect(answers).toEqual([
      ["(and 19 more)", 20],
      ["(and 20 more)", 20],
      ["(and 29 more)", 20],
    ]);
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

describe("a large body", () => {
  it("is parsed elsewhere, so that others are answered meanwhile, and holds what was sent", async () => {
    const text = `é🦉"\\\n${"x".repeat(3 * 1024 * 1024)}`;
    const json = `{"record":{"text":${JSON.stringify(text)},"__proto__":"own"}}`;
    const parse = JSON.parse;
    const lengths: number[] = [];
    JSON.parse = (given: string, ...more) => {
      lengths.push(given.length);
      return parse(given, ...more);
    };
    try {
      for (const body of [json, `\ufeff${json}`]) {
        await server.must("/pipelines/default/logs", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body,
        });
      }
      for (const body of [json.slice(0, -1), `[${"1,".repeat(200_000)}1]`, `"${text}"`]) {
        const reply = await server.call("/pipelines/default/logs", {
          method: "POST",
          as: server.root,
          body,
          headers: { "Content-Type": "application/json" },
        });
        expect([400, 413]).toContain(reply.status);
      }
    } finally {
      JSON.parse = parse;
    }
    expect(Math.max(0, ...lengths)).toBeLessThan(256 * 1024);
    const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=2";
    const { records } = (await server.must(`/streams/default/logs?${window}`)).body;
    for (const { fields } of records) {
      expect(Object.hasOwn(fields, "__proto__")).toBe(true);
      expect(fields.text).toBe(text);
    }
  });
});
