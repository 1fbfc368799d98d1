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
