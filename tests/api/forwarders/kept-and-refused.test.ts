// Forwarders to services as they are kept: refused where they can't work, carried by a backup, and silent on their secrets.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertKey } from "../../../server/records/records.js";
import { eventually } from "../../eventually.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";
import { startServer, type TestServer } from "../../http/test-server.js";
import { forwardTo, sendThrough, tryForwarder } from "../../support/forwarding.js";
import { receiver } from "../../support/webhook-receiver.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const put = (name: string, config: object) =>
  server.call(`/forwarders/${name}`, {
    method: "PUT",
    as: server.root,
    json: { forwarder: { config } },
  });

const SPLUNK = { type: "splunk", endpoint: "http://127.0.0.1:9/", token: "s3cr3t" };
const SYSLOG = {
  type: "syslog",
  network: "udp",
  address: "h:514",
  tag: "",
  severity: "",
  facility: "",
};
const GOOGLE = { type: "googlecloudlogging", host: "h", port: 443, project_id: "p", log_id: "l" };
const AZURE = { type: "azuremonitor", token: "s3cr3t", rule_id: "r", stream_name: "s" };
const PEM = "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n";
const AWS = {
  type: "awscloudwatch",
  access_key_id: "AKID",
  secret_access_key: "s3cr3t",
  group: "g",
  stream: "s",
};
const ELASTIC = { type: "elastic", index: "i", username: "u", password: "s3cr3t" };

const MANY = Array.from({ length: 33 }, (_, i) => `http://h${i}/`);
const HEADERS = Object.fromEntries(
  MANY.flatMap((_, i) => ["a", "b", "c", "d"].map((x) => [`${x}${i}`, "s3cr3t"])),
);
const MORE_THAN_100 = "headers is a list of more than 100 headers";
const LONG = { a: "s3cr3t".repeat(11_000) };

describe("a forwarder to a service is refused", () => {
  it.each<[object, string]>([
    [{ ...SPLUNK, endpoint: "ftp://h/" }, "config.endpoint is not an http or https URL"],
    [{ ...SPLUNK, token: undefined }, "config.token is missing"],
    [{ ...SPLUNK, token: "s3cr3t\n" }, "config.token: has characters that HTTP does not allow"],
    [{ ...SPLUNK, source: "@expr:len(log)" }, "config.source is an expression that this server"],
    [{ type: "otlp" }, "config.endpoint is missing"],
    [{ type: "otlp", endpoint: "http://h/", headers: { "a b": "c" } }, "config.headers["],
    [{ ...SYSLOG, network: "unix" }, "config.network is neither tcp nor udp"],
    [{ ...SYSLOG, address: "h" }, "config.address is not HOST:PORT"],
    [{ ...SYSLOG, address: "h:99999" }, "config.address is not HOST:PORT"],
    [{ ...ELASTIC, addresses: [] }, "config.addresses is empty"],
    [{ ...ELASTIC, addresses: ["s3cr3t"] }, "config.addresses[0] is not an http or https URL"],
    [{ ...ELASTIC, addresses: ["http://h/"], ca: "x" }, "config.ca is not a certificate"],
    [{ ...ELASTIC, addresses: ["http://h/"], ca: PEM }, "config.ca is not a certificate"],
    [{ ...AWS, access_key_id: "s3cr3t\n" }, "config.access_key_id: has characters that HTTP"],
    [{ ...AWS, session_token: "s3cr3t\nX-A: b" }, "config.session_token: has characters that"],
    [{ ...GOOGLE, host: "1.2.3.999", disable_auth: true }, "config.host is not a host"],
    [{ ...GOOGLE, host: "[::1", disable_auth: true }, "config.host is not a host"],
    [GOOGLE, "config.auth_json is missing"],
    [{ ...GOOGLE, auth_json: '{"private_key":"s3cr3t"}' }, "config.auth_json is not the JSON"],
    [{ ...AZURE, endpoint: "http://h/" }, "config.endpoint is not an https URL"],
    [{ type: "awscloudwatch", region: "a.b", group: "g" }, "config.region is not a region"],
    [{ type: "datadog", url: "http://h/" }, "config.apiKey is missing"],
    [{ type: "http", url: "http://h/", body: "@expr:1" }, "config.body is an expression"],
  ])("%j", async (config, message) => {
    const { status, body, text } = await put("wrong", config);
    expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
    expect(body.message).toContain(message);
    expect(text).not.toContain("s3cr3t");
    expect((await server.call("/forwarders/wrong", { as: server.root })).status).toBe(404);
  });
});

it.each<[string, object, string]>([
  ["addresses", { ...ELASTIC, addresses: MANY }, "config.addresses is a list of more than 32"],
  ["headers", { type: "otlp", endpoint: "http://h/", headers: HEADERS }, MORE_THAN_100],
  ["headers of a webhook", { type: "http", url: "http://h/", headers: HEADERS }, MORE_THAN_100],
  [
    "characters of headers",
    { type: "http", url: "http://h/", headers: LONG },
    "headers is a list of headers of more than 65536 characters",
  ],
])("a forwarder with too many %s is refused", async (_, config, message) => {
  const { status, body, text } = await put("wrong", config);
  expect([status, body.code]).toEqual([400, "INPUT_INVALID"]);
  expect(body.message).toContain(message);
  expect(text).not.toContain("s3cr3t");
});

it.each([
  { ...SYSLOG, address: "log_server:514" },
  { ...SYSLOG, address: "[::1]:514" },
  { ...GOOGLE, host: "::1", disable_auth: true },
  { ...GOOGLE, host: "[::1]", disable_auth: true },
])("a forwarder to a host with an unusual name is taken: %j", async (config) => {
  const { status, body } = await put("host", config);
  expect([status, body.success]).toEqual([200, true]);
  await server.must("/forwarders/host", { method: "DELETE" });
});

it.each(["amqp", "clickhouse"])("of type %s is kept, named, and not carried out", async (type) => {
  const { status, body } = await put(type, { type, url: "amqp://h/" });
  expect([status, body.warnings]).toEqual([200, [expect.stringContaining(`"${type}" do not run`)]]);
  const tried = await tryForwarder(server, type, {});
  expect([tried.status, tried.body.code]).toEqual([501, "NOT_IMPLEMENTED"]);
  expect(tried.body.message).toContain(`"${type}", which does not run here`);
  await server.must(`/forwarders/${type}`, { method: "DELETE" });
});

it("that isn't there is told as a forwarder, and not as an alert", async () => {
  const { status, body } = await tryForwarder(server, "nobody", {});
  expect([status, body.message, body.hint]).toEqual([
    404,
    'there is no forwarder "nobody"',
    "list the forwarders to see their names",
  ]);
});

it("is tried again, follows no redirect, and no log or answer has its secrets", async () => {
  await using elsewhere = await receiver(200);
  let answers = 0;
  await using hook = await receiver((response, { request }) => {
    // as a service that repeats what it got
    const all = JSON.stringify(request.headers);
    const headers = answers++ === 0 ? {} : { Location: elsewhere.url };
    response.writeHead(answers === 1 ? 503 : 302, headers).end(all);
  });
  await forwardTo(server, "secret", { ...SPLUNK, endpoint: hook.url });
  await sendThrough(server, "secret", { a: "b" });
  await eventually(() => {
    const told = server.logLines.find(({ msg }) => msg === "calls of alerts came to nothing");
    expect(told).toMatchObject({
      alerts: [{ alert: "secret", error: 1, why: "its service answered 302, a redirect" }],
    });
  });
  expect(hook.received).toHaveLength(2);
  expect(elsewhere.received).toEqual([]);
  const tried = await tryForwarder(server, "secret", { a: "b" });
  expect([tried.status, tried.body.message]).toEqual([500, "the service answered 302, a redirect"]);
  expect(tried.text + JSON.stringify(server.logLines)).not.toContain("s3cr3t");
});

it("runs again from the next log on after a restore", async () => {
  await using hook = await receiver(200);
  await using other = await receiver(200);
  await forwardTo(server, "restored", { ...SPLUNK, endpoint: hook.url });
  const headers = { Authorization: server.root };
  const backup = await (await fetch(`${server.url}/api/v1/backup/config`, { headers })).blob();
  await put("restored", { ...SPLUNK, endpoint: other.url });
  await sendThrough(server, "restored", { n: "1" });
  await eventually(() => expect(other.received).toHaveLength(1));
  const body = new FormData();
  body.set("backup", backup, "config.db");
  const url = `${server.url}/api/v1/restore/config`;
  const restored = await fetch(url, { method: "POST", headers, body });
  const { report } = (await restored.json()) as { report: { warnings: string[] } };
  expect([restored.status, report.warnings]).toEqual([200, []]);
  await sendThrough(server, "restored", { n: "2" });
  await eventually(() => expect(hook.received).toHaveLength(1));
  expect(JSON.parse(hook.received[0]?.body ?? "").event).toEqual({ n: "2" });
  expect(other.received).toHaveLength(1);
});

it("comes back whole from what an alert shows, as `flowg alert get` and `set` do", async () => {
  const config = { ...SPLUNK, endpoint: "http://127.0.0.1:9/x", source: "@expr:log.app" };
  await forwardTo(server, "shown", config);
  const { webhook } = (await server.must("/alerts/shown")).body;
  expect(webhook).toEqual({ version: 2, url: "", headers: {}, type: "splunk", config });
  await server.must("/alerts/copy", { method: "PUT", json: { webhook } });
  expect((await server.must("/forwarders/copy")).body.forwarder).toEqual({ version: 2, config });
  const wrong = { ...webhook, config: { type: "splunk" } };
  const json = { webhook: wrong };
  const refused = await server.call("/alerts/copy", { method: "PUT", as: server.root, json });
  expect([refused.status, refused.body.message]).toEqual([
    400,
    expect.stringContaining("config.endpoint is missing"),
  ]);
  // what has no effect isn't dropped without a word
  for (const other of [{ url: "http://127.0.0.1:9/y" }, { headers: { "X-A": "b" } }]) {
    const json = { webhook: { ...webhook, ...other } };
    const both = await server.call("/alerts/copy", { method: "PUT", as: server.root, json });
    expect([both.status, both.body.message]).toEqual([
      400,
      `the webhook is wrong: ${Object.keys(other)[0]} has no effect beside config`,
    ]);
  }
});

it("is shown by its kind where a restore has brought one that nests too deep, and says so when it is called", async () => {
  const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
  const stored = `{"version":2,"config":{"type":"splunk","endpoint":"http://127.0.0.1:9/","token":"s3cr3t","more":${deep}}}`;
  const records = [[{ key: alertKey("deep"), value: Buffer.from(stored) }]];
  const body = new FormData();
  body.set("backup", new Blob([await makeSnapshot(records, fixedHeader("config"))]), "config.db");
  const url = `${server.url}/api/v1/restore/config`;
  const headers = { Authorization: server.root };
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
  const shown = { type: "splunk" };
  const { webhook } = (await server.must("/alerts/deep")).body;
  expect(webhook).toMatchObject({ type: "splunk", config: shown });
  expect((await server.must("/forwarders/deep")).body.forwarder.config).toEqual(shown);
  const tried = await tryForwarder(server, "deep", { n: "1" });
  expect(tried.body.message).toContain("whose config nests deeper than 100");
  expect(tried.text + JSON.stringify(server.logLines)).not.toContain("s3cr3t");
});

it("with too many addresses or headers is kept where a restore has brought it, and says so when it is called", async () => {
  const stored = {
    addresses: { version: 2, config: { ...ELASTIC, addresses: MANY } },
    headers: { version: 2, config: { type: "otlp", endpoint: "http://h/", headers: HEADERS } },
    webhook: { version: 1, url: "http://h/", headers: HEADERS },
  };
  const why = {
    addresses: "whose addresses is a list of more than 32",
    headers: "whose headers is a list of more than 100 headers",
    webhook: "has more than 100 headers",
  };
  const records = Object.entries(stored).map(([name, value]) => ({
    key: alertKey(name),
    value: Buffer.from(JSON.stringify(value)),
  }));
  const body = new FormData();
  body.set("backup", new Blob([await makeSnapshot([records], fixedHeader("config"))]), "config.db");
  const headers = { Authorization: server.root };
  const url = `${server.url}/api/v1/restore/config`;
  const restored = await fetch(url, { method: "POST", headers, body });
  const { report } = (await restored.json()) as { report: { warnings: string[] } };
  const listed = (await server.must("/forwarders?warnings=true")).body;
  for (const [name, reason] of Object.entries(why)) {
    const told = expect.stringMatching(new RegExp(`^The alert "${name}" .*${reason}\\.$`));
    expect(report.warnings).toContainEqual(told);
    expect(listed.warnings).toContainEqual(told);
    const { config } = (await server.must(`/forwarders/${name}`)).body.forwarder;
    expect(config).toMatchObject(
      name === "webhook" ? { type: "http", headers: HEADERS } : stored[name as "headers"].config,
    );
    const tried = await tryForwarder(server, name, { n: "1" });
    expect([tried.status, tried.body.code]).toEqual([500, "UPSTREAM_FAILED"]);
    expect(tried.body.message).toContain(reason);
    expect(tried.text).not.toContain("s3cr3t");
  }
});
