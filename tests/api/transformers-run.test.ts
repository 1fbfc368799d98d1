// Transformers at work: VRL's results as FlowG writes them, errors that lead to the user's own lines, and scripts that mean
// harm and never hold up the server.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";
import type { Data } from "./through-pipelines.js";
import * as pipelines from "./through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const tryOut = (code: string, record: Data) =>
  server.call("/test/transformer", { method: "POST", as: server.root, json: { code, record } });
const put = (name: string, script: string) =>
  server.call(`/transformers/${name}`, { method: "PUT", as: server.root, json: { script } });

/** A pipeline of the same name, which leads through the transformer to a stream of that name. */
async function through(name: string, script: string) {
  expect((await put(name, script)).status).toBe(200);
  const nodes = [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "t", type: "transform", data: { transformer: name } },
    { id: "out", type: "router", data: { stream: name } },
  ];
  const edges = [
    { id: "1", source: "in", target: "t" },
    { id: "2", source: "t", target: "out" },
  ];
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow: { nodes, edges } } });
}
const ingest = (pipeline: string, record: Data) => pipelines.ingest(server, pipeline, record);
const stored = (stream: string) => pipelines.stored(server, stream);

describe("a result", () => {
  it.each([
    ['.level = "info"', { a: "1", level: "info" }],
    ["", { a: "1" }],
    ["x = 1", { a: "1" }],
    [". = {}", {}],
    ['. = "text"', {}],
    [". = [1]", { value: "1" }],
    [".b.c[1] = true", { a: "1", "b.c.0": "", "b.c.1": "true" }],
    [
      ".n = 9007199254740993\n.f = 1.5\n.w = 2.0",
      { a: "1", n: "9007199254740993", f: "1.5", w: "2" },
    ],
    [".b = 10.0 * 100000000000000000000000.0", { a: "1", b: `1${"0".repeat(24)}` }],
    [".s = 0.00000001", { a: "1", s: "0.00000001" }],
    [
      ".t = t'2024-01-02T03:04:05.123456Z'\n.u = t'2024-01-02T03:04:05Z'",
      { a: "1", t: "2024-01-02 03:04:05.123456 UTC", u: "2024-01-02 03:04:05 UTC" },
    ],
    ['.b = decode_base64!("/w==")\n.c = "�"', { a: "1", b: "#ERROR#", c: "�" }],
    [".r = r'a+'", { a: "1", r: "a+" }],
    ["del(.a)\n.z = 1 # the end", { z: "1" }],
    ["return .", { a: "1" }],
  ] as [string, Data][])("of %j is what FlowG makes of it", async (code, expected) => {
    const { status, body, text } = await tryOut(code, { a: "1" });
    expect([status, body.record], text).toEqual([200, expected]);
  });

  it("keeps names and values of any kind", async () => {
    const record = JSON.parse(
      '{"__proto__":"p","10":"ten","a b":"\\u0000\\"","é":"\\ud83d\\ude00"}',
    );
    const { body } = await tryOut(".new = 1", record);
    expect(Object.entries(body.record).sort()).toEqual(
      [...Object.entries(record), ["new", "1"]].sort(),
    );
  });
});

describe("a script that leaves an array", () => {
  it("makes a log of each of its elements", async () => {
    const code = '. = [{"a": upcase!(.a), "b": {"c": 1}}, 2, ["x", {"y": "z"}], {}, null]';
    const { body } = await tryOut(code, { a: "x" });
    const logs = [
      { a: "X", "b.c": "1" },
      { value: "2" },
      { "0": "x", "1.y": "z" },
      {},
      { value: "" },
    ];
    expect([body.record, body.records]).toEqual([logs[0], logs]);
    await through("several", code);
    expect((await ingest("several", { a: "x" })).status).toBe(200);
    const sorted = (all: Data[]) => all.map((one) => JSON.stringify(one)).sort();
    expect(sorted(await stored("several"))).toEqual(sorted(logs as Data[]));
  });

  it("of none makes no log", async () => {
    expect((await tryOut(". = []", {})).body).toEqual({ success: true, record: {}, records: [] });
    await through("none", ". = []");
    expect((await ingest("none", { a: "x" })).status).toBe(200);
    expect(await stored("none")).toEqual([]);
  });

  it("shows all of them in a trace, and leads each of them on", async () => {
    await put("two", '. = [{"n": "1"}, {"n": "2"}]');
    const flow = {
      nodes: [
        { id: "in", type: "source", data: { type: "direct" } },
        { id: "t", type: "transform", data: { transformer: "two" } },
        { id: "again", type: "transform", data: { transformer: "two" } },
        { id: "out", type: "router", data: { stream: "traced" } },
      ],
      edges: ["in t", "t again", "again out"].map((edge) => {
        const [source, target] = edge.split(" ");
        return { id: edge, source, target };
      }),
    };
    const json = { flow, records: [{}] };
    const tried = await server.must("/test/pipeline/x", { method: "POST", json });
    const count = (id: string) =>
      tried.body.trace.filter(({ nodeID }: { nodeID: string }) => nodeID === id);
    expect(count("t").map(({ output }: { output: Data[] }) => output)).toEqual([
      [{ n: "1" }, { n: "2" }],
    ]);
    expect([count("again").length, count("out").length]).toEqual([2, 4]);
  });

  it("of too many, or too large ones, or that come to too many nodes, is refused", async () => {
    const logs = (count: number) =>
      `text = "${"x,".repeat(count - 1)}x"\n. = map_values(split(text, ",")) -> |v| { {"v": v} }`;
    const many = await tryOut(logs(1_001), {});
    expect([many.status, many.body.message]).toEqual([
      400,
      "the script: it makes 1001 logs of one, and may make 1000",
    ]);
    expect((await tryOut(logs(1_000), {})).body.records).toHaveLength(1_000);
    const large = await tryOut('. = [{"a": .a, "b": .a, "c": .a}, {"d": .a, "e": .a}]', {
      a: "x".repeat(1_000_000),
    });
    expect([large.status, large.body.message]).toEqual([
      400,
      "the script: it makes more of one log than the 4 MiB that several may have",
    ]);
    await put("thousand", logs(1_000));
    const ids = Array.from({ length: 11 }, (_, n) => `out-${n}`);
    const flow = {
      nodes: [
        { id: "in", type: "source", data: { type: "direct" } },
        { id: "t", type: "transform", data: { transformer: "thousand" } },
        ...ids.map((id) => ({ id, type: "router", data: { stream: "wide" } })),
      ],
      edges: [["in", "t"], ...ids.map((id) => ["t", id])].map(([source, target]) => ({
        id: `${source}-${target}`,
        source,
        target,
      })),
    };
    await server.must("/pipelines/wide", { method: "PUT", json: { flow } });
    const { status, body } = await ingest("wide", { a: "b" });
    expect([status, body.message]).toEqual([
      400,
      expect.stringContaining(
        "it makes 1000 logs of one, which would come to more than 10000 nodes",
      ),
    ]);
    expect(await stored("wide")).toEqual([]);
  });
});

describe("a script that fails", () => {
  it.each([
    [".a = 1\n.b = foo(", /line 2, column \d+: syntax error/],
    [".a = 1\n  .b = nobody()", /line 2, column 8: call to undefined function "nobody"/],
    ['.x = "é"\n.n = to_int!(.a)', /"to_int" at line 2, column 6: Invalid integer/],
    ["abort", /the script aborted/],
    ['.m = parse_grok!(.a, "%{WORD:x}")', /calls parse_grok, which/],
  ])("%j says where and why", async (code, message) => {
    const { status, body } = await tryOut(code, { a: "x" });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toMatch(message);
  });

  it("is refused when it is saved, by the name of what is missing; a name in a text is none", async () => {
    for (const name of ["http_request", "get_enrichment_table_record", "validate_json_schema"]) {
      const { status, body } = await put("missing", `.a = ${name}!("x")`);
      expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
      expect(body.message).toContain(name);
    }
    expect((await server.call("/transformers/missing", { as: server.root })).status).toBe(404);
    const fine = '# log("x")\n.log = "parse_grok(x)"\n.x = .log';
    expect((await put("fine", fine)).body).toEqual({ success: true });
    const unfinished = await put("unfinished", ".a = (");
    expect(unfinished.body.warnings).toEqual([expect.stringMatching(/does not run: line 1/)]);
  });
});

describe("a pipeline", () => {
  it("stores what its transformer leaves, of many logs at once each its own", async () => {
    await through("many", '.n = to_int!(.n) * 2\nif .n == 14 { abort }\n% = {"x": 1}');
    const sent = Array.from({ length: 100 }, (_, i) => ingest("many", { n: `${i}`, k: `k${i}` }));
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200)).toEqual([400]);
    expect(statuses[7]).toBe(400);
    const found = (await stored("many")).map(({ n, k }) => `${n} ${k}`).sort();
    const expected = statuses.flatMap((_, i) => (i === 7 ? [] : [`${2 * i} k${i}`])).sort();
    expect(found).toEqual(expected);
  });

  it("names the transformer that failed, and takes the script as it is by now", async () => {
    await through("strict", ".n = to_int!(.n)");
    const { status, body } = await ingest("strict", { n: "x" });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toMatch(/^transformer "strict": .*line 1, column 6/);
    expect(body.details.branches).toMatchObject([{ pipeline: "strict", node: "t" }]);
    await put("strict", ".n = 1");
    expect((await ingest("strict", { n: "x" })).status).toBe(200);
    expect(await stored("strict")).toEqual([{ n: "1" }]);
  });

  it("takes large logs through", async () => {
    await through("large", ".copy = .text");
    const text = "ü".repeat(200_000);
    expect((await ingest("large", { text })).status).toBe(200);
    expect(await stored("large")).toEqual([{ copy: text, text }]);
  });
});

const many = (count: number) => `split("${"x,".repeat(count)}", ",")`;
const HOSTILE: Record<string, string> = {
  loops: `n = 0\nfor_each(${many(300)}) -> |_i, _a| { for_each(${many(300)}) -> |_i, _b| { for_each(${many(300)}) -> |_i, _c| { for_each(${many(300)}) -> |_i, _d| { n = n + 1 } } } }\n.n = n`,
  allocates: `s = "${"x".repeat(50)}"\nfor_each(${many(100)}) -> |_i, _v| { s = s + s }\n.s = s`,
  nests: `.a = ${"(".repeat(3000)}1${")".repeat(3000)}`,
};

describe("scripts that mean harm", () => {
  it("are stopped and named; the server answers meanwhile, and other scripts run", async () => {
    await through("good", ".ok = true");
    expect((await ingest("good", {})).status).toBe(200);
    for (const [name, script] of Object.entries(HOSTILE)) {
      await put(name, script);
      const stopped = tryOut(script, {});
      const health = await fetch(`${server.managementUrl}/health`);
      expect(health.status).toBe(200);
      const { status, body } = await stopped;
      expect([name, status, body.message]).toEqual([
        name,
        400,
        expect.stringContaining(
          `the script: ${name === "nests" ? "line 1: it nests deeper than 100" : "it was stopped"}`,
        ),
      ]);
      // it waits for others of its kind only
      const again = tryOut(script, {});
      expect((await ingest("good", {})).status).toBe(200);
      expect((await again).status).toBe(400);
    }
    expect(await stored("good")).toHaveLength(4);
  });

  it("hold up no log, however many of them are tried out", async () => {
    await through("ingested", ".ok = true");
    expect((await ingest("ingested", {})).status).toBe(200);
    // together they take longer than a log would wait
    const tried = [1, 2, 3, 4, 5].map((n) => tryOut(`${HOSTILE.loops}\n.which = ${n}`, {}));
    expect((await ingest("ingested", {})).status).toBe(200);
    const statuses = (await Promise.all(tried)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 400 && status !== 503)).toEqual([]);
    expect(await stored("ingested")).toHaveLength(2);
  });
});
