// The way by a proxy, with a real one between the SDK and real servers. Their host exists for the proxy alone.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../sdk/index.js";
import * as sdk from "../../sdk/node/proxy.js";
import { createLog } from "../../server/http/log.js";
import * as stores from "../../server/repository/places/s3/proxy.js";
import { serve } from "../../server/serve.js";
import { flowg } from "../cli/flowg.js";

const PASSWORD = "a password that is not root";
const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

let before: Record<string, string | undefined>;
beforeEach(() => {
  before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(() => {
  for (const name of VARIABLES) delete process.env[name];
  for (const [name, value] of Object.entries(before)) if (value) process.env[name] = value;
});

describe.each([
  ["a server", sdk, "InputError"],
  ["a store", stores, "FlowgError"],
] as const)("which proxy leads to %s", (_, { proxyFor }, name) => {
  it.each([
    ["http://logs.test", { HTTP_PROXY: "http://p:3128" }, "http://p:3128/"],
    ["http://logs.test", { http_proxy: "https://p" }, "https://p/"],
    ["https://logs.test", { HTTPS_PROXY: "p:3128" }, "http://p:3128/"],
    ["https://logs.test", { ALL_PROXY: "http://p" }, "http://p/"],
    ["https://logs.test", { HTTP_PROXY: "http://p" }, undefined],
    ["http://logs.test", { HTTP_PROXY: "http://p", NO_PROXY: "a.test, .test" }, undefined],
    ["http://logs.test:5080", { HTTP_PROXY: "http://p", NO_PROXY: "logs.test:5080" }, undefined],
    ["http://logs.test:5081", { HTTP_PROXY: "http://p", NO_PROXY: "logs.test:5080" }, "http://p/"],
    ["http://10.1.2.3", { HTTP_PROXY: "http://p", NO_PROXY: "10.0.0.0/8" }, undefined],
    ["http://11.1.2.3", { HTTP_PROXY: "http://p", NO_PROXY: "10.0.0.0/8" }, "http://p/"],
    ["http://[fd00::1]", { HTTP_PROXY: "http://p", NO_PROXY: "fd00::/8" }, undefined],
    ["http://logs.test", { HTTP_PROXY: "http://p", NO_PROXY: "*" }, undefined],
    ["http://localhost:5080", { HTTP_PROXY: "http://p" }, undefined],
    ["http://127.0.0.1:5080", { HTTP_PROXY: "http://p" }, undefined],
    ["http://[::1]:5080", { HTTP_PROXY: "http://p" }, undefined],
  ])("for %s with %j", (url, variables, proxy) => {
    Object.assign(process.env, variables);
    expect(proxyFor(url)?.href).toBe(proxy);
  });

  it("is refused where it isn't an HTTP proxy, without its password in the error", () => {
    process.env.ALL_PROXY = "socks5://u:secret@p";
    expect(() => proxyFor("http://logs.test")).toThrow(
      expect.objectContaining({
        name,
        message: "the proxy that the environment names can't be used",
      }),
    );
  });
});

/** Leads every host to one port of this machine, for those who know its password. */
async function startProxy(port: () => number) {
  const seen: string[] = [];
  const isKnown = ({ headers }: IncomingMessage) =>
    headers["proxy-authorization"] === `Basic ${Buffer.from("u:p@ss").toString("base64")}`;
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!isKnown(incoming)) {
      outgoing.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(incoming.url ?? "");
    const onward = request(
      { port: port(), method: incoming.method, path: pathname + search, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (!isKnown(incoming)) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const onward = connect(port(), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return { seen, host: `127.0.0.1:${own}`, close: () => server.close() };
}

describe.each(["http", "https"] as const)("a server by %s behind a proxy", (scheme) => {
  let dir: string;
  let ca: string | undefined;
  let server: Awaited<ReturnType<typeof serve>>;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "flowg-proxy-"));
    const tls = { cert: join(dir, "crt"), key: join(dir, "key") };
    if (scheme === "https") {
      await promisify(execFile)("openssl", [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" "),
        "-subj",
        "/CN=logs.test",
        "-addext",
        // the proxy has the last address, which must count for no other host
        "subjectAltName=DNS:logs.test,IP:192.0.2.9,IP:2001:db8::9,IP:127.0.0.1",
        "-keyout",
        tls.key,
        "-out",
        tls.cert,
      ]);
      ca = await readFile(tls.cert, "utf8");
    }
    server = await serve({
      dirs: { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") },
      log: createLog({ verbose: false, destination: { write: () => {} } }),
      httpBind: "127.0.0.1:0",
      managementBind: "127.0.0.1:0",
      stopMs: 200,
      ...(scheme === "https" && { httpTls: tls }),
      initialPassword: PASSWORD,
    });
    proxy = await startProxy(() => Number(new URL(server.urls[0] ?? "").port));
  });
  afterAll(async () => {
    proxy.close();
    await server.stop();
    await rm(dir, { recursive: true });
  });

  const baseUrl = `${scheme}://logs.test:5080`;
  const clientOf = () =>
    createClient({ baseUrl, username: "root", password: PASSWORD, retries: 0, tls: { ca } });
  const useProxy = (credentials: string) => {
    process.env[`${scheme.toUpperCase()}_PROXY`] = `http://${credentials}${proxy.host}`;
  };
  const asked = () =>
    proxy.seen.filter((line) => line.startsWith(scheme === "http" ? `GET ${baseUrl}/` : "CONNECT"));

  it("is reached for JSON calls, backups and restores", async () => {
    useProxy("u:p%40ss@");
    const client = clientOf();
    await client.roles.save("viewer", ["read_streams"]);
    const path = join(dir, "auth.db");
    await client.backup.toFile("auth", path);
    const report = await client.restore.auth(path, { dryRun: true });
    expect(report.kinds.role).toMatchObject({ unchanged: 2 });
    expect(asked().length).toBeGreaterThan(0);
  });

  it.runIf(scheme === "https")(
    "may be named by its address, and must have its certificate",
    async () => {
      useProxy("u:p%40ss@");
      const by = (host: string) => {
        const url = `https://${host}:5080`;
        const account = { username: "root", password: PASSWORD };
        return createClient({ baseUrl: url, ...account, retries: 0, tls: { ca } }).roles.list();
      };
      for (const host of ["192.0.2.9", "[2001:db8::9]"]) expect(await by(host)).not.toEqual([]);
      for (const host of ["192.0.2.10", "[2001:db8::10]", "other.test"])
        await expect(by(host)).rejects.toMatchObject({
          name: "ConnectionError",
          message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
        });
    },
  );

  it("a proxy that refuses is named, and no secret is", async () => {
    useProxy("u:wrong@");
    const failure = await clientOf()
      .backup.toFile("auth", join(dir, "none.db"))
      .then(String, (error: Error & { hint?: string }) => `${error.message} ${error.hint}`);
    expect(failure).toMatch(/407|proxy/i);
    expect(failure).not.toContain("wrong");
  });

  it("a proxy that isn't there is named", async () => {
    process.env[`${scheme.toUpperCase()}_PROXY`] = "http://u:secret@127.0.0.1:1";
    await expect(clientOf().roles.list()).rejects.toMatchObject({
      name: "ConnectionError",
      message: "nothing listens at the proxy 127.0.0.1:1",
    });
  });

  it("is reached by the command line", async () => {
    const token = await (async () => {
      useProxy("u:p%40ss@");
      return (await clientOf().tokens.create()).token;
    })();
    const ca = scheme === "https" ? ["--ca", join(dir, "crt")] : [];
    const ran = await flowg(["admin", "user", "list", "--url", baseUrl, ...ca], {
      env: {
        FLOWG_TOKEN: token,
        [`${scheme}_proxy`]: `http://u:p%40ss@${proxy.host}`,
      },
    });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("root") });
  });
});
