// A restored configuration works as it did: from the next log on, the same logs give the same entries and the same calls as when
// the backup was made.

import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";
import { receiver } from "../support/webhook-receiver.js";
import { type Data, ingest, stored } from "./through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (path: string, json: object) => server.must(path, { method: "PUT", json });

interface Setting {
  script: string;
  condition: string;
  stream: string;
  url: string;
}

/** A pipeline that enters another one, which has a switch, a script, an alert and a stream. */
async function configure({ script, condition, stream, url }: Setting) {
  await put("/alerts/hook", { webhook: { url } });
  await put("/transformers/change", { script });
  const flow = (nodes: [id: string, type: string, data: Data][], edges: [string, string][]) => ({
    flow: {
      nodes: nodes.map(([id, type, data]) => ({ id, type, data })),
      edges: edges.map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
    },
  });
  await put(
    "/pipelines/inner",
    flow(
      [
        ["in", "source", { type: "direct" }],
        ["gate", "switch", { condition }],
        ["vrl", "transform", { transformer: "change" }],
        ["call", "alert", { alert: "hook" }],
        ["out", "router", { stream }],
      ],
      [
        ["in", "gate"],
        ["gate", "vrl"],
        ["vrl", "call"],
        ["vrl", "out"],
      ],
    ),
  );
  await put(
    "/pipelines/outer",
    flow(
      [
        ["in", "source", { type: "direct" }],
        ["into", "pipeline", { pipeline: "inner" }],
        ["all", "router", { stream: `all-${stream}` }],
      ],
      [
        ["in", "into"],
        ["in", "all"],
      ],
    ),
  );
}

it("after everything in it was changed", async () => {
  await using before = await receiver(200);
  await using after = await receiver(200);
  const records: Data[] = [
    { level: "error", text: "a" },
    { level: "info", text: "b" },
    { level: "error", text: "c" },
  ];
  const sendAll = async () => {
    for (const record of records) expect((await ingest(server, "outer", record)).status).toBe(200);
  };
  const fieldsAt = ({ received }: typeof before) =>
    received.map(({ body }) => JSON.parse(body).fields.text).sort();
  const texts = async (stream: string) =>
    (await stored(server, stream)).map(({ text }) => text).sort();

  await configure({
    script: ".text = upcase!(.text)",
    condition: 'level = "error"',
    stream: "then",
    url: before.url,
  });
  const response = await fetch(`${server.url}/api/v1/backup/config`, {
    headers: { Authorization: server.root },
  });
  const backup = await response.arrayBuffer();
  await sendAll();
  await eventually(() => expect(fieldsAt(before)).toEqual(["A", "C"]));

  await configure({
    script: '.text = "changed"',
    condition: 'level = "info"',
    stream: "now",
    url: after.url,
  });
  await sendAll();
  await eventually(() => expect(fieldsAt(after)).toEqual(["changed"]));
  expect(await texts("now")).toEqual(["changed"]);
  expect(await texts("then")).toEqual(["A", "C"]);

  const form = new FormData();
  form.set("backup", new Blob([backup]), "config.db");
  const restored = await fetch(`${server.url}/api/v1/restore/config`, {
    method: "POST",
    headers: { Authorization: server.root },
    body: form,
  });
  const { report } = (await restored.json()) as { report: { warnings: string[] } };
  expect([restored.status, report.warnings]).toEqual([200, []]);
  await sendAll();
  await eventually(() => expect(fieldsAt(before)).toEqual(["A", "A", "C", "C"]));
  expect(await texts("then")).toEqual(["A", "A", "C", "C"]);
  expect(await texts("all-then")).toEqual(["a", "a", "b", "b", "c", "c"]);
  expect(await texts("now")).toEqual(["changed"]);
  expect(fieldsAt(after)).toEqual(["changed"]);
});

const into = (type: string, data: Data) => ({
  flow: {
    nodes: [
      { id: "in", type: "source", data: { type: "direct" } },
      { id: "to", type, data },
      { id: "out", type: "router", data: { stream: "s" } },
    ],
    edges: ["to", "out"].map((target) => ({ id: target, source: "in", target })),
  },
});

const restoreConfig = async (of: TestServer, backup: ArrayBuffer, query: string) => {
  const body = new FormData();
  body.set("backup", new Blob([backup]), "config.db");
  const url = `${of.url}/api/v1/restore/config?${query}`;
  const response = await fetch(url, { method: "POST", headers: { Authorization: of.root }, body });
  const { report } = (await response.json()) as { report: { warnings: string[] } };
  return report.warnings;
};

const backupOf = async (of: TestServer) => {
  const headers = { Authorization: of.root };
  return (await fetch(`${of.url}/api/v1/backup/config`, { headers })).arrayBuffer();
};

const saveIn = (of: TestServer) => (path: string, json: object) =>
  of.must(path, { method: "PUT", json });

const LEFT = { merge: ["gone"], replace: ["gone", "leans"] };
for (const [mode, left] of Object.entries(LEFT))
  it(`mode ${mode} names pipelines that it leaves without what they refer to, as its dry run does`, async () => {
    await using other = await startServer();
    const save = saveIn(other);
    const remove = (path: string) => other.must(path, { method: "DELETE" });
    for (const transformer of ["here", "nowhere"])
      await save(`/transformers/${transformer}`, { script: ".a = .b" });
    await save("/alerts/hook", { webhook: { url: "http://127.0.0.1:9/" } });
    await save("/pipelines/gone", into("transform", { transformer: "nowhere" }));
    await save("/pipelines/leans", into("transform", { transformer: "here" }));
    await save("/pipelines/runs", into("alert", { alert: "hook" }));
    await remove("/transformers/here");
    await remove("/transformers/nowhere");
    const backup = await backupOf(other);
    // it is not in the backup: a merge keeps it, and mode `replace` removes it
    await save("/transformers/here", { script: ".a = .b" });
    await save("/pipelines/leans", into("router", { stream: "s" }));

    const dry = await restoreConfig(other, backup, `mode=${mode}&dryRun=true`);
    const named = dry.map((warning) => /"(\w+)" leads to .*there is none/.exec(warning)?.[1]);
    expect(named).toEqual(left);
    expect(await restoreConfig(other, backup, `mode=${mode}`)).toEqual(dry);
  });

it("a merge names pipelines that stay and don't run any more", async () => {
  await using from = await startServer();
  await using other = await startServer();
  const config = { type: "amqp", url: "amqp://h/" };
  await saveIn(from)("/forwarders/hook", { forwarder: { config } });
  await saveIn(other)("/alerts/hook", { webhook: { url: "http://127.0.0.1:9/" } });
  await saveIn(other)("/pipelines/stays", into("alert", { alert: "hook" }));
  const backup = await backupOf(from);
  for (const query of ["dryRun=true", "dryRun=false"])
    expect(await restoreConfig(other, backup, query)).toEqual([
      expect.stringMatching(/^The alert "hook"/),
      expect.stringMatching(/^The pipeline "stays" leads to alert node "to", whose alert "hook"/),
    ]);
});
