// Many logs in one request: all are stored, in their order, or the answer says which are not.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";
import { type Data, stored } from "./through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const NDJSON = "application/x-ndjson";
const send = (
  pipeline: string,
  body: string | Uint8Array,
  { type = NDJSON, ...headers }: { type?: string; [name: string]: string } = {},
) =>
  server.call(`/pipelines/${pipeline}/logs`, {
    method: "POST",
    as: server.root,
    body,
    headers: { "Content-Type": type, ...headers },
  });
const lines = (records: readonly unknown[]) => records.map((one) => JSON.stringify(one)).join("\n");

interface Node {
  id: string;
  type: string;
  data: Data;
}

/** A pipeline whose source leads to each of these ways. */
async function pipeline(name: string, ...ways: Node[][]) {
  const nodes = [{ id: "in", type: "source", data: { type: "direct" } }, ...ways.flat()];
  const edges = ways.flatMap((way) =>
    way.map(({ id }, i) => ({ id: `to-${id}`, source: way[i - 1]?.id ?? "in", target: id })),
  );
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow: { nodes, edges } } });
}
const router = (stream: string) => ({ id: stream, type: "router", data: { stream } });
const transform = (transformer: string) => ({
  id: transformer,
  type: "transform",
  data: { transformer },
});
const transformer = (name: string, script: string) =>
  server.must(`/transformers/${name}`, { method: "PUT", json: { script } });

describe("many logs", () => {
  const records = Array.from({ length: 2_500 }, (_, i) => ({ n: String(i), text: `the ${i}th` }));

  it.each([
    ["lines", lines(records), {}],
    ["lines with ends and empty ones", `\r\n${lines(records).replaceAll("\n", "\r\n\n")}\n\n`, {}],
    ["an array", JSON.stringify(records, null, 2), { type: "application/json" }],
    ["gzip", gzipSync(lines(records)), { "Content-Encoding": "gzip" }],
    ["records", lines(records.map((record) => ({ record }))), { type: "application/jsonl" }],
  ])("as %s are stored in their order", async (name, body, headers) => {
    const stream = name.replaceAll(" ", "-");
    await pipeline(stream, [router(stream)]);
    const { status, body: answer } = await send(stream, body, headers as Record<string, string>);
    expect([status, answer]).toEqual([200, { success: true, processed_count: records.length }]);
    expect((await stored(server, stream)).reverse()).toEqual(records);
  });

  it("go into every branch, and are counted and listed", async () => {
    await pipeline("both", [router("left")], [router("right")]);
    await send("both", lines([{ a: "1" }, { b: "2", __proto__: "x" }]));
    for (const stream of ["left", "right"]) {
      expect(await stored(server, stream)).toEqual([{ b: "2" }, { a: "1" }]);
      const { body } = await server.must(`/streams/${stream}/fields`);
      expect(body.fields).toEqual(["a", "b"]);
    }
    const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
    expect(metrics).toContain('flowg_pipeline_log_total{pipeline="both",status="success"} 2');
    expect(metrics).toContain('flowg_stream_log_total{stream="left"} 2');
  });

  it("are found by an index, and keep any names and texts", async () => {
    const config = { ttl: 0, size: 0, indexed_fields: ["id"] };
    await server.must("/streams/indexed", { method: "PUT", json: { config } });
    await pipeline("indexed", [router("indexed")]);
    const odd = JSON.parse('{"id":"x","__proto__":"own","10":"ten","":"empty","日":"本\\ud83d"}');
    await send("indexed", lines([{ id: "y" }, odd]));
    const query = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&filter=id%20%3D%20%22x%22";
    const { body } = await server.must(`/streams/indexed/logs?${query}`);
    expect(body.records).toHaveLength(1);
    expect(Object.entries(body.records[0].fields).sort()).toEqual(
      Object.entries({ ...odd, ["__proto__" as string]: "own", 日: "本\ufffd" }).sort(),
    );
  });

  it("of none are none", async () => {
    for (const [body, type] of [
      ["", NDJSON],
      ["\n \n", NDJSON],
      ["[ ]", "application/json"],
    ] as const) {
      const reply = await send("default", body, { type });
      expect(reply.body).toEqual({ success: true, processed_count: 0 });
    }
  });
});

describe("logs that break a rule", () => {
  it("are named by their lines, and the others are stored", async () => {
    await pipeline("mixed", [router("mixed")]);
    const { status, body } = await send(
      "mixed",
      ['{"a":"1"}', "", "{oops", '{"n":1}', "[]", '{"a":"2"}', '{"a":null}'].join("\n"),
    );
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toMatch(/^4 of 6 logs were refused; line 3: is not valid JSON/);
    expect(body.hint).toBe("the others are stored: send only these again, mended");
    const { stored: count, refused, logs, refusedIndexes } = body.details;
    expect([count, refused, refusedIndexes]).toEqual([2, 4, [1, 2, 3, 5]]);
    expect(logs.map(({ line, code }: { line: number; code: string }) => [line, code])).toEqual(
      [3, 4, 5, 7].map((line) => [line, "INPUT_INVALID"]),
    );
    expect(logs[1].message).toBe('"n" must be a string: write "1"');
    expect(await stored(server, "mixed")).toEqual([{ a: "2" }, { a: "1" }]);
  });

  it("in an array are named by their index; a text that isn't JSON is refused as a whole", async () => {
    await pipeline("array", [router("array")]);
    const type = "application/json";
    const mixed = await send("array", '[{"a":"1"},{"a":{"b":"c"}},5]', { type });
    expect(mixed.body.details.refusedIndexes).toEqual([1, 2]);
    for (const body of [
      '[{"a":"x"},{"a":]',
      '[{"a":"x"}',
      '[{"a":"x"}] 1',
      '[{"a":"x"},]',
      "[,]",
    ]) {
      const reply = await send("array", body, { type });
      expect([reply.status, reply.body.code, body]).toEqual([400, "INPUT_INVALID", body]);
    }
    expect(await stored(server, "array")).toEqual([{ a: "1" }]);
  });

  it("are bounded: how many, how many values, how deep, how large", async () => {
    await pipeline("bounds", [router("bounds")]);
    const many = await send("bounds", '{"a":"b"}\n'.repeat(10_001));
    expect([many.status, many.body.code]).toEqual([413, "INPUT_TOO_LARGE"]);
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, ""])),
    );
    const deep = `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
    const { body } = await send("bounds", [wide, deep].join("\n"));
    expect(body.details.logs.map(({ message }: { message: string }) => message)).toEqual([
      "holds more than 10000 values",
      "is nested deeper than 100",
    ]);
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, 0x20));
    const large = await send("bounds", bomb, { "Content-Encoding": "gzip" });
    expect([large.status, large.body.code]).toEqual([413, "INPUT_TOO_LARGE"]);
    const torn = await send("bounds", gzipSync("x").subarray(0, 12), {
      "Content-Encoding": "gzip",
    });
    expect([torn.status, torn.body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(await stored(server, "bounds")).toEqual([]);
  });

  it("need the right type and the scope", async () => {
    const plain = await send("default", "{}", { type: "text/plain" });
    expect([plain.status, plain.body.hint]).toEqual([415, expect.stringContaining("x-ndjson")]);
    const as = await server.userWith("read_streams");
    const sent = { method: "POST", as, body: "{}", headers: { "Content-Type": NDJSON } };
    expect((await server.call("/pipelines/default/logs", sent)).status).toBe(403);
    // an array isn't taken as a batch here
    const array = { method: "PUT", json: [] };
    expect((await server.call("/roles/x", { as: server.root, ...array })).status).toBe(400);
  });
});

describe("logs on their way", () => {
  it("go through scripts, and the answer names those that fail there", async () => {
    await transformer("abort-3", '.n = to_string!(.n)\nif .n == "3" { abort }\n.done = "yes"');
    await pipeline("scripted", [transform("abort-3"), router("scripted")]);
    const records = Array.from({ length: 600 }, (_, i) => ({ n: String(i) }));
    // on a busy machine the interpreter may start late: then nothing is stored, and the batch is sent again
    let reply = await send("scripted", lines(records));
    while (reply.status === 503) reply = await send("scripted", lines(records));
    const { status, body } = reply;
    expect([status, body.details.stored, body.details.refusedIndexes]).toEqual([400, 599, [3]]);
    expect(body.details.logs[0].message).toBe('transformer "abort-3": the script aborted');
    const found = (await stored(server, "scripted")).reverse();
    expect(found).toEqual(
      records.filter(({ n }) => n !== "3").map((record) => ({ ...record, done: "yes" })),
    );
  });

  it("tell which were stored by other branches", async () => {
    await transformer("fails", 'if .n == "1" { abort }');
    await pipeline("partly", [transform("fails"), router("scripted-part")], [router("plain-part")]);
    const { body } = await send("partly", lines([{ n: "0" }, { n: "1" }]));
    expect(body.details).toMatchObject({ stored: 1, refused: 1, refusedIndexes: [1] });
    expect(body.details.logs[0]).toMatchObject({ index: 1, line: 2, stored: 1 });
    expect(body.hint).toMatch(/^some branches stored those/);
    expect(await stored(server, "plain-part")).toEqual([{ n: "1" }, { n: "0" }]);
    expect(await stored(server, "scripted-part")).toEqual([{ n: "0" }]);
  });

  it("all meet what the pipeline can't carry out", async () => {
    const missing = await send("no-such-pipeline", lines([{ a: "b" }]));
    expect([missing.status, missing.body.code]).toEqual([404, "NOT_FOUND"]);
    const flow = { nodes: [{ id: "in", type: "source", data: { type: "syslog" } }], edges: [] };
    await server.must("/pipelines/sourceless", { method: "PUT", json: { flow } });
    const { status, body } = await send("sourceless", lines([{ a: "b" }, { a: "c" }]));
    expect([status, body.code, body.details.stored]).toEqual([404, "NOT_FOUND", 0]);
    expect(body.hint).toBe("nothing is stored");
  });
});
