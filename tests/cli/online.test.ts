// `flowg … --url` as real processes, against a real server: what it talks to, who it is there, what goes wrong.

import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../server/core.js";
import { createLog } from "../../server/http/log.js";
import { serve } from "../../server/serve.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";
import { fakeServer, sendJson } from "../sdk/fake-server.js";
import { flowg as plainFlowg, type Ran, type RunOptions, shell } from "./flowg.js";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

let server: TestServer;
let home: string;
let token: string;
let url: string[];
beforeAll(async () => {
  server = await startServer();
  token = (await server.must("/token", { method: "POST" })).body.token;
  url = ["--url", server.url];
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-online-"));
  return () => rm(home, { recursive: true, force: true });
});

/** Runs as a user with a home of their own. */
const flowg = (words: readonly string[], { env, ...options }: RunOptions = {}): Promise<Ran> =>
  plainFlowg(words, { cwd: home, env: { HOME: home, ...env }, stdin: "", ...options });
const withToken = (words: readonly string[], options: RunOptions = {}) =>
  flowg([...words, ...url], { ...options, env: { FLOWG_TOKEN: token, ...options.env } });

describe("what it talks to", () => {
  const list = ["admin", "role", "list"];
  const offline = async (name: string) => {
    const dir = join(home, name);
    await (await openDatabase({ kind: "auth", dir, mode: "create" })).close();
    return dir;
  };

  test("--url is a server, said first", async () => {
    const ran = await withToken(list);
    expect(ran).toMatchObject({
      code: 0,
      stderr: `server ${server.url}, with the token of FLOWG_TOKEN\n`,
    });
    expect(ran.stdout).toContain("admin");
  });

  test("FLOWG_URL is one, too", async () => {
    const ran = await flowg(list, { env: { FLOWG_URL: server.url, FLOWG_TOKEN: token } });
    expect(ran.stderr).toContain(`server ${server.url}`);
    expect(ran.stdout).toContain("admin");
  });

  test("a directory flag wins over FLOWG_URL", async () => {
    const dir = await offline("auth");
    const ran = await flowg([...list, "--auth-dir", dir], { env: { FLOWG_URL: server.url } });
    expect(ran).toMatchObject({
      code: 0,
      stdout: "No roles found\n",
      stderr: `auth database ${dir}\n`,
    });
  });

  test("--url wins over directories in the environment", async () => {
    const dir = await offline("auth");
    const ran = await withToken(list, { env: { FLOWG_AUTH_DIR: dir } });
    expect(ran.stderr).toContain(`server ${server.url}`);
  });

  test.each([
    [["admin", "restore", "--log-dir=x"], {}, "--url and --log-dir exclude each other"],
    [["admin", "backup", "--auth-dir=x"], {}, "--url and --auth-dir exclude each other"],
  ])("%j beside --url is refused", async (words, env, message) => {
    const ran = await withToken(words, { env });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
  });

  test("FLOWG_URL beside FLOWG_LOG_DIR, without a flag, is a question", async () => {
    const env = { FLOWG_URL: server.url, FLOWG_TOKEN: token, FLOWG_LOG_DIR: join(home, "logs") };
    const ran = await flowg(["admin", "restore", "--yes"], { env });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("FLOWG_URL and FLOWG_LOG_DIR are both set");
  });

  test.each([
    ["--token", ["--token", "pat_x"]],
    ["--token-file", ["--token-file", "x"]],
    ["--insecure", ["--insecure"]],
  ])("%s without a server is refused", async (flag, words) => {
    const ran = await flowg([...list, ...words]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`${flag} is for a server, and there is none`);
  });

  test("--allow-access-change without a server is refused", async () => {
    const ran = await flowg(["admin", "restore", "--allow-access-change"]);
    expect(ran.code).toBe(2);
  });

  test("no native code, nor either of the two doors to the server, is loaded", async () => {
    await cp(join(PROJECT, "dist/chunks"), join(home, "dist/chunks"), { recursive: true });
    await cp(join(PROJECT, "dist/cli"), join(home, "dist/cli"), { recursive: true });
    await cp(join(PROJECT, "dist/sdk"), join(home, "dist/sdk"), { recursive: true });
    await cp(join(PROJECT, "dist/server"), join(home, "dist/server"), { recursive: true });
    for (const door of ["core.js", "serve.js"]) await rm(join(home, "dist/server", door));
    await cp(join(PROJECT, "package.json"), join(home, "package.json"));
    const native = /^(lmdb|@lmdb|@node-rs|@cloudpss|fs-native-extensions|msgpackr-extract)$/;
    await mkdir(join(home, "node_modules"));
    for (const name of await readdir(join(PROJECT, "node_modules")))
      if (!native.test(name))
        await symlink(join(PROJECT, "node_modules", name), join(home, "node_modules", name));
    const main = join(home, "dist/cli/main.js");
    for (const words of [
      list,
      ["admin", "backup", "--backup-dir", join(home, "backup")],
      ["admin", "restore", "--backup-dir", join(home, "backup"), "--yes"],
      ["admin", "verify", join(home, "backup")],
      ["logs", "ingest", "default", "message=hello"],
      ["stream", "list"],
    ]) {
      const ran = await withToken(words, { main });
      expect(ran, words.join(" ")).toMatchObject({ code: 0 });
    }
  });
});

describe("login", () => {
  const login = (stdin: string, more: string[] = []) =>
    flowg(["login", ...url, "--username", "root", "--password-stdin", ...more], { stdin });
  const file = () => join(home, ".config/flowg/logins.json");

  test("keeps a session for this URL alone, for its owner only", async () => {
    const ran = await login(`${ROOT_PASSWORD}\n`);
    expect(ran).toMatchObject({ code: 0, stdout: `Logged in to ${server.url} as root\n` });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, ".config/flowg"))).mode & 0o777).toBe(0o700);
    const list = await flowg(["admin", "user", "list", ...url]);
    expect(list.stderr).toBe(`server ${server.url}, as root\n`);
    expect(list.stdout).toContain("root");
    // with or without a slash at its end it is the same server
    expect((await flowg(["admin", "user", "list", "--url", `${server.url}/`])).code).toBe(0);

    const other = await flowg(["admin", "user", "list", "--url", "http://127.0.0.1:1"]);
    expect(other.code).toBe(6);
    expect(other.stderr).toContain("there is no token for http://127.0.0.1:1");
    expect(other.stderr).toContain("flowg login --url http://127.0.0.1:1");

    expect((await flowg(["logout", ...url])).stdout).toBe(`Logged out of ${server.url}\n`);
    expect(JSON.parse(await readFile(file(), "utf8"))).toEqual({});
    expect((await flowg(["admin", "user", "list", ...url])).code).toBe(6);
    expect((await flowg(["logout", ...url])).stderr).toContain("there was no login");
  });

  test("keeps the logins at other servers", async () => {
    await login(ROOT_PASSWORD);
    const logins = JSON.parse(await readFile(file(), "utf8"));
    logins["https://other.example.com"] = { username: "me", token: "a.b.c" };
    await writeFile(file(), JSON.stringify(logins));
    await login(ROOT_PASSWORD);
    expect(JSON.parse(await readFile(file(), "utf8"))).toHaveProperty([
      "https://other.example.com",
      "token",
    ]);
  });

  test("of eight at once, all are kept", async () => {
    const users = Array.from({ length: 8 }, (_, i) => `user${i}`);
    const servers = await Promise.all(
      users.map((user) =>
        fakeServer((request, response) => {
          sendJson(response, 200, { success: true, token: `a.b.${user}` });
          request.resume();
        }),
      ),
    );
    // a program that was killed has left its lock, and a file that it was writing
    await mkdir(join(home, ".config/flowg"), { recursive: true });
    await writeFile(join(home, ".config/flowg/.logins.json.999999999-0123abcd.part"), "{");
    await writeFile(`${file()}.lock`, "");
    await utimes(`${file()}.lock`, 0, 0);
    const urls = servers.map(({ url }) => url);
    const ran = await Promise.all(
      urls.map((at) =>
        flowg(["login", "--url", at, "--username", "x", "--password-stdin"], { stdin: "y" }),
      ),
    );
    expect(ran.map(({ code }) => code)).toEqual(urls.map(() => 0));
    expect(Object.keys(JSON.parse(await readFile(file(), "utf8"))).sort()).toEqual(urls.sort());
    expect(await readdir(join(home, ".config/flowg"))).toEqual(["logins.json"]);
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  test("makes --url needless while it is the only one, and says which server that is", async () => {
    expect((await flowg(["stream", "list"])).stderr).toContain("flowg login --url URL");
    await login(ROOT_PASSWORD);
    const ran = await flowg(["stream", "list"]);
    expect(ran).toMatchObject({ code: 0, stderr: `server ${server.url}, as root\n` });
    const logins = JSON.parse(await readFile(file(), "utf8"));
    logins["https://other.example.com"] = { username: "me", token: "a.b.c" };
    await writeFile(file(), JSON.stringify(logins));
    const two = await flowg(["stream", "list"]);
    expect(two.code).toBe(2);
    expect(two.stderr).toContain(`say which, ${server.url} or https://other.example.com`);
    expect((await flowg(["logout", ...url])).code).toBe(0);
    expect((await flowg(["logout"])).stdout).toBe("Logged out of https://other.example.com\n");
  });

  test.skipIf(process.getuid?.() !== 0)("has no place without a home, and says so", async () => {
    // a number without a name, as in containers
    const nameless = { uid: 23456, env: { HOME: "" }, cwd: "/" };
    const list = await flowg(["stream", "list", ...url], nameless);
    expect(list).toMatchObject({ code: 6, stderr: expect.stringContaining("there is no token") });
    const ran = await flowg(["login", ...url, "--username", "root", "--password-stdin"], {
      ...nameless,
      stdin: ROOT_PASSWORD,
    });
    expect(ran.code).toBe(8);
    expect(ran.stderr).toContain("this user has no home directory");
    const env = { HOME: "", FLOWG_TOKEN: token };
    expect((await flowg(["stream", "list", ...url], { ...nameless, env })).code).toBe(0);
  });

  test("with a wrong password keeps nothing", async () => {
    const ran = await login("wrong");
    expect(ran).toMatchObject({ code: 6, stdout: "" });
    expect(ran.stderr).toContain("the user name or the password is wrong");
    expect(await readdir(home)).toEqual([]);
  });

  test("that has ended says so", async () => {
    await login(ROOT_PASSWORD);
    const claims = Buffer.from(JSON.stringify({ exp: 1 })).toString("base64url");
    const ended = { [server.url]: { username: "root", token: `e30.${claims}.x` } };
    await writeFile(file(), JSON.stringify(ended));
    const ran = await flowg(["stream", "list", ...url]);
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain(`the login at ${server.url} has ended`);
  });

  test("without a terminal says what it needs", async () => {
    const ran = await flowg(["login", ...url]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("use --username and --password-stdin");
  });
});

describe("a token", () => {
  test("comes from --token, --token-file or FLOWG_TOKEN, in this order, and is never shown", async () => {
    const path = join(home, "token");
    await writeFile(path, `${token}\n`);
    const list = ["admin", "role", "list", ...url];
    for (const [words, env, whose] of [
      [["--token", token], { FLOWG_TOKEN: "pat_bad" }, "with the token of --token"],
      [["--token-file", path], { FLOWG_TOKEN: "pat_bad" }, `with the token in ${path}`],
    ] as const) {
      const ran = await flowg([...list, ...words], { env });
      expect(ran).toMatchObject({ code: 0, stderr: `server ${server.url}, ${whose}\n` });
      expect(ran.stdout + ran.stderr).not.toContain(token);
    }
    expect((await flowg([...list, "--token", token, "--token-file", path])).code).toBe(2);
    const bad = await flowg([...list, "--token", "pat_bad"]);
    expect(bad.code).toBe(6);
    expect(bad.stdout + bad.stderr).not.toContain("pat_bad");
    const missing = await flowg([...list, "--token-file", join(home, "nothing")]);
    expect(missing.code).toBe(8);
  });

  test("in a URL is refused, unseen", async () => {
    const ran = await flowg(["admin", "role", "list", "--url", "http://root:hunter2@localhost"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).not.toContain("hunter2");
  });

  test("of somebody else is not the server's to make", async () => {
    const ran = await withToken(["admin", "token", "create", "--user", "alice"]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("only the tokens of the user that calls it: root, not alice");
    const own = await withToken(["admin", "token", "create", "--user", "root"]);
    expect(own.stdout).toMatch(/^pat_\w+\n$/);
  });
});

describe("backup and restore", () => {
  test("go there and back, and are asked for by --yes in scripts", async () => {
    const backup = await withToken(["admin", "backup", "--backup-dir", "b", "--json"]);
    expect(backup.code).toBe(0);
    const report = JSON.parse(backup.stdout);
    expect(report).toMatchObject({ success: true, directory: "b" });
    expect((await readdir(join(home, "b"))).sort()).toEqual(["auth.db", "config.db", "log.db"]);
    expect((await flowg(["admin", "verify", "b"])).code).toBe(0);
    await server.must("/transformers/late", { method: "PUT", json: { script: "x" } });

    const unasked = await withToken(["admin", "restore", "--backup-dir", "b"]);
    expect(unasked.code).toBe(5);
    expect(unasked.stderr).toContain("there is no terminal to ask at");
    const dry = await withToken([
      "admin",
      "restore",
      "--backup-dir",
      "b",
      "--replace",
      "--dry-run",
    ]);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/config +transformer +0 +0 +0 +0 +1/);
    const words = ["admin", "restore", "--backup-dir", "b", "--replace", "--yes", "--only=config"];
    const done = await withToken(words);
    expect(done.code).toBe(0);
    expect(done.stdout).toContain("1 database restored");
    expect((await server.must("/transformers")).body.transformers).toEqual([]);
    const [, run = "", to] =
      /^to take it back: flowg admin undo (\S+) (.*)$/m.exec(done.stdout) ?? [];
    expect(to).toBe(url.join(" "));
    expect(await withToken(["admin", "undo", run, "--yes"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^to bring it again: flowg admin undo \S+ --url http/m),
    });
    expect((await server.must("/transformers")).body.transformers).toHaveLength(1);
  });

  test("an auth restore that lets somebody in is refused until it is insisted on", async () => {
    const clerk = await server.userWith(
      "write_acls",
      "read_pipelines",
      "read_transformers",
      "read_alerts",
      "read_streams",
    );
    const env = { FLOWG_TOKEN: clerk.replace("Bearer ", "") };
    const role = { method: "PUT", json: { scopes: ["send_logs"] } };
    await server.must("/roles/shipper", role);
    const user = { method: "PUT", json: { roles: ["shipper"], password: "a password" } };
    await server.must("/users/carl", user);
    expect((await withToken(["admin", "backup"], { env })).code).toBe(0);
    await server.must("/users/carl", { method: "DELETE" });
    const words = ["admin", "restore", "--only", "auth", "--yes"];
    const refused = await withToken(words, { env });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain("others scopes that you don't have: carl");
    expect(refused.stderr).toContain("--allow-access-change");
    const dry = await withToken([...words, "--dry-run"], { env });
    expect(dry.stderr).toContain("warning: users that come back: carl");
    await server.must("/users/carl", { ...user, json: { ...user.json, password: "another" } });
    const back = await withToken([...words, "--dry-run"]);
    expect(back.stderr).toContain("warning: users whose password may change: carl");
    const insisted = await withToken([...words, "--allow-access-change"], { env });
    expect(insisted.code).toBe(0);
    expect((await server.must("/users")).body.users.map((u: { name: string }) => u.name)).toContain(
      "carl",
    );
  });
});

describe("logs and what they pass through", () => {
  test("logs are sent from arguments, JSON lines and plain text, and asked for", async () => {
    const send = ["logs", "ingest", "default"];
    expect((await withToken([...send, "level=info", "message=from arguments"])).stdout).toBe(
      "1 log sent\n",
    );
    const lines = '{"level":"warn","message":"from JSON","count":5}\n\n{"message":"last"}';
    expect((await withToken(send, { stdin: lines })).stdout).toBe("2 logs sent\n");
    await withToken([...send, "--text"], { stdin: "plain \x1b[31mtext\n" });
    const found = await withToken(["logs", "query", "default", "--last", "1h"]);
    const texts = found.stdout
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\S+ {2}/, ""));
    expect(texts).toEqual(
      expect.arrayContaining([
        "plain \\u001b[31mtext",
        "last",
        "warn  from JSON  count=5",
        "info  from arguments",
      ]),
    );
    const json = await withToken(["logs", "query", "default", "--limit", "1", "--json"]);
    expect(JSON.parse(json.stdout).records).toHaveLength(1);
    const bad = await withToken(send, { stdin: '{"message":"sent"}\nno json\n' });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain("warning: 1 log had been sent before\nerror: line 2 of stdin");
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, ""])),
    );
    const refused = await withToken(send, { stdin: `{"a":"1"}\n${wide}\n{"a":"2"}\n` });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "warning: line 2 was refused: holds more than 10000 values\nerror: 1 log of 3 logs were refused",
    );
  });

  test("tail prints what comes, until Ctrl-C", async () => {
    const timer = setInterval(() => {
      const json = { record: { message: "seen by tail" } };
      void server.call("/pipelines/default/logs", { method: "POST", as: server.root, json });
    }, 100);
    const ran = await withToken(["logs", "tail", "default", "--json"], {
      onOutput: (text, child) => {
        if (text.includes("seen by tail")) child.kill("SIGINT");
      },
    });
    clearInterval(timer);
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("error: stopped by Ctrl-C\n");
    const [line = ""] = ran.stdout.split("\n");
    expect(JSON.parse(line).fields).toEqual({ message: "seen by tail" });
  });

  test("tail ends with its reader", async () => {
    const timer = setInterval(() => {
      const json = { record: { message: "for head" } };
      void server.call("/pipelines/default/logs", { method: "POST", as: server.root, json });
    }, 100);
    const env = { FLOWG_URL: server.url, FLOWG_TOKEN: token };
    const line = `flowg logs tail default -q | head -1; echo "\${PIPESTATUS[0]}"`;
    const ran = await shell(line, { env });
    clearInterval(timer);
    expect(ran).toMatchObject({ stderr: "", stdout: expect.stringMatching(/for head\n0\n$/) });
  });

  test.each([
    ["pipeline", '{"version":1,"nodes":[],"edges":[]}'],
    ["transformer", '.a = "b"\n.c = "d"'],
    ["alert", '{"version":1,"url":"https://example.com/hook","headers":{}}'],
    ["forwarder", '{"version":2,"config":{"type":"otlp","endpoint":"https://example.com/"}}'],
  ])("a %s is set, got, listed and deleted", async (noun, text) => {
    expect((await withToken([noun, "set", "one"], { stdin: text })).stdout).toMatch(
      / one saved\n$/,
    );
    const got = await withToken([noun, "get", "one", "-q"]);
    if (noun === "transformer") expect(got.stdout).toBe(`${text}\n`);
    else expect(JSON.parse(got.stdout)).toEqual(JSON.parse(text));
    await writeFile(join(home, "file"), got.stdout);
    expect((await withToken([noun, "set", "two", "--file", "file"])).code).toBe(0);
    expect((await withToken([noun, "list"])).stdout).toContain("one\ntwo\n");
    for (const name of ["one", "two"]) {
      expect((await withToken([noun, "delete", name])).stdout).toMatch(/ deleted\n$/);
    }
    expect((await withToken([noun, "delete", "one"])).stderr).toContain("did not exist");
    const missing = await withToken([noun, "get", "one"]);
    expect(missing).toMatchObject({ code: 8, stdout: "" });
  });

  test("a stream is configured a setting at a time, and deleted with --yes only", async () => {
    await withToken(["stream", "set", "web", "--ttl", "60", "--index", "level, host"]);
    await withToken(["stream", "set", "web", "--size", "10"]);
    const { config } = JSON.parse((await withToken(["stream", "get", "web", "--json"])).stdout);
    expect(config).toEqual({ ttl: 60, size: 10, indexed_fields: ["host", "level"] });
    expect((await withToken(["stream", "get", "none"])).code).toBe(8);
    expect((await withToken(["stream", "list"])).stdout).not.toContain("none");
    expect((await withToken(["stream", "delete", "web"])).code).toBe(5);
    expect((await withToken(["stream", "delete", "web", "--yes"])).stdout).toBe(
      "Stream web deleted\n",
    );
  });

  test("need a server", async () => {
    const ran = await flowg(["logs", "query", "default"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("the flag --url is missing");
  });
});

describe("faults of the network", () => {
  const list = (to: string) =>
    flowg(["admin", "role", "list", "--url", to, "--json"], { env: { FLOWG_TOKEN: token } });
  const codeOf = (ran: Ran) => JSON.parse(ran.stdout).code;

  test("nothing listens", async () => {
    const ran = await list("http://127.0.0.1:9");
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain("hint: ");
    expect(codeOf(ran)).toBe("CONNECTION_FAILED");
  });

  test("it isn't a FlowG, or leads elsewhere, or fails", async () => {
    await using page = await fakeServer((_, r) => r.end("<html>"));
    expect(codeOf(await list(page.url))).toBe("ANSWER_UNEXPECTED");
    await using elsewhere = await fakeServer((_, r) =>
      r.writeHead(301, { Location: page.url }).end(),
    );
    const redirected = await list(elsewhere.url);
    expect(codeOf(redirected)).toBe("REDIRECTED");
    await using failing = await fakeServer((_, r) =>
      sendJson(r, 500, { success: false, code: "INTERNAL", message: "oops", requestId: "r-9" }),
    );
    const failed = await list(failing.url);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("error: the server says: oops\nhint: request r-9\n");
    await using newer = await fakeServer((_, r) =>
      sendJson(r, 418, { success: false, code: "OF_THE_FUTURE", message: "later" }),
    );
    expect((await list(newer.url)).code).toBe(7);
  });

  test("a private certificate is accepted with --ca, and with --insecure loudly", async () => {
    const [key, cert] = [join(home, "key.pem"), join(home, "cert.pem")];
    await promisify(execFile)("openssl", [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ]);
    const dir = (name: string) => join(home, name);
    await using secure = await serve({
      dirs: { auth: dir("auth"), config: dir("config"), logs: dir("logs") },
      httpBind: "127.0.0.1:0",
      managementBind: "127.0.0.1:0",
      httpTls: { cert, key },
      initialPassword: ROOT_PASSWORD,
      stopMs: 200,
      log: createLog({ verbose: false, destination: { write: () => undefined } }),
    });
    const to = ["--url", secure.urls[0] ?? ""];
    const ca = ["--ca", cert];
    const login = ["login", ...to, ...ca, "--username=root", "--password-stdin"];
    expect(await flowg(login, { stdin: ROOT_PASSWORD })).toMatchObject({ code: 0 });
    const words = ["admin", "role", "list", ...to];
    const refused = await flowg(words);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(/the certificate of 127.0.0.1:\d+ is not accepted/);
    expect(refused.stderr).toContain("--ca");
    const trusted = await flowg([...words, ...ca]);
    expect(trusted).toMatchObject({ code: 0 });
    expect(trusted.stderr).not.toContain("warning");
    const insecure = await flowg([...words, "--insecure"]);
    expect(insecure.code).toBe(0);
    expect(insecure.stderr).toContain("warning: --insecure");
    expect((await flowg(["admin", "backup", ...to, ...ca])).code).toBe(0);
    expect((await flowg(["admin", "restore", "--yes", ...to, ...ca])).code).toBe(0);
    const missing = await flowg([...words, "--ca", dir("nothing.pem")]);
    expect(missing.code).toBe(8);
    expect(missing.stderr).toContain("nothing.pem: there is no such file");
    const other = await flowg([...words, "--ca", key]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("key.pem holds no certificate");
  });
});

test("help never shows what the environment holds", async () => {
  const env = { FLOWG_TOKEN: "pat_hunter2", FLOWG_URL: "http://secret-host" };
  for (const words of [["admin", "backup"], ["logs", "tail"], ["login"]]) {
    const { stdout } = await flowg([...words, "--help"], { env });
    expect(stdout).not.toContain("hunter2");
    expect(stdout).not.toContain("secret-host");
    expect(stdout).toContain("FLOWG_URL");
  }
});
