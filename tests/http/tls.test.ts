// Certificates of a running server: keys with a passphrase, and renewals without a restart.

import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../server/http/log.js";
import { readTls, type TlsFiles } from "../../server/http/tls.js";
import { serve } from "../../server/serve.js";
import { eventually } from "../eventually.js";

const openssl = (...words: string[]) => promisify(execFile)("openssl", words);

let dir: string;
const file = (name: string) => join(dir, name);
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-tls-"));
  for (const name of ["one", "two"]) {
    await openssl(
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" "),
      "-subj",
      `/CN=${name}`,
      "-keyout",
      file(`${name}.key`),
      "-out",
      file(`${name}.crt`),
    );
  }
});
afterAll(() => rm(dir, { recursive: true }));

async function startServerByTls(httpTls: TlsFiles, lines: string[] = []) {
  const home = await mkdtemp(join(dir, "data-"));
  return serve({
    dirs: { auth: join(home, "auth"), config: join(home, "config"), logs: join(home, "logs") },
    log: createLog({ verbose: false, destination: { write: (line) => void lines.push(line) } }),
    httpBind: "127.0.0.1:0",
    managementBind: "127.0.0.1:0",
    httpTls,
    stopMs: 200,
    initialPassword: "a password that is not root",
  });
}

/** An open connection. */
async function connected(url: string): Promise<TLSSocket> {
  const { port } = new URL(url);
  const socket = connect({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
  });
  return socket;
}

async function nameShown(url: string): Promise<string> {
  const socket = await connected(url);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return `${subject.CN}`;
}

/** Writes beside the file, and renames, as certificate tools do. */
async function replace(from: string, to: string): Promise<void> {
  await copyFile(file(from), file(`${to}.new`));
  await rename(file(`${to}.new`), file(to));
}

describe("a certificate that is renewed", () => {
  it("is taken up by itself, and open connections stay", async () => {
    await replace("one.crt", "live.crt");
    await replace("one.key", "live.key");
    const tls = { cert: file("live.crt"), key: file("live.key") };
    await using server = await startServerByTls(tls);
    const [url = ""] = server.urls;
    expect(await nameShown(url)).toBe("one");
    const before = await connected(url);
    // the key comes a moment later: the pair is not used before both are there
    await replace("two.crt", "live.crt");
    expect(await nameShown(url)).toBe("one");
    await replace("two.key", "live.key");
    await eventually(async () => expect(await nameShown(url)).toBe("two"));
    const answer = new Promise<string>((resolve) =>
      before.once("data", (data) => resolve(`${data}`)),
    );
    before.write("GET /api/docs/openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    before.destroy();
  });

  it("is taken up when it is asked to, and a broken one is told of and changes nothing", async () => {
    await replace("one.crt", "asked.crt");
    await replace("one.key", "asked.key");
    const lines: string[] = [];
    await using server = await startServerByTls(
      { cert: file("asked.crt"), key: file("asked.key") },
      lines,
    );
    const [url = ""] = server.urls;
    await writeFile(file("asked.crt"), "half a certificate");
    await server.renewCertificates();
    expect(lines.join("")).toContain("asked.crt");
    expect(await nameShown(url)).toBe("one");
    await replace("two.crt", "asked.crt");
    await replace("two.key", "asked.key");
    await server.renewCertificates();
    expect(await nameShown(url)).toBe("two");
  });
});

describe("a key with a passphrase", () => {
  beforeAll(async () => {
    const plain = ["-in", file("one.key"), "-passout", "pass:abc"];
    await openssl("pkcs8", "-topk8", ...plain, "-out", file("pkcs8.key"));
    await openssl("ec", "-aes256", ...plain, "-out", file("older.key"));
  });

  it.each(["pkcs8.key", "older.key"])("%s is opened by its passphrase alone", async (name) => {
    const files = { cert: file("one.crt"), key: file(name) };
    await expect(readTls(files)).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: `the key ${files.key} is protected by a passphrase`,
      hint: expect.stringContaining("FLOWG_HTTP_TLS_KEY_PASSPHRASE_FILE"),
    });
    await expect(readTls({ ...files, passphrase: "abd" })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
      message: `the passphrase does not open the key ${files.key}`,
    });
    await using server = await startServerByTls({ ...files, passphrase: "abc" });
    expect(await nameShown(server.urls[0] ?? "")).toBe("one");
  });

  it("and one of another certificate is named as such", async () => {
    const files = { cert: file("one.crt"), key: file("two.key") };
    await expect(readTls(files)).rejects.toMatchObject({
      message: `cannot use ${files.cert} and ${files.key} as a certificate and its key: the key belongs to another certificate`,
    });
  });
});
