// Logs and streams over HTTP: what is sent is what is found.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Log = { timestamp: string; fields: Record<string, string> };
const ALWAYS = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";

const ingest = (pipeline: string, record: unknown) =>
  server.call(`/pipelines/${pipeline}/logs`, { method: "POST", as: server.root, json: { record } });
const query = (stream: string, more = "") =>
  server.call(`/streams/${encodeURIComponent(stream)}/logs?${ALWAYS}${more}`, { as: server.root });
const records = async (stream: string, more = ""): Promise<Log[]> => {
  const { status, body, text } = await query(stream, more);
  if (status !== 200) throw new Error(text);
  return body.records;
};
const fieldsOf = (logs: Log[]) => logs.map(({ fields }) => fields);

/** A pipeline that leads from its source to these nodes. */
async function pipelineTo(
  name: string,
  ...nodes: { type: string; data: Record<string, string> }[]
) {
  const targets = nodes.map((node, i) => ({ id: `n${i}`, ...node }));
  const flow = {
    nodes: [{ id: "in", type: "source", data: { type: "direct" } }, ...targets],
    edges: targets.map(({ id }) => ({ id, source: "in", target: id })),
  };
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow } });
}
const router = (stream: string) => ({ type: "router", data: { stream } });

describe("a log", () => {
  it("sent through the first pipeline is found, newest first", async () => {
    const before = Date.now();
    for (const n of ["1", "2", "3"]) {
      expect((await ingest("default", { n, level: "info" })).body).toEqual({ success: true });
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const logs = await records("default");
    expect(fieldsOf(logs).map(({ n }) => n)).toEqual(["3", "2", "1"]);
    for (const { timestamp } of logs) {
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);
      expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
    }
    expect((await server.must("/streams")).body).toEqual({
      success: true,
      streams: { default: { ttl: 0, size: 0, indexed_fields: [] } },
    });
    expect((await server.must("/streams/default/fields")).body).toEqual({
      success: true,
      fields: ["level", "n"],
    });
  });

  it("with any names and any texts comes back as it was, and never breaks a list", async () => {
    await pipelineTo("any", router("any"));
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom(
        "",
        "__proto__",
        "constructor",
        "a\u001bb",
        "\ud800",
        "x".repeat(3000),
        "</script>",
        "\u2028",
        "10",
      ),
    );
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 8 }), async (pairs) => {
        expect((await ingest("any", Object.fromEntries(pairs))).status).toBe(200);
        const record = Object.fromEntries(pairs.map((pair) => pair.map((of) => of.toWellFormed())));
        for (const name of Object.keys(record)) seen.add(name);
        const [newest] = await records("any", "&limit=1");
        expect(Object.entries(newest?.fields ?? {}).sort()).toEqual(Object.entries(record).sort());
      }),
      { numRuns: 60, seed: 11 },
    );
    const { body } = await server.must("/streams/any/fields");
    const keyable = [...seen].filter(
      (name) => name !== "" && !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= 1024,
    );
    expect([...body.fields].sort()).toEqual(keyable.sort());
  });

  it.each([
    {},
    { record: null },
    { record: [] },
    { record: "x" },
    { record: { a: 1 } },
    { record: { a: null } },
    { record: { a: { b: "c" } } },
  ])("of the form %j is refused", async (json) => {
    const sent = { method: "POST", as: server.root, json };
    const { status, body } = await server.call("/pipelines/default/logs", sent);
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.issues[0].path).toMatch(/^record/);
  });

  it("is stored in every stream that the pipeline leads to", async () => {
    await pipelineTo("twice", router("copy-1"), router("copy-2"));
    await ingest("twice", { a: "b" });
    for (const stream of ["copy-1", "copy-2"])
      expect(fieldsOf(await records(stream))).toEqual([{ a: "b" }]);
  });

  it("goes nowhere without a source or a pipeline, and the answer says so", async () => {
    await server.must("/pipelines/dead", {
      method: "PUT",
      json: { flow: { nodes: [{ id: "s", type: "source", data: { type: "syslog" } }] } },
    });
    for (const name of ["dead", "none"]) {
      const { status, body } = await ingest(name, {});
      expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
      expect(body.message).toContain(`"${name}"`);
    }
    await pipelineTo("unfinished", { type: "router", data: {} });
    expect((await ingest("unfinished", {})).status).toBe(400);
  });

  it("among many at once is stored, each", async () => {
    await pipelineTo("many", router("many"));
    const sent = Array.from({ length: 200 }, (_, i) => `${i}`);
    const replies = await Promise.all(sent.map((i) => ingest("many", { i })));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(
      fieldsOf(await records("many"))
        .map(({ i }) => i)
        .sort(),
    ).toEqual([...sent].sort());
  });
});

describe("a query", () => {
  beforeAll(async () => {
    await pipelineTo("asked", router("asked"));
    for (let i = 0; i < 10; i++) {
      await ingest("asked", { i: `${i}`, level: i % 3 === 0 ? "error" : "info" });
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  });

  it("is bounded by its window: from is in it, to is not", async () => {
    const all = await records("asked");
    const [newest, second] = all as [Log, Log];
    const ask = async (from: string, to: string) => {
      const { body } = await server.must(
        `/streams/asked/logs?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
      );
      return body.records;
    };
    expect(await ask(second.timestamp, newest.timestamp)).toEqual([second]);
    expect(await ask(newest.timestamp, newest.timestamp)).toEqual([]);
    const offset = (text: string) =>
      `${new Date(Date.parse(text) + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
    expect(await ask(offset(second.timestamp), offset(newest.timestamp))).toEqual([second]);
  });

  it("takes a limit: the newest", async () => {
    const all = await records("asked");
    expect(await records("asked", "&limit=3")).toEqual(all.slice(0, 3));
    expect(await records("asked", "&limit=1000000")).toEqual(all);
  });

  it("takes a filter, with and without an index", async () => {
    const filter = (text: string) => `&filter=${encodeURIComponent(text)}`;
    const expected = ["9", "6", "3", "0"];
    const ask = async (text: string) =>
      fieldsOf(await records("asked", filter(text))).map(({ i }) => i);
    expect(await ask('level = "error"')).toEqual(expected);
    await server.must("/streams/asked", {
      method: "PUT",
      json: { config: { ttl: 0, size: 0, indexed_fields: ["level"] } },
    });
    await eventually(async () => expect(await ask('level = "error"')).toEqual(expected));
    expect(await ask('level in ["error"] and not (i = "0" or i = "9")')).toEqual(["6", "3"]);
    expect(await ask('missing != "x" and i = "1"')).toEqual(["1"]);
  });

  it("of a stream that is not there is not found, and makes none", async () => {
    const { status, body } = await query("nowhere");
    expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
    expect((await server.must("/streams")).body.streams).not.toHaveProperty("nowhere");
  });

  it.each([
    ["", "from"],
    ["from=2026-01-01T00:00:00Z", "to"],
    ["from=yesterday&to=2026-01-01T00:00:00Z", "from"],
    ["from=2026-01-01&to=2026-01-02", "from"],
    ["from=2026-01-01T00:00:00&to=2026-01-01T00:00:00Z", "from"],
    ["from=2026-02-30T00:00:00Z&to=2026-03-01T00:00:00Z", "from"],
    [`${ALWAYS}&limit=0`, "limit"],
    [`${ALWAYS}&limit=-1`, "limit"],
    [`${ALWAYS}&limit=1.5`, "limit"],
    [`${ALWAYS}&limit=1&limit=2`, "limit"],
  ])("with %s is refused", async (search, where) => {
    const { status, body } = await server.call(`/streams/asked/logs?${search}`, {
      as: server.root,
    });
    expect(status).toBe(400);
    expect(body.issues[0].path).toBe(where);
  });

  it.each([
    "",
    "level",
    'level = "',
    "level = error",
    'level == "x"',
    'level = "\\q"',
    "(".repeat(5000),
  ])("with the filter %s is refused", async (text) => {
    const { status, body } = await query("asked", `&filter=${encodeURIComponent(text)}`);
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toContain("filter");
  });

  it("of many entries comes in pieces", async () => {
    await pipelineTo("big", router("big"));
    const text = "x".repeat(10_000);
    await Promise.all(Array.from({ length: 100 }, (_, i) => ingest("big", { i: `${i}`, text })));
    const response = await fetch(`${server.url}/api/v1/streams/big/logs?${ALWAYS}`, {
      headers: { Authorization: server.root },
    });
    expect(response.headers.get("content-length")).toBeNull();
    const { records: found } = (await response.json()) as { records: Log[] };
    expect(new Set(found.map(({ fields }) => fields.i)).size).toBe(100);
    expect(found.every(({ fields }) => fields.text === text)).toBe(true);
  });
});

describe("a stream", () => {
  it("is configured; a look at one that does not exist makes it only where its caller may write streams", async () => {
    const defaults = { ttl: 0, size: 0, indexed_fields: [] };
    const reader = await server.userWith("read_streams");
    expect((await server.must("/streams/looked-at", { as: reader })).body).toEqual({
      success: true,
      config: defaults,
    });
    expect((await server.must("/streams")).body.streams).not.toHaveProperty("looked-at");
    expect((await server.must("/streams/looked-at")).body.config).toEqual(defaults);
    expect((await server.must("/streams")).body.streams).toMatchObject({ "looked-at": defaults });
    const config = { ttl: 60, size: -1, indexed_fields: ["a", "b\u001bc"] };
    await server.must("/streams/configured", { method: "PUT", json: { config } });
    expect((await server.must("/streams/configured")).body.config).toEqual(config);
    await server.must("/streams/configured", {
      method: "PUT",
      json: { config: { indexed_fields: null } },
    });
    expect((await server.must("/streams/configured")).body.config).toEqual(defaults);
  });

  it("named as every object's prototype is one like any other", async () => {
    await server.must("/streams/__proto__", { method: "PUT", json: { config: {} } });
    const { text } = await server.must("/streams");
    expect(text).toContain('"__proto__":{"ttl":0');
    await server.must("/streams/__proto__", { method: "DELETE" });
    expect((await server.must("/streams")).text).not.toContain("__proto__");
  });

  it("is deleted with all that is in it, once or twice, and no other", async () => {
    for (const stream of ["app", "app:web"]) {
      await pipelineTo("apps", router(stream));
      await ingest("apps", { stream });
    }
    for (let time = 0; time < 2; time++) {
      const reply = await server.call("/streams/app", { method: "DELETE", as: server.root });
      expect(reply.body).toEqual({ success: true });
    }
    expect((await query("app")).status).toBe(404);
    expect((await server.must("/streams/app/fields")).body.fields).toEqual([]);
    expect(fieldsOf(await records("app:web"))).toEqual([{ stream: "app:web" }]);
  });

  it("forgets what is older than its ttl", async () => {
    await pipelineTo("old", router("old"));
    await ingest("old", { a: "1" });
    await server.must("/streams/old", { method: "PUT", json: { config: { ttl: 1 } } });
    await eventually(async () => expect(await records("old")).toEqual([]));
  });
});

describe("watching", () => {
  async function watch(stream: string, search = "", as = server.root) {
    const controller = new AbortController();
    const response = await fetch(`${server.url}/api/v1/streams/${stream}/logs/watch${search}`, {
      headers: { Authorization: as },
      signal: controller.signal,
    });
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    const events = () =>
      [...text.matchAll(/^id: (.+)\nevent: log\ndata: (.+)\n\n/gm)].map(
        ([, id = "", data = ""]) => ({ id, ...JSON.parse(data) }),
      );
    const stop = async () => {
      controller.abort();
      await reading;
    };
    return { response, events, stop, text: () => text, ended: reading };
  }

  it("answers at once, and then tells each entry as it is stored", async () => {
    const watcher = await watch("default");
    expect(watcher.response.status).toBe(200);
    expect(watcher.response.headers.get("content-type")).toBe("text/event-stream");
    expect(watcher.response.headers.get("cache-control")).toBe("no-cache");
    await eventually(() => expect(watcher.text()).toContain(": watching"));
    await ingest("default", { line: "a\nb<&>" });
    await ingest("default", { line: "second" });
    await eventually(() => expect(watcher.events()).toHaveLength(2));
    const [newest, older] = await records("default", "&limit=2");
    expect(watcher.events().map(({ id: _, ...log }) => log)).toEqual([older, newest]);
    expect(watcher.events()[0]?.id).toMatch(/^\d{20}-[0-9a-f-]{36}$/);
    await watcher.stop();
  });

  it("gives only what passes the filter, and only of its stream", async () => {
    await pipelineTo("other", router("other"));
    const watcher = await watch("default", `?filter=${encodeURIComponent('level = "error"')}`);
    const all = await watch("other", "?filter=");
    await eventually(() =>
      expect([watcher.text(), all.text()].every((text) => text !== "")).toBe(true),
    );
    await ingest("default", { level: "info" });
    await ingest("other", { level: "error" });
    await ingest("default", { level: "error", last: "1" });
    await eventually(() => expect([watcher.events().length, all.events().length]).toEqual([1, 1]));
    expect(watcher.events()[0]?.fields).toEqual({ level: "error", last: "1" });
    await watcher.stop();
    await all.stop();
  });

  it("is refused with a filter that is none", async () => {
    const reply = await server.call("/streams/default/logs/watch?filter=x", { as: server.root });
    expect(reply.status).toBe(400);
  });

  it("ends before the next entry once the token is revoked, the role taken away, or the user gone", async () => {
    const ways: ["own" | "root", string, (user: string, token: string) => string][] = [
      ["own", "DELETE", (_, uuid) => `/tokens/${uuid}`],
      ["root", "PUT", (user) => `/users/${user}`],
      ["root", "DELETE", (user) => `/users/${user}`],
    ];
    for (const [whose, method, path] of ways) {
      const session = await server.userWith("read_streams");
      const { name } = (await server.call("/auth/whoami", { as: session })).body.user;
      const made = (await server.call("/token", { method: "POST", as: session })).body;
      const watcher = await watch("default", "", `Bearer pat:${made.token}`);
      await eventually(() => expect(watcher.text()).toContain(": watching"));
      await ingest("default", { may: "be seen" });
      await eventually(() => expect(watcher.events()).toHaveLength(1));
      const as = whose === "own" ? session : server.root;
      const json = method === "PUT" ? { roles: [] } : undefined;
      expect((await server.call(path(name, made.token_uuid), { method, as, json })).status).toBe(
        200,
      );
      await ingest("default", { must: "stay hidden" });
      await watcher.ended;
      expect(watcher.events().map(({ fields }) => fields)).toEqual([{ may: "be seen" }]);
    }
  });

  it("ends when the server stops", async () => {
    await using short = await startServer();
    const response = await fetch(`${short.url}/api/v1/streams/x/logs/watch`, {
      headers: { Authorization: short.root },
    });
    const ended = response.text().catch(() => "cut");
    await short.running.stop();
    await ended;
  });
});

describe("streams in great number", () => {
  it("are bounded by --max-streams, which a restore exceeds with a warning", async () => {
    await using larger = await startServer();
    for (const name of ["a", "b", "c"])
      await larger.must(`/streams/${name}`, { method: "PUT", json: { config: {} } });
    const response = await fetch(`${larger.url}/api/v1/backup/logs`, {
      headers: { Authorization: larger.root },
    });
    const backup = await response.arrayBuffer();

    await using small = await startServer({ maxStreams: 2 });
    const put = (name: string) =>
      small.call(`/streams/${name}`, {
        method: "PUT",
        as: small.root,
        json: { config: {} },
      });
    const viewer = await small.userWith("read_streams");
    expect((await small.call("/streams/looked-at", { as: viewer })).status).toBe(200);
    expect((await small.must("/streams")).body).toEqual({ success: true, streams: {} });
    expect((await put("x")).status).toBe(200);
    expect((await put("y")).status).toBe(200);
    const refused = await put("z");
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: "REFUSED", details: { maxStreams: 2 } });
    const log = await small.call("/pipelines/default/logs", {
      method: "POST",
      as: small.root,
      json: { record: {} },
    });
    expect(log.body).toMatchObject({ code: "REFUSED" });
    for (const dryRun of [true, false]) {
      const form = new FormData();
      form.set("backup", new Blob([backup]), "logs.db");
      const restored = await fetch(`${small.url}/api/v1/restore/logs?dryRun=${dryRun}`, {
        method: "POST",
        headers: { Authorization: small.root },
        body: form,
      });
      const { report } = (await restored.json()) as { report: { warnings: string[] } };
      expect(report.warnings).toEqual([expect.stringContaining("there are 5 streams")]);
    }
    expect((await put("y")).status).toBe(200);
    expect(Object.keys((await small.must("/streams")).body.streams)).toHaveLength(5);
  });

  it("are listed whole, whatever their number", async () => {
    await using server = await startServer();
    const flow = {
      nodes: [
        { id: "in", type: "source", data: { type: "direct" } },
        ...Array.from({ length: 1_001 }, (_, n) => ({
          id: `n${n}`,
          type: "router",
          data: { stream: `s:${n}` },
        })),
      ],
      edges: Array.from({ length: 1_001 }, (_, n) => ({
        id: `e${n}`,
        source: "in",
        target: `n${n}`,
      })),
    };
    await server.must("/pipelines/many", { method: "PUT", json: { flow } });
    await server.must("/pipelines/many/logs", { method: "POST", json: { record: {} } });
    const { streams } = (await server.must("/streams")).body;
    expect(Object.keys(streams)).toHaveLength(1_001);
    expect(streams["s:1000"]).toEqual({ ttl: 0, size: 0, indexed_fields: [] });
  });
});
