// `flowg admin restore --url` of all three databases makes one request, which a proxy before a real server sees. Files that
// aren't a set, and files for a server that is too old, go one by one.

import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startServer, type TestServer } from "../http/test-server.js";
import { type RunOptions, shell } from "./flowg.js";

const ONE_BY_ONE = ["auth", "logs", "config"];

let server: TestServer;
let between: Awaited<ReturnType<typeof proxyTo>>;
let home: string;
let token: string;

/** @returns what was asked of restores, and with how many bytes of body */
async function proxyTo(url: string) {
  const asked: { path: string; bytes: number }[] = [];
  const state = { isOld: false };
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url: path = "" } = incoming;
    const entry = { path, bytes: 0 };
    if (path.startsWith("/api/v1/restore")) asked.push(entry);
    if (state.isOld && path.startsWith("/api/v1/restore?")) {
      incoming.resume();
      const body = { success: false, code: "NOT_FOUND", message: "there is no such endpoint" };
      outgoing.writeHead(404, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      return;
    }
    incoming.on("data", (chunk: Buffer) => {
      entry.bytes += chunk.byteLength;
    });
    const onwards = send(new URL(path, url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on("error", () => outgoing.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    state,
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

beforeAll(async () => {
  server = await startServer();
  token = (await server.must("/token", { method: "POST" })).body.token;
  between = await proxyTo(server.url);
  home = await mkdtemp(join(tmpdir(), "flowg-online-set-"));
  await mkdir(join(home, "tmp"));
  const made = await run(
    "flowg admin backup --url $FLOWG_URL --backup-dir whole -q && flowg admin backup --backup-dir - -q > whole.tar",
  );
  expect(made.stderr).toBe("");
});
afterAll(async () => {
  between?.close();
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  between.asked.length = 0;
  between.state.isOld = false;
});

const run = (line: string, { env, ...options }: RunOptions = {}) =>
  shell(line, {
    cwd: home,
    stdin: "",
    ...options,
    env: { FLOWG_TOKEN: token, FLOWG_URL: between.url, TMPDIR: join(home, "tmp"), ...env },
  });

const paths = () =>
  between.asked.map(({ path }) =>
    path
      .replace("/api/v1/restore", "")
      .replace(/\?.*dryRun=true.*/, " dry")
      .replace(/\?.*/, ""),
  );

const change = () => server.must("/transformers/late", { method: "PUT", json: { script: "x" } });
const transformers = async () => (await server.must("/transformers")).body.transformers;

test("a directory makes one request, and one report", async () => {
  await change();
  const ran = await run("flowg admin restore whole --replace --yes --json");
  expect(ran.code, ran.stderr).toBe(0);
  expect(paths()).toEqual([""]);
  expect(ran.stderr).toMatch(/^all: restoring$/m);
  const report = JSON.parse(ran.stdout);
  expect(report.databases.map(({ source }: { source: string }) => source)).toEqual([
    "whole/auth.db",
    "whole/log.db",
    "whole/config.db",
  ]);
  expect(report.databases[2].kinds.transformer).toMatchObject({ removed: 1 });
  expect(await transformers()).toEqual([]);
});

test.each([
  ["a file", "flowg admin restore whole.tar --dry-run --json", "whole.tar"],
  ["stdin", "flowg admin restore - --dry-run --json < whole.tar", "-"],
])("a tar from %s goes as it is, once, and is named as given", async (from, line, name) => {
  // a file needs no other place
  const env = from === "a file" ? { TMPDIR: join(home, "nowhere") } : {};
  await change();
  const ran = await run(line, { env });
  expect(ran.code, ran.stderr).toBe(0);
  expect(paths()).toEqual([" dry"]);
  const { byteLength } = await readFile(join(home, "whole.tar"));
  expect(between.asked[0]?.bytes).toBeGreaterThan(byteLength);
  const report = JSON.parse(ran.stdout);
  expect(report.databases.map(({ source }: { source: string }) => source)).toEqual(
    ONE_BY_ONE.map((kind) => `${name}/${kind}.db`),
  );
  expect(await transformers()).toEqual(["late"]);
});

test.each(["whole", "whole.tar"])(
  "%s goes one by one to a server that knows no sets",
  async (place) => {
    between.state.isOld = true;
    await change();
    const ran = await run(`flowg admin restore ${place} --replace --yes`);
    expect(ran.code, ran.stderr).toBe(0);
    expect(paths()).toEqual([
      "",
      ...ONE_BY_ONE.map((kind) => `/${kind} dry`),
      ...["logs", "config", "auth"].map((kind) => `/${kind}`),
    ]);
    expect(ran.stdout).toContain("3 databases restored");
    expect(await transformers()).toEqual([]);
  },
);

test("files of two instants, and some of the three, go one by one", async () => {
  await mkdir(join(home, "mixed"));
  for (const name of ["auth.db", "log.db"])
    await copyFile(join(home, "whole", name), join(home, "mixed", name));
  await run("flowg admin backup --only config --backup-dir mixed --allow-mixed -q");
  const mixed = await run("flowg admin restore mixed --yes && tar -cf mixed.tar mixed");
  expect(mixed.code, mixed.stderr).toBe(0);
  expect(mixed.stderr).toContain("the snapshots are not of one instant");
  expect(paths()).toHaveLength(6);
  between.asked.length = 0;
  const packed = await run("flowg admin restore mixed.tar --dry-run");
  expect(packed.code, packed.stderr).toBe(0);
  expect(paths()).toEqual(ONE_BY_ONE.map((kind) => `/${kind} dry`));
  between.asked.length = 0;
  expect((await run("flowg admin restore whole.tar --only auth,config --yes")).code).toBe(0);
  expect(paths()).toEqual(["/auth dry", "/config dry", "/config", "/auth"]);
});

test("what is broken in a tar is named before anything is sent", async () => {
  const bytes = await readFile(join(home, "whole.tar"));
  // inside the second file
  const at = bytes.indexOf("logs.db") + 512 + 100;
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(join(home, "spoiled.tar"), bytes);
  const ran = await run("flowg admin restore spoiled.tar --yes");
  expect(ran).toMatchObject({ code: 3, stdout: "" });
  expect(ran.stderr).toMatch(/error: spoiled\.tar\/logs\.db: /);
  await writeFile(join(home, "short.tar"), bytes.subarray(0, at));
  const cut = await run("flowg admin restore short.tar --yes");
  expect(cut).toMatchObject({ code: 3, stdout: "" });
  expect(cut.stderr).toContain("error: short.tar: the tar of the backup is cut short");
  const other = await run("head -c 3000 /dev/zero | tr '\\0' x | flowg admin restore - --yes");
  expect(other).toMatchObject({ code: 3, stdout: "" });
  expect(other.stderr).toContain("error: -: this isn't a tar of a backup");
  expect(between.asked).toEqual([]);
});

test("what only the server can tell of a file names the person's file", async () => {
  await run("cp -r whole odd && echo hello, world > odd/log.db");
  const ran = await run("flowg admin restore odd --yes");
  expect(ran).toMatchObject({ code: 3, stdout: "" });
  expect(ran.stderr).toMatch(/error: odd\/log\.db: .*nothing was restored/);
});

test("a caller that would be locked out is refused before the first database changes, and may insist", async () => {
  await server.must("/users/late", {
    method: "PUT",
    json: { roles: ["admin"], password: "a long password" },
  });
  const login = `echo 'a long password' | flowg login --url $FLOWG_URL --username late --password-stdin`;
  const env = { FLOWG_TOKEN: "", HOME: home };
  expect((await run(login, { env })).code).toBe(0);
  await change();
  const refused = await run("flowg admin restore whole --replace --yes", { env });
  expect(refused).toMatchObject({ code: 5, stdout: "" });
  expect(refused.stderr).toMatch(/would lock you \(late\) out; nothing was restored$/m);
  expect(refused.stderr).toContain("add --allow-access-change");
  expect(await transformers()).toEqual(["late"]);
  const insisted = await run("flowg admin restore whole --replace --yes --allow-access-change", {
    env,
  });
  expect(insisted.code, insisted.stderr).toBe(0);
  expect(insisted.stderr).toContain("users that go: late");
  expect(await transformers()).toEqual([]);
});
