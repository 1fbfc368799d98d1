import { expect, test } from "vitest";
import { defaultFlow } from "../../../server/records/config/default-pipeline.js";
import type { FlowInput } from "../../../server/records/config/flow.js";
import { alertKey, pipelineKey, transformerKey } from "../../../server/records/records.js";
import { openConfigStore } from "../../../server/stores/config/store.js";
import { temporaryDatabase } from "../../engine/temporary.js";

test("transformers come back byte for byte, listed by name", async () => {
  await using db = await temporaryDatabase("config");
  const { transformers } = openConfigStore(db);
  const scripts = { b: "", "a/b:c é": ". = {}\r\n# ü\n", a: "x".repeat(3_000_000) };
  for (const [name, script] of Object.entries(scripts)) await transformers.save(name, script);
  expect(await transformers.list()).toEqual(["a", "a/b:c é", "b"]);
  for (const [name, script] of Object.entries(scripts)) {
    expect(await transformers.get(name)).toBe(script);
    expect(db.records.get(transformerKey(name))?.toString()).toBe(script);
  }
  await transformers.save("a", "new");
  expect(await transformers.get("a")).toBe("new");
  await transformers.delete("a/b:c é");
  expect(await transformers.list()).toEqual(["a", "b"]);
});

test("says that something doesn't exist, and refuses names that can't be keys", async () => {
  await using db = await temporaryDatabase("config");
  const store = openConfigStore(db);
  for (const items of [store.transformers, store.pipelines, store.alerts]) {
    for (const name of ["missing", "", "a\x1bb", "x".repeat(4_000)]) {
      await expect(items.get(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(items.delete(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  }
  await expect(store.transformers.save("a\x1bb", "")).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  await expect(store.transformers.save("a", "x".repeat(61 * 1024 * 1024))).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
});

test("bootstraps FlowG's default pipeline, only where there is none", async () => {
  await using db = await temporaryDatabase("config");
  const store = openConfigStore(db);
  expect(await store.bootstrap()).toBe(true);
  const flow = await store.pipelines.get("default");
  expect(flow).toEqual(defaultFlow());
  expect(flow.edges.map(({ id }) => id)).toEqual([
    "xy-edge____builtin__source_direct-node-1",
    "xy-edge____builtin__source_syslog-node-1",
  ]);
  await store.pipelines.save("default", flow);
  await store.pipelines.save("other", { nodes: [], edges: [] });
  await store.pipelines.delete("default");
  expect(await store.bootstrap()).toBe(false);
  expect(await store.pipelines.list()).toEqual(["other"]);
});

const node = (id: string, type: string, data: Record<string, string> = {}) => ({
  id,
  type,
  position: { x: 1.5, y: -2 },
  data,
});
const edge = (source: string, target: string, id = "") => ({
  id,
  source,
  sourceHandle: "",
  target,
});

test("stores a flow in FlowG's form, without the keys that its web interface adds", async () => {
  await using db = await temporaryDatabase("config");
  const { pipelines } = openConfigStore(db);
  const sent = {
    edges: [
      { animated: true, target: "r", sourceHandle: null, source: "s", id: "e", type: "smoothstep" },
    ],
    nodes: [
      {
        data: { type: "direct", b: "2", a: "1" },
        deletable: false,
        measured: { width: 1 },
        type: "source",
        id: "s",
        position: { y: 2, x: 1, z: 3 },
      },
      { id: "r", type: "router", data: null },
    ],
    viewport: {},
  };
  await pipelines.save("p", sent as FlowInput);
  expect(db.records.get(pipelineKey("p"))?.toString()).toBe(
    '{"version":1,"nodes":[{"id":"s","type":"source","position":{"x":1,"y":2},"data":{"a":"1","b":"2","type":"direct"}},' +
      '{"id":"r","type":"router","position":{"x":0,"y":0},"data":{}}],' +
      '"edges":[{"id":"e","source":"s","sourceHandle":"","target":"r"}]}',
  );
  // what is read can be saved again
  await pipelines.save("q", await pipelines.get("p"));
  expect(db.records.get(pipelineKey("q"))).toEqual(db.records.get(pipelineKey("p")));
  for (const empty of [{}, { version: 0, nodes: null, edges: null }, { version: 1 }]) {
    await pipelines.save("e", empty);
    expect(await pipelines.get("e")).toEqual({ version: 1, nodes: [], edges: [] });
  }
});

test("refuses flows that would fail, or never end, when a log comes", async () => {
  await using db = await temporaryDatabase("config");
  const { pipelines } = openConfigStore(db);
  const s = node("s", "source", { type: "direct" });
  const cases: [unknown, string, RegExp][] = [
    [{ version: 3 }, "version", /only versions 1 and 2/],
    [{ version: "1" }, "version", /only versions 1 and 2/],
    [{ nodes: [null] }, "nodes[0]", /object/],
    [{ nodes: [node("m", "metric")] }, "nodes[0].type", /router/],
    [{ nodes: [node("", "router")] }, "nodes[0].id", /./],
    [{ nodes: [{ ...s, data: { type: 1 } }] }, "nodes[0].data.type", /string/],
    [{ nodes: [s, node("s", "router")] }, "nodes[1].id", /two nodes have the id "s"/],
    [{ nodes: [node("x", "source", { type: "http" })] }, "nodes[0].data.type", /direct or syslog/],
    [
      { nodes: [node("x", "switch", { condition: 'a == "b"' })] },
      "nodes[0].data.condition",
      /character 4/,
    ],
    [{ nodes: [node("x", "router", { stream: "a\x1bb" })] }, "nodes[0].data.stream", /control/],
    [{ nodes: [s], edges: [edge("s", "x")] }, "edges[0].target", /no node "x"/],
    [{ nodes: [s], edges: [edge("x", "s")] }, "edges[0].source", /no node "x"/],
    [
      { nodes: [s, node("r", "router")], edges: [edge("r", "s")] },
      "edges[0].source",
      /a router node passes no logs on/,
    ],
    [
      { nodes: [s, node("r", "router")], edges: [edge("s", "r", "e"), edge("s", "r", "e")] },
      "edges[1].id",
      /two edges/,
    ],
    [
      {
        nodes: [s, node("a", "transform"), node("b", "switch")],
        edges: [edge("s", "a"), edge("a", "b"), edge("b", "a")],
      },
      "edges",
      /"a" → "b" → "a"/,
    ],
  ];
  for (const [flow, path, message] of cases) {
    const error = await pipelines.save("p", flow as FlowInput).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error, path).toMatchObject({ code: "INPUT_INVALID" });
    const { issues } = (error as { details: { issues: { path: string; message: string }[] } })
      .details;
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.map((issue) => issue.message).join("\n")).toMatch(message);
  }
  expect(await pipelines.list()).toEqual([]);
  // a diamond isn't a cycle
  await pipelines.save("p", {
    nodes: [s, node("a", "transform"), node("b", "transform"), node("r", "router")],
    edges: [edge("s", "a"), edge("s", "b"), edge("a", "r"), edge("b", "r")],
  });
});

test("a flow or webhook restored from elsewhere is given back as far as it goes", async () => {
  await using db = await temporaryDatabase("config");
  const store = openConfigStore(db);
  const flow = { version: 2, nodes: [{ id: "m", type: "metric", data: { a: 1, b: "x" } }, 7] };
  await db.records.transaction(() => {
    db.records.put(pipelineKey("p"), Buffer.from(JSON.stringify(flow)));
    db.records.put(alertKey("a"), Buffer.from('{"version":2,"config":{"type":"amqp"}}'));
    db.records.put(alertKey("b"), Buffer.from("[]"));
  });
  const position = { x: 0, y: 0 };
  expect(await store.pipelines.get("p")).toEqual({
    version: 2,
    nodes: [
      { id: "m", type: "metric", position, data: { b: "x" } },
      { id: "", type: "", position, data: {} },
    ],
    edges: [],
  });
  const config = { type: "amqp" };
  expect(await store.alerts.get("a")).toEqual({
    version: 2,
    ...config,
    config,
    url: "",
    headers: {},
  });
  expect(await store.alerts.get("b")).toEqual({ version: 1, url: "", headers: {} });
});

test("alerts: stored in FlowG's form, with an http URL and headers that can be sent", async () => {
  await using db = await temporaryDatabase("config");
  const { alerts } = openConfigStore(db);
  await alerts.save("hook", {
    headers: { "X-Token": "s3cret", Accept: "*/*" },
    url: "http://127.0.0.1:9/hook",
  });
  expect(db.records.get(alertKey("hook"))?.toString()).toBe(
    '{"version":1,"url":"http://127.0.0.1:9/hook","headers":{"Accept":"*/*","X-Token":"s3cret"}}',
  );
  await alerts.save("plain", { version: 0, url: "https://example.org", headers: null });
  expect(await alerts.get("plain")).toEqual({
    version: 1,
    url: "https://example.org",
    headers: {},
  });
  expect(await alerts.list()).toEqual(["hook", "plain"]);
  for (const wrong of [
    { url: "" },
    { url: "ftp://example.org" },
    { url: "https://example.org", headers: { "a b": "x" } },
    { url: "https://example.org", headers: { a: "s3cret\r\nx: y" } },
    { url: "https://example.org", version: 2 },
  ]) {
    const error = await alerts.save("bad", wrong as { url: string }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect(JSON.stringify([(error as Error).message, error])).not.toContain("s3cret");
  }
});

test("gives a flow as it is now, however it was changed, and parses it once for all callers", async () => {
  await using db = await temporaryDatabase("config");
  const { pipelines } = openConfigStore(db);
  const flowTo = (stream: string) => ({
    nodes: [node("in", "source", { type: "direct" }), node("out", "router", { stream })],
    edges: [],
  });
  await pipelines.save("p", flowTo("one"));
  const first = await pipelines.get("p");
  expect(await pipelines.get("p")).toBe(first);
  await pipelines.save("p", flowTo("two"));
  expect((await pipelines.get("p")).nodes[1]?.data).toEqual({ stream: "two" });
  // past the store, as a restore does
  await db.records.transaction(() =>
    db.records.put(pipelineKey("p"), Buffer.from(JSON.stringify(flowTo("three")))),
  );
  expect((await pipelines.get("p")).nodes[1]?.data).toEqual({ stream: "three" });
  expect(first.nodes[1]?.data).toEqual({ stream: "one" });
  await pipelines.delete("p");
  await expect(pipelines.get("p")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a damaged pipeline keeps no syslog message from the others", async () => {
  await using db = await temporaryDatabase("config");
  const store = openConfigStore(db);
  const nodes = [node("s", "source", { type: "syslog" }), node("r", "router", { stream: "log" })];
  const edges = [{ id: "e", source: "s", target: "r" }];
  for (const name of ["before", "broken", "later"])
    await store.pipelines.save(name, { nodes, edges });
  expect(await store.syslogPlans()).toHaveLength(3);
  await db.change((changes) => changes.put(pipelineKey("broken"), Buffer.from("{nodes")));
  expect((await store.syslogPlans()).map(({ pipeline }) => pipeline)).toEqual(["before", "later"]);
});

test("an item that isn't JSON stops only the branches that come to it, and is named, until it is saved anew", async () => {
  await using db = await temporaryDatabase("config");
  const store = openConfigStore(db);
  const whole = { nodes: [node("s", "source", { type: "direct" })], edges: [] };
  await store.pipelines.save("inner", whole);
  await store.alerts.save("bell", { url: "http://127.0.0.1:9/", headers: {} });
  await store.pipelines.save("main", {
    nodes: [
      node("s", "source", { type: "direct" }),
      node("ok", "router", { stream: "ok" }),
      node("in", "pipeline", { pipeline: "inner" }),
      node("call", "alert", { alert: "bell" }),
    ],
    edges: ["ok", "in", "call"].map((target) => ({ id: target, source: "s", target })),
  });
  expect((await store.plan("main")).obstacles).toEqual([]);
  await db.change((changes) => {
    changes.put(pipelineKey("inner"), Buffer.from("{nodes"));
    changes.put(alertKey("bell"), Buffer.from("7,"));
  });
  const plan = await store.plan("main");
  expect(plan.steps.map(({ kind }) => kind)).toEqual(["store", "obstacle", "obstacle"]);
  expect(plan.obstacles).toMatchObject([
    {
      code: "DATABASE_DAMAGED",
      what: expect.stringContaining('pipeline node "in", and the config'),
    },
    {
      code: "DATABASE_DAMAGED",
      what: expect.stringContaining('alert node "call", and the config'),
    },
  ]);
  const damaged = { code: "DATABASE_DAMAGED" };
  await expect(store.plan("inner")).rejects.toMatchObject(damaged);
  await expect(store.pipelines.get("inner")).rejects.toMatchObject(damaged);
  await expect(store.alerts.get("bell")).rejects.toMatchObject(damaged);
  expect((await store.warnings(["pipeline", "alert"])).join()).toMatch(
    /"inner" is not JSON.*"main" leads to.*"bell" is not JSON/,
  );
  await store.pipelines.save("inner", whole);
  await store.alerts.save("bell", { url: "http://127.0.0.1:9/", headers: {} });
  expect((await store.plan("main")).obstacles).toEqual([]);
  expect((await store.warnings(["pipeline", "alert"])).join()).not.toContain("not JSON");
});
