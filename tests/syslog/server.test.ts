// Syslog from Debian's logger, over TLS, and in floods: each message is found in the streams of every pipeline that takes it.

import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ServeOptions } from "../../server/serve.js";
import { type Data, stored } from "../api/through-pipelines.js";
import { eventually } from "../eventually.js";
import { startServer, type TestServer } from "../http/test-server.js";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function serve(syslog: Partial<ServeOptions["syslog"]>) {
  const options = { protocol: "udp", bind: "127.0.0.1:0", ...syslog } as const;
  server = await startServer({ syslog: options });
  const port = Number(new URL(server.running.syslogUrls[0] ?? "").port);
  return { server, port };
}

/** All messages in a stream, oldest first, once it has this many. */
async function arrived(count: number, stream = "default"): Promise<Data[]> {
  let found: Data[] = [];
  // for many messages, the metric tells sooner than reading the stream again and again
  while (count > 1_000 && !(await metrics()).includes(`outcome="stored"} ${count}`))
    await new Promise((resolve) => setTimeout(resolve, 100));
  await eventually(async () => {
    found = (await stored(server as TestServer, stream)).reverse();
    expect(found).toHaveLength(count);
  });
  return found;
}

const logger = (...args: string[]) => promisify(execFile)("logger", args);
const metrics = async () => (await fetch(`${server?.managementUrl}/metrics`)).text();

describe("Debian's logger", () => {
  it.each([
    ["udp", ["--udp"]],
    ["tcp", ["--tcp"]],
    ["tcp", ["--tcp", "--octet-count"]],
  ] as const)("sends both forms by %s, %j", async (protocol, flags) => {
    const { port } = await serve({ protocol });
    const to = [...flags, "-n", "127.0.0.1", "-P", String(port), "-t", "our-tag", "-p", "user.err"];
    await logger(...to, "--rfc5424", "hello 5424");
    await arrived(1);
    await logger(...to, "--rfc3164", "-i", "hello 3164");
    const [first = {}, second = {}] = await arrived(2);
    const client = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(first).toMatchObject({
      priority: "11",
      facility: "1",
      severity: "3",
      version: "1",
      app_name: "our-tag",
      message: "hello 5424",
      structured_data: expect.stringContaining("timeQuality"),
      tls_peer: "",
      client,
    });
    expect(first.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4} \S+$/);
    expect(second).toMatchObject({ tag: "our-tag", content: "hello 3164", priority: "11", client });
    expect(second.proc_id).toMatch(/^\d+$/);
  });
});

const datagrams = async (port: number, messages: readonly string[]) => {
  const socket = createSocket("udp4");
  for (const message of messages)
    await new Promise((resolve) => socket.send(message, port, "127.0.0.1", resolve));
  socket.close();
};
const stream = async (port: number, bytes: string | Buffer) => {
  const socket = connect(port, "127.0.0.1");
  socket.end(bytes);
  socket.resume();
  await once(socket, "close");
};

describe("a message", () => {
  it("goes into every pipeline that takes syslog, as these are at the time", async () => {
    const { server, port } = await serve({});
    const flow = (type: string, stream: string) => ({
      nodes: [
        { id: "in", type: "source", data: { type } },
        { id: "out", type: "router", data: { stream } },
      ],
      edges: [{ id: "1", source: "in", target: "out" }],
    });
    const save = (name: string, json: object) =>
      server.must(`/pipelines/${name}`, { method: "PUT", json: { flow: json } });
    await save("second", flow("syslog", "second"));
    await save("direct-only", flow("direct", "direct-only"));
    await datagrams(port, ["<13>one"]);
    for (const stream of ["default", "second"])
      expect((await arrived(1, stream))[0]).toMatchObject({
        content: "one",
        hostname: "127.0.0.1",
      });
    await server.must("/pipelines/second", { method: "DELETE" });
    await datagrams(port, ["<13>two\nof two lines\n"]);
    expect((await arrived(2))[1]).toMatchObject({ content: "two\nof two lines" });
    expect(await arrived(1, "second")).toHaveLength(1);
    expect(await stored(server, "direct-only")).toEqual([]);
    expect(await metrics()).toContain('flowg_syslog_messages_total{outcome="stored"} 2');
  });

  it("of an address that may not send is refused, and counted", async () => {
    const { port } = await serve({ allowOrigins: ["192.0.2.0/24"] });
    await datagrams(port, ["<13>one"]);
    await eventually(async () => {
      expect(await metrics()).toContain('flowg_syslog_messages_total{outcome="refused"} 1');
    });
    expect(await stored(server as TestServer, "default")).toEqual([]);
    expect(server?.logLines.some(({ refused }) => refused === 1)).toBe(true);
  });

  it("that no pipeline takes is reported", async () => {
    const { server, port } = await serve({});
    await server.must("/pipelines/default", { method: "DELETE" });
    await datagrams(port, ["<13>one"]);
    await eventually(async () => {
      expect(server.logLines.some(({ unrouted }) => unrouted === 1)).toBe(true);
    });
  });
});

describe("a flood", () => {
  it("by TCP waits at its sender, and all of it is stored in its order", async () => {
    const { port } = await serve({ protocol: "tcp" });
    const lines = Array.from({ length: 22_000 }, (_, i) => `<13>${i}`);
    await Promise.all([
      stream(port, `${lines.slice(0, 11_000).join("\n")}\n`),
      stream(port, `${lines.slice(11_000).join("\n")}`),
    ]);
    const numbers = (await arrived(22_000)).map(({ content }) => Number(content));
    for (const half of [numbers.filter((n) => n < 11_000), numbers.filter((n) => n >= 11_000)])
      expect(half).toEqual([...half].sort((a, b) => a - b));
    expect(await metrics()).toContain('flowg_syslog_messages_total{outcome="dropped"} 0');
  });

  it("by UDP is dropped where there is no room, and every message is counted", async () => {
    const { server, port } = await serve({});
    const socket = createSocket("udp4");
    for (let i = 0; i < 25_000; i++) socket.send(`<13>${"x".repeat(800)} ${i}`, port, "127.0.0.1");
    // it goes on answering
    const health = await fetch(`${server.managementUrl}/health`);
    expect(health.status).toBe(200);
    while (!(await metrics()).includes("flowg_syslog_waiting 0"))
      await new Promise((resolve) => setTimeout(resolve, 100));
    socket.close();
    // the kernel may still have held some messages
    await eventually(async () => {
      const text = await metrics();
      expect(text).toContain("flowg_syslog_waiting 0");
      const count = Number(/outcome="stored"} (\d+)/.exec(text)?.[1]);
      expect(count).toBeGreaterThan(0);
      expect(await stored(server, "default")).toHaveLength(count);
    });
  });

  it("of connections is bounded by address", async () => {
    const { port } = await serve({ protocol: "tcp" });
    const sockets = Array.from({ length: 120 }, () => connect(port, "127.0.0.1"));
    for (const socket of sockets) socket.on("error", () => undefined);
    await eventually(async () => {
      expect(sockets.filter(({ closed }) => closed)).toHaveLength(20);
    });
    const text = await metrics();
    expect(text).toContain("flowg_syslog_connections 100");
    for (const socket of sockets) socket.destroy();
  });
});

describe("TLS", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "flowg-syslog-tls-"));
    const openssl = (...args: string[]) =>
      execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
    const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
    openssl("req", "-x509", ...key, "-subj", "/CN=our ca", "-keyout", "ca.key", "-out", "ca.crt");
    openssl(
      "req",
      "-x509",
      ...key,
      "-subj",
      "/CN=nobody",
      "-keyout",
      "other.key",
      "-out",
      "other.crt",
    );
    for (const name of ["localhost", "sender"]) {
      const [csr, crt] = [`${name}.csr`, `${name}.crt`];
      openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        `/CN=${name}`,
        "-keyout",
        `${name}.key`,
        "-out",
        csr,
      );
      const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
      openssl("x509", "-req", "-days", "2", "-in", csr, ...by, "-out", crt);
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const files = (name: string) => ({
    cert: join(dir, `${name}.crt`),
    key: join(dir, `${name}.key`),
  });
  async function send(port: number, text: string, name?: string): Promise<void> {
    const { readFileSync } = await import("node:fs");
    const own: ConnectionOptions =
      name === undefined
        ? {}
        : { cert: readFileSync(files(name).cert), key: readFileSync(files(name).key) };
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...own });
    socket.on("error", () => undefined);
    socket.end(text);
    socket.resume();
    // `once` would reject on an error
    await new Promise((resolve) => socket.on("close", resolve));
  }

  it("takes those whose certificate is of the authority, and names them", async () => {
    const tls = files("localhost");
    const { port } = await serve({
      protocol: "tcp",
      tls,
      tlsAuth: true,
      tlsCa: join(dir, "ca.crt"),
    });
    expect(server?.running.syslogUrls[0]).toMatch(/^tls:/);
    await send(port, "<13>nobody\n");
    await send(port, "<13>another\n", "other");
    await send(port, "<13>ours\n", "sender");
    const [log] = await arrived(1);
    expect(log).toMatchObject({ content: "ours", tls_peer: "sender" });
  });

  it("needs none where nobody asks for it, and refuses a wrong one all the same", async () => {
    const tls = files("localhost");
    const { port } = await serve({ protocol: "tcp", tls, tlsCa: join(dir, "ca.crt") });
    await send(port, "<13>another\n", "other");
    await send(port, "<13>without\n");
    expect((await arrived(1))[0]).toMatchObject({ content: "without", tls_peer: "" });
  });
});

it.each([
  [{ protocol: "udp", tls: { cert: "x", key: "y" } }, "INPUT_INVALID"],
  [{ allowOrigins: ["10.0.0.0/33"] }, "INPUT_INVALID"],
  [{ bind: "nowhere" }, "INPUT_INVALID"],
  [{ protocol: "tcp", tls: { cert: "/missing", key: "/missing" } }, "FILE_UNAVAILABLE"],
] as const)("with %j the server doesn't start", async (syslog, code) => {
  await expect(serve(syslog as never)).rejects.toMatchObject({ code });
});

const PYTHON = `
import logging, logging.handlers, socket, sys
kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
handler = logging.handlers.SysLogHandler(("127.0.0.1", int(sys.argv[2])), socktype=kind)
log = logging.getLogger("of python")
log.addHandler(handler)
log.error("first")
log.error("second \\u00e9")
handler.close()
`;
const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!hasPython)("Python's SysLogHandler", () => {
  it.each(["udp", "tcp"] as const)(
    "sends by %s, where a zero byte ends a message",
    async (protocol) => {
      const { port } = await serve({ protocol });
      await promisify(execFile)("python3", ["-c", PYTHON, protocol, String(port)]);
      const messages = await arrived(2);
      expect(messages.map(({ content, severity }) => [content, severity])).toEqual([
        ["first", "3"],
        ["second é", "3"],
      ]);
    },
  );
});
