// Where the server listens, by which protocol, and what it says when it cannot.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { Agent, get } from "node:https";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connect as createTlsConnection } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBindAddress } from "../../server/http/bind-address.js";
import { createLog } from "../../server/http/log.js";
import { serve } from "../../server/serve.js";
import { ROOT_PASSWORD, startServer } from "./test-server.js";

const quiet = createLog({ verbose: false, destination: { write: () => {} } });

describe("an address", () => {
  it.each([
    ["localhost:5080", ["127.0.0.1", "::1"], 5080],
    [":5080", ["0.0.0.0", "::"], 5080],
    ["0.0.0.0:1", ["0.0.0.0"], 1],
    ["[::1]:65535", ["::1"], 65535],
    ["[::]:5080", ["::", "0.0.0.0"], 5080],
    ["[0:0::0]:5080", ["::", "0.0.0.0"], 5080],
    ["logs.example.com:80", ["logs.example.com"], 80],
  ])("%s", (text, hosts, port) => {
    const address = parseBindAddress("--http-bind", text);
    expect(address.port).toBe(port);
    expect(address.hosts.map(({ host }) => host)).toEqual(hosts);
  });

  it.each(["", "5080", "localhost", "localhost:", "::1:5080", "a b:1", "h:65536", "h:1x", "[::1]"])(
    "%j is refused by the flag's name",
    (text) => {
      expect(() => parseBindAddress("--http-bind", text)).toThrow(/^--http-bind: /);
    },
  );
});

it("localhost is both loopback addresses, on one port", async () => {
  await using server = await startServer({ httpBind: "localhost:0" });
  expect(server.running.urls).toHaveLength(2);
  const [ipv4, ipv6] = server.running.urls;
  expect(ipv4).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(ipv6).toBe(ipv4?.replace("127.0.0.1", "[::1]"));
  for (const url of server.running.urls) expect((await fetch(`${url}/api/docs`)).status).toBe(200);
});

it.each([":0", "[::]:0"])("%s is all addresses of both families, on one port", async (httpBind) => {
  await using server = await startServer({ httpBind });
  const { port } = new URL(server.url);
  for (const host of ["127.0.0.1", "[::1]"])
    expect((await fetch(`http://${host}:${port}/api/docs`)).status).toBe(200);
});

it("a port in use is one clear error", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  for (const which of ["httpBind", "managementBind"]) {
    await expect(startServer({ [which]: `localhost:${port}` })).rejects.toMatchObject({
      code: "ADDRESS_UNAVAILABLE",
      message: `cannot listen on 127.0.0.1 port ${port}: another program listens there`,
      hint: "stop it, or choose another port",
    });
  }
  await new Promise((resolve) => other.close(resolve));
});

it("what fails once the databases are open closes them again", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-undo-"));
  const dirs = { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") };
  const write = (line: string) => {
    if (line.includes("filled what was empty")) throw new Error("the log's disk is full");
  };
  const log = createLog({ verbose: false, destination: { write } });
  await expect(startServer({ dirs, log })).rejects.toThrow("the log's disk is full");
  // opening them again shows nothing: in one process LMDB's environments are shared
  expect((await openFiles()).filter((path) => path.startsWith(dir))).toEqual([]);
  await rm(dir, { recursive: true });
});

async function openFiles(): Promise<string[]> {
  const numbers = await readdir("/proc/self/fd");
  // some are closed by now
  return Promise.all(numbers.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
}

it("is not kept from its end by connections over which nothing comes", async () => {
  await using server = await startServer({ stopMs: 600_000 });
  const gone = [server.url, server.managementUrl].map(async (url) => {
    const silent = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    await once(silent, "connect");
    return { ended: once(silent, "close") };
  });
  const silent = await Promise.all(gone);
  await server.running.stop();
  await Promise.all(silent.map(({ ended }) => ended));
});

describe("TLS", () => {
  let dir: string;
  let files: { cert: string; key: string };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "flowg-tls-"));
    files = { cert: join(dir, "cert.pem"), key: join(dir, "key.pem") };
    await promisify(execFile)("openssl", [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" "),
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=IP:127.0.0.1,DNS:localhost",
      "-keyout",
      files.key,
      "-out",
      files.cert,
    ]);
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  it("serves both servers with the given certificate", async () => {
    const server = await serve({
      dirs: { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") },
      log: quiet,
      httpBind: "127.0.0.1:0",
      managementBind: "127.0.0.1:0",
      httpTls: files,
      managementTls: files,
      stopMs: 100,
    });
    const agent = new Agent({ ca: await readFile(files.cert) });
    const fetchTls = (url: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(url, { agent }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
        }).on("error", reject);
      });
    expect(server.urls[0]).toMatch(/^https:/);
    expect(await fetchTls(`${server.urls[0]}/api/v1/users`)).toBe(401);
    expect(await fetchTls(`${server.managementUrls[0]}/health`)).toBe(200);
    await expect(fetch(`${server.urls[0]}/api/v1/users`)).rejects.toThrow();
    await server.stop();
  });

  it("ends although clients have begun no TLS, or begin it only then", async () => {
    const server = await serve({
      dirs: { auth: join(dir, "a"), config: join(dir, "c"), logs: join(dir, "l") },
      log: quiet,
      httpBind: "127.0.0.1:0",
      managementBind: "127.0.0.1:0",
      httpTls: files,
      stopMs: 300,
    });
    const { port } = new URL(server.urls[0] ?? "");
    const silent = connect(Number(port), "127.0.0.1");
    const late = connect(Number(port), "127.0.0.1");
    const gone = [silent, late].map((socket) =>
      once(
        socket.on("error", () => {}),
        "close",
      ),
    );
    await Promise.all([silent, late].map((socket) => once(socket, "connect")));
    // both are there when the server stops
    await setTimeout(50);
    const stopped = server.stop();
    createTlsConnection({ socket: late, rejectUnauthorized: false }).on("error", () => {});
    await stopped;
    await Promise.all(gone);
  });

  it("refuses files that are missing, or no certificate and key", async () => {
    const missing = { ...files, key: join(dir, "none.pem") };
    await expect(startServer({ httpTls: missing })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining("none.pem"),
    });
    const text = join(dir, "text.pem");
    await writeFile(text, "no certificate");
    await expect(startServer({ managementTls: { ...files, cert: text } })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: expect.stringContaining("text.pem"),
    });
  });
});

describe("the key that signs sessions", () => {
  it("is made once, for its owner only, and outlives a restart", async () => {
    await using server = await startServer();
    const path = join(server.dir, "auth", "session.key");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const key = await readFile(path, "utf8");
    expect(key.length).toBeGreaterThanOrEqual(64);
    await server.running.stop();
    const dirs = {
      auth: join(server.dir, "auth"),
      config: join(server.dir, "config"),
      logs: join(server.dir, "logs"),
    };
    const again = await serve({
      dirs,
      log: quiet,
      httpBind: "127.0.0.1:0",
      managementBind: "127.0.0.1:0",
      stopMs: 100,
    });
    const headers = { Authorization: server.root };
    expect((await fetch(`${again.urls[0]}/api/v1/auth/whoami`, { headers })).status).toBe(200);
    await again.stop();
    expect(await readFile(path, "utf8")).toBe(key);

    await chmod(path, 0o644);
    await expect(
      serve({ dirs, log: quiet, httpBind: "127.0.0.1:0", managementBind: "127.0.0.1:0" }),
    ).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      hint: expect.stringContaining("chmod 600"),
    });
    await chmod(path, 0o600);
    await writeFile(path, "short");
    await expect(
      serve({ dirs, log: quiet, httpBind: "127.0.0.1:0", managementBind: "127.0.0.1:0" }),
    ).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
    });
  });

  it("can be given, and then none is made", async () => {
    const secretKey = "0123456789abcdef0123456789abcdef";
    await using server = await startServer({ secretKey });
    await expect(stat(join(server.dir, "auth", "session.key"))).rejects.toThrow();
    await using other = await startServer({ secretKey });
    const as = await server.login("root", ROOT_PASSWORD);
    expect((await other.call("/auth/whoami", { as })).status).toBe(200);
    // that of a root who was there before this one
    expect((await other.call("/auth/whoami", { as: server.root })).status).toBe(401);
  });
});

describe("an origin that was given", () => {
  it("may call the API from its pages, and no other may", async () => {
    await using server = await startServer({ corsOrigins: ["https://logs.example"] });
    const ask = (origin: string, method = "GET", more = {}) =>
      fetch(`${server.url}/api/v1/users`, { method, headers: { Origin: origin, ...more } });
    const good = await ask("https://logs.example");
    expect(good.headers.get("access-control-allow-origin")).toBe("https://logs.example");
    expect(good.headers.get("vary")).toBe("Origin");
    const preflight = await ask("https://logs.example", "OPTIONS", {
      "Access-Control-Request-Method": "PUT",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    const bad = await ask("https://evil.example");
    expect(bad.headers.get("access-control-allow-origin")).toBeNull();
    const refused = await ask("https://evil.example", "OPTIONS", {
      "Access-Control-Request-Method": "PUT",
    });
    expect(refused.status).toBe(405);
  });
});

describe("the first password", () => {
  it("is warned about as long as it is root", async () => {
    const warnings = (server: { logLines: Record<string, unknown>[] }) =>
      server.logLines.filter(({ level, msg }) => level === "warn" && `${msg}`.includes("PASSWORD"));
    await using server = await startServer({ initialPassword: "root" });
    expect(warnings(server)).toHaveLength(1);
    await using safe = await startServer();
    expect(warnings(safe)).toEqual([]);
  });
});
