// Logs of OpenTelemetry, sent by its own exporters and byte by byte.

import { gzipSync } from "node:zlib";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Data, stored } from "../api/through-pipelines.js";
import { startServer, type TestServer } from "./test-server.js";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer();
  const { body } = await server.must("/token", { method: "POST" });
  token = `Bearer pat:${body.token}`;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function pipeline(name: string) {
  const nodes = [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "out", type: "router", data: { stream: name } },
  ];
  const edges = [{ id: "1", source: "in", target: "out" }];
  await server.must(`/pipelines/${name}`, { method: "PUT", json: { flow: { nodes, edges } } });
}

const post = (body: string | Uint8Array, headers: Record<string, string> = {}, path = "/v1/logs") =>
  fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { Authorization: token, "Content-Type": "application/json", ...headers },
    body,
  });
const message = (...logRecords: unknown[]) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

describe("an exporter of OpenTelemetry", () => {
  const attributes = {
    text: "a b",
    "http.status": 200,
    ratio: 0.5,
    tiny: 1e-9,
    yes: true,
    list: ["a", "b"],
    nested: { deep: { n: 1 }, list: [true] },
    bytes: new Uint8Array([1, 255]),
  };
  const shared = {
    severity_number: "SEVERITY_NUMBER_WARN2",
    severity_text: "warning",
    dropped_attributes_count: "0",
    body: "hello 日本",
    event_name: "greeting",
    "attr.text": "a b",
    "attr.http.status": "200",
    "attr.ratio": "0.500000",
    "attr.tiny": "1e-9",
    "attr.yes": "true",
    "attr.list.0": "a",
    "attr.list.1": "b",
    "attr.nested.deep.n": "1",
    "attr.nested.list.0": "true",
    "attr.bytes": "[1 255]",
    "scope.name": "our scope",
    "scope.version": "1.2.3",
    time_unix_nano: "1700000000123456789",
  };

  it.each([
    ["JSON", JsonExporter, "none"],
    ["protobuf", ProtobufExporter, "gzip"],
    ["zipped-JSON", JsonExporter, "gzip"],
  ] as const)("sends by %s, %#", async (name, Exporter, compression) => {
    await pipeline(name);
    const exporter = new Exporter({
      url: `${server.url}/v1/logs`,
      headers: { Authorization: token, "Flowg-Pipeline": name },
      compression: compression as never,
    });
    const provider = new LoggerProvider({
      processors: [new BatchLogRecordProcessor({ exporter } as never)],
    } as never);
    const logger = provider.getLogger("our scope", "1.2.3");
    for (let i = 0; i < 300; i++)
      logger.emit({
        severityNumber: 14,
        severityText: "warning",
        body: i === 0 ? "hello 日本" : { i, parts: ["x"] },
        eventName: "greeting",
        timestamp: [1_700_000_000, 123_456_789],
        attributes: i === 0 ? attributes : {},
      } as never);
    await provider.forceFlush();
    await provider.shutdown();
    const found = (await stored(server, name)).reverse();
    expect(found).toHaveLength(300);
    expect(found[0]).toMatchObject(shared);
    expect(found[0]?.["resource.attr.service.name"]).toMatch(/./);
    expect(found[299]).toMatchObject({ "body.i": "299", "body.parts.0": "x" });
    expect(found.map((log) => log["body.i"] ?? "0")).toEqual(found.map((_, i) => String(i)));
  });
});

describe("JSON of OTLP", () => {
  it("may have ids, integers as texts, and what nobody knows", async () => {
    await pipeline("by-hand");
    const body = JSON.stringify({
      resource_logs: [
        {
          resource: { attributes: [{ key: "host", value: { stringValue: "a" } }] },
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: "18446744073709551615",
                  severityNumber: 99,
                  traceId: "5B8EFFF798038103D269B633813FC60C",
                  spanId: "EEE19B7EC3C1B174",
                  flags: 1,
                  attributes: [
                    { key: "big", value: { intValue: "-9223372036854775808" } },
                    { key: "none", value: {} },
                    { key: "__proto__", value: { stringValue: "own" } },
                  ],
                  later: { field: [1] },
                },
              ],
            },
          ],
        },
      ],
    });
    const reply = await post(body, { "Flowg-Pipeline": "by-hand" });
    expect([reply.status, await reply.text()]).toEqual([200, "{}"]);
    const [log = {}] = await stored(server, "by-hand");
    expect(log).toMatchObject({
      time_unix_nano: "18446744073709551615",
      severity_number: "99",
      trace_id: "5b8efff798038103d269b633813fc60c",
      span_id: "eee19b7ec3c1b174",
      flags: "1",
      body: "",
      "attr.big": "-9223372036854775808",
      "attr.none": "",
      "attr.__proto__": "own",
      "resource.attr.host": "a",
    } satisfies Data);
  });

  it.each([
    "",
    "[]",
    "null",
    "{",
    '{"resourceLogs":5}',
    '{"resourceLogs":[5]}',
    message({ severityText: 5 }),
    message({ timeUnixNano: 1.5 }),
    message({ attributes: [{ key: "a", value: 5 }] }),
  ])("of the form %s is a Status, and not tried again", async (body) => {
    const reply = await post(body);
    const status = (await reply.json()) as { code: number; message: string };
    expect([reply.status, status.code]).toEqual([400, 3]);
    expect(status.message).toMatch(/^the body is not logs of OpenTelemetry/);
  });

  it("nests and repeats within bounds", async () => {
    let value: unknown = { intValue: 1 };
    for (let i = 0; i < 60; i++) value = { arrayValue: { values: [value] } };
    const deep = await post(message({ body: value }));
    const zeros = await post(`{"resourceLogs":[${"{},".repeat(2_000_001)}{}]}`);
    const many = await post(message(...Array.from({ length: 10_001 }, () => ({}))));
    for (const reply of [deep, zeros, many]) {
      expect([reply.status, ((await reply.json()) as Data).code]).toEqual([413, 8]);
    }
    // a log's origin is written into each log
    const resource = { attributes: [{ key: "a", value: { stringValue: "x".repeat(1_000_000) } }] };
    const logRecords = Array.from({ length: 500 }, () => ({}));
    const copies = await post(
      JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
    );
    expect(copies.status).toBe(413);
    // and the name of a map before all that is in it
    const values = Array.from({ length: 8_000 }, (_, n) => ({ key: `n${n}`, value: {} }));
    const attribute = { key: "k".repeat(5_000_000), value: { kvlistValue: { values } } };
    const names = await post(message({ attributes: [attribute] }));
    expect(names.status).toBe(400);
    expect(await names.text()).toContain("names of more than");
  });
});

describe("an answer", () => {
  it("says how many were refused, in the encoding of the request", async () => {
    await pipeline("partial");
    const wide = Array.from({ length: 10_001 }, (_, i) => ({ key: `${i}`, value: {} }));
    const body = message({ body: { stringValue: "one" } }, { attributes: wide }, {});
    const reply = await post(body, { "Flowg-Pipeline": "partial" });
    const { partialSuccess } = (await reply.json()) as { partialSuccess: Record<string, unknown> };
    expect(reply.status).toBe(200);
    expect(partialSuccess.rejectedLogRecords).toBe(1);
    expect(partialSuccess.errorMessage).toMatch(/log 1: has more than 10000 fields/);
    expect(await stored(server, "partial")).toHaveLength(2);
    // the API's own path answers as for a batch
    const api = await post(body, {}, "/api/v1/pipelines/partial/logs/otlp");
    const { details } = (await api.json()) as { details: Record<string, unknown> };
    expect(details).toMatchObject({ stored: 2, refusedIndexes: [1] });
    const whole = await post(message({}), {}, "/api/v1/pipelines/partial/logs/otlp");
    expect(await whole.json()).toEqual({ success: true, processed_count: 1 });
  });

  it("is a Status, in protobuf as well", async () => {
    const type = { "Content-Type": "application/x-protobuf" };
    const empty = await post(new Uint8Array(), type);
    expect([empty.status, empty.headers.get("content-type")]).toEqual([200, type["Content-Type"]]);
    const torn = await post(Uint8Array.of(0x0a, 0x7f), type);
    const bytes = Buffer.from(await torn.arrayBuffer());
    expect([torn.status, bytes[0], bytes[1], bytes[2]]).toEqual([400, 8, 3, 0x12]);
    expect(bytes.subarray(4).toString()).toMatch(/the body is not logs of OpenTelemetry/);
    const stuffed = await post(gzipSync(Buffer.alloc(2_000_002, "\n\0")), {
      ...type,
      "Content-Encoding": "gzip",
    });
    expect(stuffed.status).toBe(413);
  });

  it("tells who may not, where nothing is, and what is wrong with a header", async () => {
    const statuses = await Promise.all([
      post("{}", { Authorization: "Bearer x" }),
      post("{}", { Authorization: await server.userWith("read_streams") }),
      post("{}", { "Flowg-Pipeline": "missing%20one" }),
      post("{}", { "Flowg-Pipeline": "%" }),
      post("{}", { "Content-Type": "text/plain" }),
      post("{}", {}, "/v1/traces"),
      fetch(`${server.url}/v1/logs`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 404, 400, 415, 404, 405]);
    for (const reply of statuses.slice(0, 4))
      expect(Object.keys((await reply.json()) as object)).toEqual(["code", "message"]);
  });
});
