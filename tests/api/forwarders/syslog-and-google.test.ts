// Forwarders to services that don't speak HTTP/1: what a receiver on a socket of its own gets of a log.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttp2, type IncomingHttpHeaders } from "node:http2";
import { type AddressInfo, createServer } from "node:net";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../eventually.js";
import { startServer, type TestServer } from "../../http/test-server.js";
import { forwardTo, sendThrough, tryForwarder } from "../../support/forwarding.js";
import { protobufBytes, protobufFields, protobufPairs } from "../../support/protobuf-fields.js";
import { stored } from "../through-pipelines.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z";
const line = (priority: number, tag: string, message: string) =>
  new RegExp(`^<${priority}>${TIME} ${hostname()} ${tag}\\[${process.pid}\\]: ${message}$`);

describe("a forwarder of type syslog", () => {
  it("sends a line by TCP, whatever line ends a log has", async () => {
    const lines: string[] = [];
    const tcp = createServer((socket) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("end", () => lines.push(text));
    }).listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const { port } = tcp.address() as AddressInfo;
    const config = {
      type: "syslog",
      network: "tcp",
      address: `127.0.0.1:${port}`,
      tag: "my app",
      severity: '@expr:log.level == "error" ? "err" : "info"',
      facility: "local3",
      message: "@expr:log.text",
    };
    await forwardTo(server, "tcp", config);
    await sendThrough(server, "tcp", { level: "error", text: "a\r\n<0>forged\nb" });
    await eventually(() => expect(lines).toHaveLength(1));
    // local3 is 19, and err 3
    expect(lines[0]).toMatch(line(19 * 8 + 3, "my_app", "a <0>forged b\\n"));
    await new Promise((resolve) => tcp.close(resolve));
  });

  it("sends a message by UDP, with FlowG's values where it names none", async () => {
    const udp = createSocket("udp4").bind(0, "127.0.0.1");
    await once(udp, "listening");
    const first = once(udp, "message");
    const { port } = udp.address();
    const config = {
      type: "syslog",
      network: "udp",
      address: `127.0.0.1:${port}`,
      tag: "",
      severity: "loud",
      facility: "",
    };
    await forwardTo(server, "udp", config);
    await sendThrough(server, "udp", { b: "2", a: "1" });
    const [message] = await first;
    // user is 1, and info 6
    expect(String(message)).toMatch(line(14, "flowg", '\\{"a":"1","b":"2"\\}'));
    udp.close();
    await once(udp, "close");
  });

  it("reaches another server's syslog", async () => {
    await using other = await startServer({ syslog: { protocol: "tcp", bind: "127.0.0.1:0" } });
    const flow = {
      nodes: [
        { id: "in", type: "source", data: { type: "syslog" } },
        { id: "out", type: "router", data: { stream: "from-syslog" } },
      ],
      edges: [{ id: "e", source: "in", target: "out" }],
    };
    await other.must("/pipelines/syslog", { method: "PUT", json: { flow } });
    const address = new URL(String(other.running.syslogUrls[0])).host;
    const all = { tag: "app", severity: "crit", facility: "cron", message: "hello there" };
    await forwardTo(server, "other", { type: "syslog", network: "tcp", address, ...all });
    await sendThrough(server, "other", { a: "b" });
    await eventually(async () =>
      expect(await stored(other, "from-syslog")).toEqual([
        expect.objectContaining({ severity: "2", facility: "9", hostname: hostname() }),
      ]),
    );
    const [log] = await stored(other, "from-syslog");
    expect(Object.values(log ?? {}).join("\n")).toContain("hello there");
  });

  it("tells where nobody listens, or may", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const all = { type: "syslog", network: "tcp", tag: "t", severity: "", facility: "" };
    await forwardTo(server, "nobody", { ...all, address: `127.0.0.1:${port}` });
    const nobody = await tryForwarder(server, "nobody", {});
    expect([nobody.status, nobody.body.message]).toEqual([500, "the service cannot be reached"]);
    await forwardTo(server, "private", { ...all, address: "10.0.0.1:514" });
    const refused = await tryForwarder(server, "private", {});
    expect([refused.status, refused.body.message]).toEqual([
      500,
      "the forwarder cannot be called: it leads to an address that is not public",
    ]);
  });
});

/** A server of gRPC, which answers each call with a status. */
async function grpcServer(status: string) {
  const calls: { headers: IncomingHttpHeaders; message: Buffer }[] = [];
  const http2 = createHttp2();
  http2.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const framed = Buffer.concat(chunks);
      expect([framed[0], framed.readUInt32BE(1)]).toEqual([0, framed.length - 5]);
      calls.push({ headers, message: framed.subarray(5) });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
      const head = { ":status": 200, "content-type": "application/grpc" };
      stream.respond(head, { waitForTrailers: true });
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
    });
  });
  http2.listen(0, "127.0.0.1");
  await once(http2, "listening");
  return {
    calls,
    port: (http2.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void (await new Promise((done) => http2.close(done))),
  };
}

describe("a forwarder of type googlecloudlogging", () => {
  const settings = (port: number) => ({
    type: "googlecloudlogging",
    host: "127.0.0.1",
    port,
    project_id: "my-project",
    log_id: "my/log",
    disable_tls: true,
    disable_auth: true,
  });

  it("writes an entry by gRPC", async () => {
    await using google = await grpcServer("0");
    await forwardTo(server, "google", settings(google.port));
    await sendThrough(server, "google", { level: "info", ü: "ä" });
    await eventually(() => expect(google.calls).toHaveLength(1));
    const [{ headers, message }] = google.calls as [(typeof google.calls)[number]];
    expect(headers).toMatchObject({
      ":path": "/google.logging.v2.LoggingServiceV2/WriteLogEntries",
      "content-type": "application/grpc",
      te: "trailers",
    });
    expect(headers.authorization).toBeUndefined();
    // log_name, resource.type and entries (google/logging/v2/logging.proto, log_entry.proto)
    expect(protobufBytes(message, 1).toString()).toBe("projects/my-project/logs/my%2Flog");
    expect(protobufBytes(message, 2, 1).toString()).toBe("global");
    const entry = protobufBytes(message, 4);
    expect(protobufPairs(protobufBytes(entry, 6), 1, [2, 3]).sort()).toEqual([
      ["level", "info"],
      ["ü", "ä"],
    ]);
    const seconds = protobufFields(protobufBytes(entry, 9)).find(({ field }) => field === 1);
    expect(Number(seconds?.number)).toBeGreaterThan(1_600_000_000);
    expect(protobufBytes(entry, 4).toString()).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["14", "the service answered with status 14 of gRPC"],
    ["7", "the service answered with status 7 of gRPC"],
  ])("tells of status %s", async (status, message) => {
    await using google = await grpcServer(status);
    await forwardTo(server, `google-${status}`, settings(google.port));
    const tried = await tryForwarder(server, `google-${status}`, { a: "b" });
    expect([tried.status, tried.body.message]).toEqual([500, message]);
  });
});
