// What a person is told where no store answers: each fault is a real one, of sockets and TLS on loopback.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createSocketServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowgError } from "../../../server/platform/errors.js";
import { TransientFault } from "../../../server/repository/places/object-store.js";
import { connectionFault } from "../../../server/repository/places/s3/connection-fault.js";
import { openS3 } from "../../../server/repository/places/s3/s3-store.js";
import { withEnvironment } from "../../support/environment.js";

let dir: string;
const servers: Server[] = [];
let environment: Disposable;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-connections-"));
  environment = withEnvironment({
    ...Object.fromEntries(UNSET.map((name) => [name, undefined])),
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    // no file of this machine decides
    AWS_CONFIG_FILE: join(dir, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, "credentials"),
  });
});
afterAll(async () => {
  for (const server of servers) server.close();
  environment[Symbol.dispose]();
  await rm(dir, { recursive: true });
});

const UNSET = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()])
  .concat("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
  .concat("AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE");

/** @returns its host and port */
async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const plain = () => listening(createHttpServer((_, response) => response.end("x")));

async function secure(certificate: Certificate, more: object = {}): Promise<string> {
  const [key, cert] = [await readFile(certificate.key), await readFile(certificate.cert)];
  const server = createHttpsServer({ key, cert, ...more }, (_, response) => response.end("x"));
  return await listening(server);
}

interface Certificate {
  key: string;
  cert: string;
}

let made = 0;
/** One that its own key has signed. */
async function certificateFor({
  names,
  from = new Date(Date.now() - DAY),
  to = new Date(Date.now() + DAY),
}: {
  names: string;
  from?: Date;
  to?: Date;
}): Promise<Certificate> {
  const at = (name: string) => join(dir, `${name}-${made}`);
  made++;
  const [key, cert, request, config] = ["key", "cert", "request", "config"].map(at) as Four;
  await writeFile(at("index"), "");
  const lines = [
    ...["[ca]", "default_ca=here", "[here]", `database=${at("index")}`, `new_certs_dir=${dir}`],
    ...["rand_serial=yes", "default_md=sha256", "policy=any", "x509_extensions=of"],
    ...["[any]", "commonName=supplied", "[of]", `subjectAltName=${names}`],
  ];
  await writeFile(config, `${lines.join("\n")}\n`);
  const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: "ignore" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-new", ...curve, "-keyout", key, "-out", request, "-subj", "/CN=store");
  const days = ["-startdate", asn1(from), "-enddate", asn1(to)];
  const files = ["-config", config, "-keyfile", key, "-in", request, "-out", cert];
  openssl("ca", "-batch", "-selfsign", "-notext", ...files, ...days);
  return { key, cert };
}

type Four = [string, string, string, string];
const DAY = 24 * 60 * 60 * 1000;
const asn1 = (date: Date): string => `${date.toISOString().replace(/\.\d+|[-:T]/g, "")}`;
const HERE = "IP:127.0.0.1";

/** What the first try of a request tells. */
async function faultOf(endpoint: string, variables: Record<string, string> = {}) {
  using _env = withEnvironment(variables);
  const store = await openS3(`s3://bucket/x?endpoint=${endpoint}`);
  try {
    const fault = await store.get("a", undefined, new AbortController().signal).then(
      () => undefined,
      (error: FlowgError) => error,
    );
    expect(fault).toMatchObject({ code: "REPOSITORY_UNAVAILABLE" });
    const { message, hint } = fault as FlowgError;
    // the words of OpenSSL, of Node's sockets and of its parser
    expect(`${message} ${hint}`).not.toMatch(/SSL routines|getaddrinfo|connect E|hang up|Parse/);
    return { message, hint, isTransient: fault instanceof TransientFault };
  } finally {
    await store.close();
  }
}

test("https meets a server that speaks http", async () => {
  const host = await plain();
  expect(await faultOf(`https://${host}`)).toEqual({
    message: `${host} speaks no TLS`,
    hint: expect.stringContaining("Then write http:// in the endpoint"),
    isTransient: false,
  });
});

test("http meets a server that speaks https", async () => {
  const host = await secure(await certificateFor({ names: HERE }));
  expect(await faultOf(`http://${host}`)).toEqual({
    message: `the store ${host} broke the connection`,
    hint: expect.stringContaining("is it https:// in place of http://?"),
    isTransient: true,
  });
});

test("neither is what a server speaks", async () => {
  const other = createSocketServer((socket) => {
    socket.on("error", () => {});
    socket.write("SSH-2.0-OpenSSH_9.2\r\n");
  });
  const host = await listening(other);
  expect(await faultOf(`http://${host}`)).toEqual({
    message: `the store ${host} doesn't answer as HTTP does (HPE_INVALID_CONSTANT)`,
    hint: expect.stringContaining("the port right"),
    isTransient: true,
  });
  expect(await faultOf(`https://${host}`)).toMatchObject({ message: `${host} speaks no TLS` });
});

test("a certificate has expired, isn't valid yet, or is for others", async () => {
  const [now, day] = [Date.now(), DAY];
  const at = (from: number, to: number) => ({ from: new Date(now + from), to: new Date(now + to) });
  for (const [of, what, hint] of [
    [{ names: HERE, ...at(-9 * day, -8 * day) }, "has expired", "must renew it"],
    [{ names: HERE, ...at(8 * day, 9 * day) }, "isn't valid yet", "clock"],
    [{ names: "DNS:a.test,DNS:b.test" }, "is made for a.test, b.test", "path-style=true"],
  ] as const) {
    const certificate = await certificateFor(of);
    const host = await secure(certificate);
    expect(await faultOf(`https://${host}`, { AWS_CA_BUNDLE: certificate.cert })).toEqual({
      message: `no secure connection to ${host}: its certificate ${what}`,
      hint: expect.stringContaining(hint),
      isTransient: false,
    });
  }
});

test("nobody knows who has signed a certificate", async () => {
  const host = await secure(await certificateFor({ names: HERE }));
  const { message, hint } = await faultOf(`https://${host}`);
  expect(message).toContain("comes from an authority that this machine doesn't know");
  expect(hint).toContain("AWS_CA_BUNDLE");
});

test("the two agree on no version of TLS", async () => {
  const certificate = await certificateFor({ names: HERE });
  const host = await secure(certificate, { minVersion: "TLSv1", maxVersion: "TLSv1.1" });
  expect(await faultOf(`https://${host}`)).toMatchObject({
    message: expect.stringMatching(`^no secure connection to ${host}: `),
    hint: expect.stringContaining("agree on no version of TLS"),
    isTransient: false,
  });
});

test("nothing listens, or there is no such host", async () => {
  // also where a name has several addresses, whose error has no words at all
  for (const host of ["127.0.0.1:9", "localhost:9"])
    expect(await faultOf(`http://${host}`)).toEqual({
      message: `the store ${host} can't be reached: nothing listens there`,
      hint: expect.stringContaining("AWS_ENDPOINT_URL_S3"),
      isTransient: true,
    });
  // a machine without a name server can't tell whether there is one
  expect((await faultOf("http://store.invalid")).message).toMatch(
    /^the store store\.invalid can't be reached: (there is no host|the name) store\.invalid/,
  );
});

test("a network that was away for a while is tried as often as other faults that pass", () => {
  const url = new URL("https://store.test");
  // no test can bring these about on loopback
  const isDeaf = (code: string) =>
    (connectionFault(Object.assign(new Error(code), { code }), { url }) as TransientFault).isDeaf;
  for (const code of ["ETIMEDOUT", "EADDRNOTAVAIL", "ECONNRESET"]) expect(isDeaf(code)).toBe(false);
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"]) expect(isDeaf(code)).toBe(true);
});

test("a proxy isn't there, breaks off, or refuses, and its password is told to nobody", async () => {
  const of = (proxy: string) => ({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
  for (const scheme of ["http", "https"]) {
    const none = await faultOf(`${scheme}://store.test`, of("http://u:secret@127.0.0.1:9"));
    expect(none).toEqual({
      message: "the proxy 127.0.0.1:9 can't be reached: nothing listens there",
      hint: expect.stringContaining("HTTPS_PROXY"),
      isTransient: true,
    });
    const breaking = await listening(createSocketServer((socket) => socket.destroy()));
    const broken = await faultOf(`${scheme}://store.test`, of(`http://u:secret@${breaking}`));
    expect(broken.message).toContain(
      `the store store.test, reached by the proxy ${breaking}, broke the connection`,
    );
    const refusing = createHttpServer((_, response) => response.writeHead(407).end());
    refusing.on("connect", (_, socket) =>
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
    );
    const wall = await listening(refusing);
    expect(await faultOf(`${scheme}://store.test`, of(`http://u:secret@${wall}`))).toEqual({
      message: `the proxy ${wall} refuses the way to store.test (HTTP 407)`,
      hint: "it wants a name and a password: write them into the proxy's URL",
      isTransient: false,
    });
    for (const { message, hint } of [none, broken])
      expect(`${message} ${hint}`).not.toContain("secret");
  }
});
