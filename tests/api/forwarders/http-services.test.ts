// Forwarders to services that speak HTTP: what each gets of a log, on a real connection.

import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../eventually.js";
import { startServer, type TestServer } from "../../http/test-server.js";
import { forwardTo, sendThrough } from "../../support/forwarding.js";
import { protobufBytes, protobufFields, protobufPairs } from "../../support/protobuf-fields.js";
import { type Received, type Receiver, receiver } from "../../support/webhook-receiver.js";
import { stored } from "../through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Sends one log through a forwarder, and gives the one request that came of it. */
async function receivedOf(
  { received }: Receiver,
  config: Record<string, unknown>,
  record: Record<string, string>,
): Promise<Received> {
  const name = String(config.type);
  await forwardTo(server, name, config);
  await sendThrough(server, name, record);
  await eventually(() => expect(received).toHaveLength(1));
  expect(received[0]?.request.method).toBe("POST");
  return received[0] as Received;
}

const NOW = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const json = ({ body }: Received) => JSON.parse(body);

describe("a forwarder", () => {
  it("of type http with a body posts that, worked out for the log", async () => {
    await using hook = await receiver(200);
    const body = '@expr:log.level == "error" ? upper(log.text) + "!" : log.text';
    const config = { type: "http", url: hook.url, headers: { "X-A": "b" }, body };
    const got = await receivedOf(hook, config, { level: "error", text: "boom" });
    expect(json(got)).toEqual({ timestamp: expect.stringMatching(NOW), body: "BOOM!" });
    expect(got.request.headers).toMatchObject({ "x-a": "b", "content-type": "application/json" });
  });

  it("of type splunk posts an event", async () => {
    await using hook = await receiver((response) => response.end('{"text":"Success","code":0}'));
    const before = Date.now();
    const endpoint = `${hook.origin}/services/collector/event`;
    const config = { type: "splunk", endpoint, token: "t0ken", source: "", host: "" };
    const got = await receivedOf(hook, config, { host: "web-1", text: "a" });
    const { time, ...others } = json(got);
    expect(others).toEqual({
      event: { host: "web-1", text: "a" },
      sourcetype: "json",
      source: "flowg",
      host: "web-1",
    });
    expect(time * 1000).toBeGreaterThanOrEqual(before);
    expect(got.path).toBe("/services/collector/event");
    expect(got.request.headers.authorization).toBe("Splunk t0ken");
  });

  it("of type datadog posts what its fields give", async () => {
    await using hook = await receiver(202);
    const config = {
      type: "datadog",
      url: hook.url,
      apiKey: "k3y",
      ddsource: "flowg",
      ddtags: '@expr:"env:" + log.env',
      hostname: "",
      message: "@expr:toJSON(log)",
      service: "@expr:log.missing",
    };
    const got = await receivedOf(hook, config, { hostname: "web-1", env: "prod" });
    expect(json(got)).toEqual({
      timestamp: expect.stringMatching(NOW),
      ddsource: "flowg",
      ddtags: "env:prod",
      hostname: "web-1",
      message: '{"env":"prod","hostname":"web-1"}',
      service: "",
    });
    expect(got.request.headers).toMatchObject({ "dd-api-key": "k3y", accept: "application/json" });
  });

  it("of type otlp exports a record", async () => {
    await using hook = await receiver(200);
    const before = BigInt(Date.now()) * 1_000_000n;
    const config = { type: "otlp", endpoint: hook.url, headers: { "X-Tenant": "a" } };
    const got = await receivedOf(hook, config, { body: "hello", level: "info", ü: "ä" });
    expect(got.request.headers).toMatchObject({
      "content-type": "application/x-protobuf",
      "x-tenant": "a",
    });
    // resource_logs, scope_logs, log_records (opentelemetry/proto/logs/v1/logs.proto)
    const record = protobufBytes(got.bytes, 1, 2, 2);
    expect(protobufBytes(record, 5, 1).toString()).toBe("hello");
    expect(protobufPairs(record, 6, [2, 1]).sort()).toEqual([
      ["level", "info"],
      ["ü", "ä"],
    ]);
    const time = protobufFields(record).find(({ field }) => field === 1)?.number;
    expect(time).toBeGreaterThanOrEqual(before);
  });

  it("of type otlp is understood by another server's /v1/logs", async () => {
    await using other = await startServer();
    const endpoint = `${other.url}/v1/logs`;
    const headers = { Authorization: other.root };
    await forwardTo(server, "to-another", { type: "otlp", endpoint, headers });
    await sendThrough(server, "to-another", { body: "hello", level: "info" });
    await eventually(async () =>
      expect(await stored(other, "default")).toEqual([
        expect.objectContaining({ body: "hello", "attr.level": "info" }),
      ]),
    );
  });

  it("of type azuremonitor uploads to the rule's stream", async () => {
    await using hook = await receiver(204);
    const config = {
      type: "azuremonitor",
      endpoint: `${hook.origin}/`,
      token: "t0ken",
      expires_on: "2006-01-02T15:04:05Z",
      rule_id: "dcr-1",
      stream_name: "Custom-a b",
      allow_insecure: true,
    };
    const got = await receivedOf(hook, config, { text: "a" });
    expect(json(got)).toEqual([{ text: "a" }]);
    expect(got.path).toBe("/dataCollectionRules/dcr-1/streams/Custom-a%20b?api-version=2023-01-01");
    expect(got.request.headers.authorization).toBe("Bearer t0ken");
  });

  it("of type awscloudwatch puts an event, signed", async () => {
    await using hook = await receiver(200);
    const config = {
      type: "awscloudwatch",
      app_id: "logs",
      endpoint: `${hook.origin}/`,
      region: "eu-central-1",
      access_key_id: "AKID",
      secret_access_key: "s3cr3t",
      session_token: "s3ssion",
      group: "g",
      stream: "s",
    };
    const got = await receivedOf(hook, config, { text: "a", level: "b" });
    expect(json(got)).toEqual({
      logGroupName: "g",
      logStreamName: "s",
      logEvents: [{ message: '{"level":"b","text":"a"}', timestamp: expect.any(Number) }],
    });
    expect(got.request.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "Logs_20140328.PutLogEvents",
      "x-amz-security-token": "s3ssion",
      "user-agent": "flowg app/logs",
    });
    expect(got.request.headers.authorization).toBe(awsAuthorization(got, config));
  });

  it("of type elastic makes its index where it is missing, and a document of each log", async () => {
    let isMade = false;
    await using hook = await receiver((response, { request }) => {
      if (request.method === "PUT") isMade = true;
      response.writeHead(request.method === "PUT" ? 200 : isMade ? 201 : 404).end("{}");
    });
    await using dead = await receiver(503);
    const config = {
      type: "elastic",
      index: "logs-a",
      username: "elastic",
      password: "pässword",
      // the first one is in trouble
      addresses: [dead.origin, `${hook.origin}/base/`],
    };
    await forwardTo(server, "elastic", config);
    await sendThrough(server, "elastic", { text: "a" });
    await eventually(() => expect(hook.received).toHaveLength(3));
    const seen = hook.received.map(({ request, path }) => `${request.method} ${path}`);
    expect(seen).toEqual(["POST /base/logs-a/_doc", "PUT /base/logs-a", "POST /base/logs-a/_doc"]);
    const last = hook.received[2] as Received;
    expect(json(last)).toEqual({
      timestamp: expect.stringMatching(NOW),
      fields: { text: "a" },
    });
    const basic = Buffer.from("elastic:pässword").toString("base64");
    expect(last.request.headers.authorization).toBe(`Basic ${basic}`);
    expect(dead.received.map(({ path }) => path)).toEqual(["/logs-a/_doc"]);
  });
});

/** The header of a request, by version 4 of AWS's signatures, worked out anew from what came. */
function awsAuthorization(
  { request: { headers }, bytes }: Received,
  { region, access_key_id, secret_access_key }: Record<string, unknown>,
): string {
  const moment = String(headers["x-amz-date"]);
  const scope = `${moment.slice(0, 8)}/${region}/logs/aws4_request`;
  const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1] ?? "";
  const lines = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
  const asked = ["POST", "/", "", lines.join(""), names, hash(bytes)].join("\n");
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret_access_key}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", moment, scope, hash(asked)].join("\n"));
  const credential = `Credential=${access_key_id}/${scope}`;
  return `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature.toString("hex")}`;
}
