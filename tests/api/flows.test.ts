// Flow graphs at work: each kind of node stores logs where it should, a save refuses faults, and a restored flow that can't
// run is kept and named.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipelineKey } from "../../server/records/records.js";
import { eventually } from "../eventually.js";
import { fixedHeader, makeSnapshot } from "../formats/snapshot/make-snapshot.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { type Received, receiver } from "../support/webhook-receiver.js";
import type { Data } from "./through-pipelines.js";
import * as pipelines from "./through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Nodes by id: their type, data, and where they lead. */
type Drawing = Record<string, [type: string, data: Data, ...targets: string[]]>;

function flowOf(drawing: Drawing) {
  const nodes = Object.entries(drawing).map(([id, [type, data]]) => ({ id, type, data }));
  const edges = Object.entries(drawing).flatMap(([source, [, , ...targets]]) =>
    targets.map((target) => ({ id: `${source}-${target}`, source, target })),
  );
  return { version: 1, nodes, edges };
}

const put = (name: string, drawing: Drawing) =>
  server.call(`/pipelines/${name}`, {
    method: "PUT",
    as: server.root,
    json: { flow: flowOf(drawing) },
  });
async function save(name: string, drawing: Drawing) {
  const { status, text } = await put(name, drawing);
  expect(status, text).toBe(200);
}
const ingest = (pipeline: string, record: Data) => pipelines.ingest(server, pipeline, record);
const stored = (stream: string) => pipelines.stored(server, stream);
async function counted(pipeline: string, status: string): Promise<number> {
  const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
  const name = `flowg_pipeline_log_total{pipeline="${pipeline}",status="${status}"}`;
  const line = metrics.split("\n").find((text) => text.startsWith(name));
  return Number(line?.split(" ").at(-1) ?? 0);
}
async function restore(flows: Record<string, unknown>) {
  const sorted = Object.entries(flows).sort(([a], [b]) => (a < b ? -1 : 1));
  const records = sorted.map(([name, flow]) => ({
    key: pipelineKey(name),
    value: Buffer.from(JSON.stringify(flow)),
  }));
  const form = new FormData();
  form.set("backup", new Blob([await makeSnapshot([records], fixedHeader("config"))]), "config.db");
  const response = await fetch(`${server.url}/api/v1/restore/config`, {
    method: "POST",
    headers: { Authorization: server.root },
    body: form,
  });
  expect(response.status).toBe(200);
  const { report } = (await response.json()) as { report: { warnings: string[] } };
  return report;
}

const direct = (...targets: string[]): Drawing[string] => [
  "source",
  { type: "direct" },
  ...targets,
];
const router = (stream: string): Drawing[string] => ["router", { stream }];
const gate = (condition: string, ...targets: string[]): Drawing[string] => [
  "switch",
  { condition },
  ...targets,
];
const into = (pipeline: string): Drawing[string] => ["pipeline", { pipeline }];

describe("a switch", () => {
  it("lets a log through that its condition holds for, in all of the language", async () => {
    await save("switched", {
      in: direct("errors", "others", "nested"),
      errors: gate('level in ["error", "fatal"]', "e"),
      others: gate('not (level = "error" or level = "fatal")', "o"),
      nested: gate('app = "web"', "inner"),
      inner: gate('level != "error" and \'a b\' = "c"', "n"),
      e: router("sw-errors"),
      o: router("sw-others"),
      n: router("sw-nested"),
    });
    for (const level of ["error", "info", "fatal"])
      expect((await ingest("switched", { level, app: "web", "a b": "c" })).status).toBe(200);
    expect((await ingest("switched", {})).status).toBe(200);
    const levels = async (stream: string) =>
      (await stored(stream)).map(({ level }) => level ?? "none").sort();
    expect(await levels("sw-errors")).toEqual(["error", "fatal"]);
    expect(await levels("sw-others")).toEqual(["info", "none"]);
    expect(await levels("sw-nested")).toEqual(["fatal", "info"]);
  });

  it("looks into large logs, and a log that none lets through is taken", async () => {
    const large = { text: "x".repeat(200_000), level: "error" };
    expect((await ingest("switched", large)).status).toBe(200);
    expect(await stored("sw-errors")).toContainEqual(large);
    await save("shut", { in: direct("s"), s: gate('a = "b"', "r"), r: router("sw-shut") });
    expect((await ingest("shut", { a: "c" })).status).toBe(200);
    expect(await stored("sw-shut")).toEqual([]);
  });
});

describe("a pipeline node", () => {
  it("leads into the other's direct source, and both are counted", async () => {
    await save("inner", {
      log: ["source", { type: "syslog" }, "no"],
      in: direct("out"),
      out: router("nested-in"),
      no: router("nested-syslog"),
    });
    await save("outer", { in: direct("p", "own"), p: into("inner"), own: router("nested-own") });
    expect((await ingest("outer", { a: "1" })).status).toBe(200);
    expect(await stored("nested-in")).toEqual([{ a: "1" }]);
    expect(await stored("nested-own")).toEqual([{ a: "1" }]);
    expect(await stored("nested-syslog")).toEqual([]);
    for (const name of ["outer", "inner"]) expect(await counted(name, "success")).toBe(1);
  });

  it("leads into what the other is by now", async () => {
    await save("inner", { in: direct("out"), out: router("nested-later") });
    await ingest("outer", { a: "2" });
    expect(await stored("nested-in")).toEqual([{ a: "1" }]);
    expect(await stored("nested-later")).toEqual([{ a: "2" }]);
    const flow = flowOf({ in: direct("out"), out: router("nested-restored") });
    await restore({ inner: flow });
    await ingest("outer", { a: "3" });
    expect(await stored("nested-restored")).toEqual([{ a: "3" }]);
  });
});

describe("branches", () => {
  it("of which one fails leave the others alone, and the answer has all errors", async () => {
    await save("gone", { in: direct("out"), out: router("gone") });
    await save("partly", {
      in: direct("ok", "nested", "unnamed"),
      ok: router("partly"),
      nested: into("gone"),
      unnamed: ["router", {}],
    });
    await server.must("/pipelines/gone", { method: "DELETE" });
    const { status, body } = await ingest("partly", { a: "1" });
    expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
    expect(body.message).toBe(
      'pipeline "partly" leads to pipeline node "nested", which names the pipeline "gone", and there is none; ' +
        'pipeline "partly" leads to router node "unnamed", which names no stream',
    );
    expect(body.hint).toMatch(/stored the log/);
    expect(body.details).toMatchObject({
      stored: 1,
      failed: 2,
      branches: [
        { pipeline: "partly", node: "nested", type: "pipeline", code: "NOT_FOUND" },
        { pipeline: "partly", node: "unnamed", type: "router", code: "INPUT_INVALID" },
      ],
    });
    expect(await stored("partly")).toEqual([{ a: "1" }]);
    expect(await counted("partly", "error")).toBe(1);
    const listed = await server.must("/pipelines?warnings=true");
    expect(listed.body.warnings).toContainEqual(
      expect.stringMatching(/"partly" leads to .*"gone".* answered with an error/),
    );
  });

  it("have one timestamp, and one that can't be stored leaves the others alone", async () => {
    await save("twins", { in: direct("a", "b"), a: router("twin-a"), b: router("twin-b") });
    await ingest("twins", { n: "1" });
    const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    const times = await Promise.all(
      ["twin-a", "twin-b"].map(
        async (stream) =>
          (await server.must(`/streams/${stream}/logs?${window}`)).body.records[0].timestamp,
      ),
    );
    expect(times[0]).toBe(times[1]);

    await using small = await startServer({ maxStreams: 1 });
    const json = { flow: flowOf({ in: direct("a", "b"), a: router("one"), b: router("two") }) };
    await small.must("/streams/one", { method: "PUT", json: { config: {} } });
    await small.must("/pipelines/p", { method: "PUT", json });
    const { status, body } = await small.call("/pipelines/p/logs", {
      method: "POST",
      as: small.root,
      json: { record: { a: "b" } },
    });
    expect([status, body.code, body.details.stored]).toEqual([409, "REFUSED", 1]);
    expect(Object.keys((await small.must("/streams")).body.streams)).toHaveLength(1);
  });
});

describe("a flow that is saved", () => {
  it.each([
    ["nodes[1].data.pipeline", { in: direct("p"), p: into("nobody") }],
    ["nodes[1].data.transformer", { in: direct(), t: ["transform", { transformer: "nobody" }] }],
    ["nodes[0].data.alert", { a: ["alert", { alert: "nobody" }] }],
    ["nodes[1]", { in: direct("p"), p: into("itself") }],
    ["nodes[1]", { in: ["source", { type: "syslog" }, "p"], p: into("itself") }],
  ] satisfies [string, Drawing][])("is refused with its place: %s", async (path, drawing) => {
    const { status, body } = await put("itself", drawing);
    expect([status, body.code, body.issues?.[0]?.path]).toEqual([400, "INPUT_INVALID", path]);
    expect((await server.call("/pipelines/itself", { as: server.root })).status).toBe(404);
  });

  it("is refused where it closes a circle of pipelines, by whatever way", async () => {
    await save("c", { in: direct() });
    await save("b", { in: direct("s"), s: gate('a = "b"', "p"), p: into("c") });
    await save("a", { in: direct("p"), p: into("b") });
    const { status, body } = await put("c", { in: direct("p"), p: into("a") });
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toContain('"c" → "a" → "b" → "c"');
    expect((await ingest("a", { a: "b" })).status).toBe(200);
  });

  it("isn't refused for a fault of another, whatever that one's nodes are called", async () => {
    await restore({ other: flowOf({ in: direct("for ever"), "for ever": into("nobody") }) });
    await save("mine", { in: direct("p"), p: into("other") });
  });

  it("may lead one log to a bounded number of nodes", async () => {
    // each row doubles the ways
    const rows = (count: number): Drawing => {
      const drawing: Drawing = { in: direct("l0", "r0"), end: router("rows") };
      for (let i = 0; i < count; i++) {
        const next = i + 1 < count ? [`l${i + 1}`, `r${i + 1}`] : ["end"];
        for (const side of ["l", "r"]) drawing[`${side}${i}`] = gate('a = "b"', ...next);
      }
      return drawing;
    };
    await save("rows", rows(7));
    await ingest("rows", { a: "b" });
    expect(await stored("rows")).toHaveLength(128);
    const { status, body } = await put("rows", rows(30));
    expect([status, body.message]).toEqual([400, expect.stringMatching(/more than 10000 nodes/)]);
    const row: Drawing = { in: direct("n0"), end: router("row") };
    for (let i = 0; i < 5_000; i++)
      row[`n${i}`] = gate('a = "b"', i + 1 < 5_000 ? `n${i + 1}` : "end");
    const long = await restore({ long: flowOf(row) });
    expect(long.warnings).toEqual([expect.stringMatching(/more than 100 nodes in a row/)]);
    expect((await ingest("long", { a: "b" })).status).toBe(400);
  });

  it("that was restored and can't run is kept, named, and answers why", async () => {
    const round = flowOf({ in: direct("a"), a: gate('x = "y"', "b"), b: gate('x = "y"', "a") });
    const report = await restore({
      round,
      self: flowOf({ in: direct("p"), p: into("self") }),
      later: flowOf({ in: direct("m", "r"), m: ["metric", {}], r: router("later") }),
      broken: flowOf({ in: direct("s"), s: gate("level =", "r"), r: router("broken") }),
    });
    const all = (await server.must("/pipelines?warnings=true")).body.warnings.join("\n");
    for (const warnings of [report.warnings.join("\n"), all]) {
      expect(warnings).toMatch(/"round" leads in a circle to switch node "a"/);
      expect(warnings).toMatch(/"later" leads to node "m" of type "metric"/);
      expect(warnings).toMatch(/"broken" leads to switch node "s", where the filter expects/);
    }
    expect(all).toMatch(/"self" leads to pipeline node "p", .* for ever/);
    const answers = [];
    for (const name of ["round", "self", "later", "broken"]) {
      const { status, body } = await ingest(name, { x: "y" });
      answers.push([name, status, body.details.stored]);
    }
    expect(answers).toEqual([
      ["round", 400, 0],
      ["self", 400, 0],
      ["later", 501, 1],
      ["broken", 400, 0],
    ]);
    expect((await server.must("/pipelines/round")).body.flow.nodes).toHaveLength(3);
  });
});

describe("an alert node", () => {
  const alert = (name: string): Drawing[string] => ["alert", { alert: name }];
  const saveAlert = (name: string, webhook: object) =>
    server.must(`/alerts/${name}`, { method: "PUT", json: { webhook } });
  async function called(labels: string): Promise<number> {
    const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
    const line = metrics.split("\n").find((text) => text.includes(`_calls_total{${labels}}`));
    return Number(line?.split(" ").at(-1) ?? 0);
  }

  it("calls its webhook with the log as it is stored, and as it is there", async () => {
    await using hook = await receiver(200);
    await saveAlert("hook", { url: hook.url, headers: { "X-Key": "k" } });
    await server.must("/transformers/shout", {
      method: "PUT",
      json: { script: ".l = upcase!(.l)" },
    });
    await save("alerting", {
      in: direct("s", "r", "t"),
      s: gate('l = "error"', "a"),
      a: alert("hook"),
      t: ["transform", { transformer: "shout" }, "b"],
      b: alert("hook"),
      r: router("alerting"),
    });
    expect((await ingest("alerting", { l: "info" })).status).toBe(200);
    expect((await ingest("alerting", { l: "error", m: "ü" })).body).toEqual({ success: true });
    await eventually(() => expect(hook.received).toHaveLength(3));
    const logs = hook.received.map(({ body }) => JSON.parse(body));
    expect(logs.map(({ fields }) => fields)).toEqual(
      expect.arrayContaining([{ l: "INFO" }, { l: "ERROR", m: "ü" }, { l: "error", m: "ü" }]),
    );
    const [{ request }] = hook.received as [Received];
    const { headers, method } = request;
    expect([method, headers["content-type"], headers["x-key"]]).toEqual([
      "POST",
      "application/json",
      "k",
    ]);
    const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    const { records } = (await server.must(`/streams/alerting/logs?${window}`)).body;
    const storedAt = records.map(({ timestamp }: { timestamp: string }) => timestamp);
    for (const { timestamp } of logs) expect(storedAt).toContain(timestamp);
    await eventually(async () =>
      expect(await called('pipeline="alerting",alert="hook",outcome="success"')).toBe(3),
    );
  });

  it("keeps no log waiting: a webhook that fails is counted by its pipeline, and told", async () => {
    await using silent = await receiver(() => undefined);
    await using bad = await receiver(404);
    await saveAlert("silent", { url: silent.url });
    await saveAlert("bad", { url: bad.url });
    await save("slow", {
      in: direct("a", "b", "r"),
      a: alert("silent"),
      b: alert("bad"),
      r: router("slow"),
    });
    expect((await ingest("slow", { a: "b" })).status).toBe(200);
    expect(await stored("slow")).toEqual([{ a: "b" }]);
    await eventually(async () =>
      expect(await called('pipeline="slow",alert="bad",outcome="error"')).toBe(1),
    );
    expect(server.logLines).toContainEqual(
      expect.objectContaining({
        level: "warn",
        alerts: [{ alert: "bad", error: 1, dropped: 0, why: "its webhook answered 404" }],
      }),
    );
    expect(JSON.stringify(server.logLines)).not.toContain(new URL(bad.url).host);
  });

  it("that is known not to work is answered at once, and the other branches go on", async () => {
    await saveAlert("private", { url: "http://192.168.0.1/secret" });
    await save("inward", { in: direct("a", "r"), a: alert("private"), r: router("inward") });
    const { status, body, text } = await ingest("inward", { a: "b" });
    expect([status, body.code, body.details.stored]).toEqual([500, "UPSTREAM_FAILED", 1]);
    expect(body.message).toBe(
      'the alert "private" cannot be called: it leads to an address that is not public',
    );
    expect(text).not.toContain("secret");
    expect(await stored("inward")).toEqual([{ a: "b" }]);
    expect(await counted("inward", "error")).toBe(1);
  });

  it("follows what its alert is by now", async () => {
    await using first = await receiver(200);
    await using second = await receiver(200);
    await saveAlert("moving", { url: first.url });
    await save("moving", { in: direct("a"), a: alert("moving") });
    await ingest("moving", {});
    await saveAlert("moving", { url: second.url });
    await ingest("moving", {});
    await eventually(() => expect(second.received).toHaveLength(1));
    await server.must("/alerts/moving", { method: "DELETE" });
    const { status, body } = await ingest("moving", {});
    expect([status, body.code]).toEqual([404, "NOT_FOUND"]);
    expect(body.message).toMatch(/alert node "a", which names the alert "moving"/);
    expect(first.received).toHaveLength(1);
  });
});
