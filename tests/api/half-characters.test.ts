// Half a pair of surrogates, which JSON can say and UTF-8 can't: U+FFFD takes its place wherever text comes in, and
// every answer can be read by any parser.

import { isUtf8 } from "node:buffer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alertKey, entryKey, streamKey } from "../../server/records/records.js";
import { fixedHeader, makeSnapshot } from "../formats/snapshot/make-snapshot.js";
import {
  type FlowgServer,
  ROOT_PASSWORD,
  startFlowg,
  upload,
} from "../operations/online/flowg-server.js";

const HALF = "\\ud83d";
let server: FlowgServer;
let as: string;
beforeAll(async () => {
  server = await startFlowg();
  as = await server.login("root", ROOT_PASSWORD);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sends JSON as it is written here; the answer must be readable by all. */
async function send(method: string, path: string, body?: string) {
  const response = await fetch(`${server.api}${path}`, {
    method,
    headers: { Authorization: as, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(isUtf8(bytes)).toBe(true);
  const text = bytes.toString();
  expect(text).not.toMatch(/\\ud[89a-f]/i);
  return { status: response.status, body: JSON.parse(text) };
}

const fieldsOf = async (stream: string, filter = "") => {
  const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
  const { body } = await send("GET", `/streams/${stream}/logs?${window}${filter}`);
  return body.records.map(({ fields }: { fields: object }) => fields);
};

test("in logs, large and small, and in filters", async () => {
  const big = "x".repeat(200_000);
  for (const text of ["", big]) {
    const record = `{"record":{"m":"${HALF}${text}","k${HALF}":"\\ude00"}}`;
    expect((await send("POST", "/pipelines/default/logs", record)).status).toBe(200);
  }
  const expected = { m: "\ufffd", "k\ufffd": "\ufffd" };
  expect(await fieldsOf("default")).toEqual([{ ...expected, m: `\ufffd${big}` }, expected]);
  for (const written of ["\ufffd", "\\ud83d", "\\ufffd"]) {
    const filter = `&filter=${encodeURIComponent(`m = "${written}"`)}`;
    expect(await fieldsOf("default", filter)).toEqual([expected]);
  }
  const { body } = await send("GET", "/streams/default/fields");
  expect(body.fields).toEqual(["k\ufffd", "m"]);
});

test("in everything that is saved", async () => {
  const saves = [
    ["/transformers/t", `{"script":". = \\"${HALF}\\""}`],
    ["/alerts/a", `{"webhook":{"url":"http://h/${HALF}"}}`],
    ["/roles/r", `{"scopes":["${HALF}"]}`],
    ["/users/u", `{"roles":["r${HALF}"],"password":"secret ${HALF}"}`],
    [
      "/pipelines/p",
      `{"flow":{"nodes":[{"id":"${HALF}","type":"source","data":{"type":"direct"}},{"id":"r","type":"router","data":{"stream":"s${HALF}"}}],"edges":[{"id":"e","source":"${HALF}","target":"r"}]}}`,
    ],
    ["/streams/indexed", `{"config":{"indexed_fields":["f${HALF}"]}}`],
  ] as const;
  for (const [path, body] of saves) {
    const { status } = await send("PUT", path, body);
    expect([path, status]).toEqual([path, path === "/roles/r" ? 400 : 200]);
  }
  expect((await send("GET", "/transformers/t")).body.script).toBe('. = "\ufffd"');
  expect((await send("GET", "/users")).body.users).toContainEqual({
    name: "u",
    roles: ["r\ufffd"],
  });
  expect((await send("GET", "/pipelines/p")).body.flow.nodes[0].id).toBe("\ufffd");
  expect((await send("POST", "/pipelines/p/logs", '{"record":{"a":"b"}}')).status).toBe(200);
  expect(await fieldsOf(encodeURIComponent("s\ufffd"))).toEqual([{ a: "b" }]);
  await server.login("u", "secret \ufffd");
  for (const path of ["/alerts/a", "/streams", "/streams/indexed", "/roles", "/pipelines"])
    expect((await send("GET", path)).status).toBe(200);
});

test("in a snapshot that an earlier version made, and in its database", async () => {
  const uuid = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";
  const value = `{"timestamp":"2026-01-01T00:00:00Z","fields":{"f":"${HALF}","${HALF}":"x"}}`;
  const stream = '{"ttl":0,"size":0,"indexed_fields":["f"]}';
  const logs = await makeSnapshot(
    [
      [
        { key: entryKey("old", Date.UTC(2026, 0), uuid), value: Buffer.from(value) },
        { key: streamKey("old"), value: Buffer.from(stream) },
      ],
    ],
    fixedHeader("logs"),
  );
  expect((await upload(server, { as, path: "/restore/logs", bytes: logs })).status).toBe(200);
  const expected = { f: "\ufffd", "\ufffd": "x" };
  expect(await fieldsOf("old")).toEqual([expected]);
  const filter = `&filter=${encodeURIComponent('f = "\ufffd"')}`;
  expect(await fieldsOf("old", filter)).toEqual([expected]);
  const alert = {
    key: alertKey("old"),
    value: Buffer.from(`{"version":1,"url":"http://${HALF}"}`),
  };
  const config = await makeSnapshot([[alert]], fixedHeader("config"));
  expect((await upload(server, { as, path: "/restore/config", bytes: config })).status).toBe(200);
  expect((await send("GET", "/alerts/old")).body.webhook.url).toBe("http://\ufffd");
});
