// Names that every JavaScript object has already are names like any other, wherever they go: API, SDK, command line,
// backup, restore, and FlowG's own files.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type FlowgClient } from "../../../sdk/index.js";
import { flowg as flowgWith } from "../../cli/flowg.js";
import { badgerStream, importBytes } from "../../formats/flowg/encode.js";
import { readContents } from "../offline/contents.js";
import { dirsIn, type FlowgServer, flowg, startFlowg } from "./flowg-server.js";

const NAMES = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf"];
const FROM = new Date("2026-01-01");
const TO = new Date("2126-01-01");
const SCOPES = "write_acls write_alerts write_pipelines write_streams write_transformers send_logs";

let home: string;
let server: FlowgServer;
let client: FlowgClient;
let token: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-names-"));
  server = await startFlowg();
  token = (await server.userWith("keeper", ...SCOPES.split(" "))).replace("Bearer pat:", "");
  client = createClient({ baseUrl: server.url, token });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

/** An object with these own members, whatever their names. */
const record = (pairs: [string, string][]) => Object.fromEntries(pairs);

const flow = (stream: string) => ({
  version: 1,
  nodes: [
    { id: "a", type: "source", position: { x: 0, y: 0 }, data: { type: "direct" } },
    { id: "b", type: "router", position: { x: 0, y: 0 }, data: { stream } },
  ],
  edges: [{ id: "ab", source: "a", sourceHandle: "", target: "b" }],
});

test("they are made, listed, used and found", async () => {
  for (const name of NAMES) {
    await client.roles.save(name, ["read_streams"]);
    await client.users.save(name, { roles: [name], password: `password of ${name}` });
    const session = await client.auth.login(name, `password of ${name}`);
    const own = createClient({ baseUrl: server.url, token: session });
    expect((await own.auth.whoami()).user).toEqual({ name, roles: [name] });
    await client.transformers.save(name, ".");
    await client.alerts.save(name, {
      version: 1,
      url: "http://h/",
      headers: record([[name, "x"]]),
    });
    await client.streams.configure(name, { ttl: 0, size: 0, indexed_fields: [name, "other"] });
    await client.pipelines.save(name, flow(name));
    await client.logs.ingest(name, record([[name, "mine"]]));
    await client.logs.ingest(name, { other: "x" });
    const filter = `'${name}' = "mine"`;
    const found = await client.logs.query(name, { from: FROM, to: TO, filter });
    expect(found.map(({ fields }) => Object.entries(fields))).toEqual([[[name, "mine"]]]);
    const not = await client.logs.query(name, { from: FROM, to: TO, filter: `not ${filter}` });
    expect(not.map(({ fields }) => Object.entries(fields))).toEqual([[["other", "x"]]]);
    expect(await client.streams.fields(name)).toEqual([name, "other"].sort());
    expect(await server.metric(`flowg_stream_log_total{stream="${name}"}`)).toBe(2);
    expect(Object.entries((await client.alerts.get(name)).headers ?? {})).toEqual([[name, "x"]]);
  }
  const streams = Object.entries(await client.streams.list());
  expect(streams.map(([name]) => name).sort()).toEqual([...NAMES].sort());
  for (const [name, config] of streams)
    expect(config).toEqual({ ttl: 0, size: 0, indexed_fields: [name, "other"].sort() });
});

test("the command line shows and sends them", async () => {
  const env = { FLOWG_URL: server.url, FLOWG_TOKEN: token };
  const run = async (...words: string[]) => {
    const ran = await flowgWith(words, { env });
    expect(ran.code, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout.split("\n")[0] ?? "");
  };
  const { streams } = await run("stream", "list", "--json");
  expect(Object.keys(streams).sort()).toEqual([...NAMES].sort());
  await run("logs", "ingest", "__proto__", "__proto__=sent", "constructor=too", "--json");
  const filter = `'__proto__' = "sent"`;
  const ran = await flowgWith(["logs", "query", "__proto__", "--last", "1h", "--filter", filter], {
    env,
  });
  expect(ran.stdout).toContain("sent");
  const got = await run("stream", "get", "__proto__", "--json");
  expect(got.config).toMatchObject({ ttl: 0 });
  expect((await flowgWith(["stream", "get", "isPrototypeOf"], { env })).code).toBe(8);
});

test("a backup holds them, and a restore brings them, online and offline", async () => {
  const backup = join(home, "backup");
  await client.backup.all(backup);
  for (const kind of ["config", "logs", "auth"] as const) {
    const file = join(backup, kind === "logs" ? "log.db" : `${kind}.db`);
    const report = await client.restore[kind](file, { mode: "replace" });
    for (const counts of Object.values(report.kinds))
      expect(counts).toMatchObject({ added: 0, overwritten: 0, removed: 0 });
  }
  const dirs = dirsIn(join(home, "copy"));
  const at = ["--auth-dir", dirs.auth, "--config-dir", dirs.config, "--log-dir", dirs.logs];
  const ran = await flowg("admin", "restore", "--backup-dir", backup, ...at);
  expect(ran.code, ran.stderr).toBe(0);
  for (const kind of ["auth", "config", "logs"] as const) {
    const copied = await readContents(kind, dirs[kind]);
    expect(copied.contents).toEqual((await readContents(kind, server.dirs[kind])).contents);
  }
  const inspected = await flowg("admin", "inspect", join(backup, "log.db"), "--json");
  const { streams } = JSON.parse(inspected.stdout.toString());
  expect(streams.map(({ name }: { name: string }) => name)).toEqual([...NAMES].sort());
});

test("FlowG's files may hold them as names, and a key that begins with one is of an unknown form", async () => {
  for (const separator of [":", "\x1b"]) {
    const odd = NAMES.map((name) => ({ key: [name, "x"].join(separator), value: "{}" }));
    const named = NAMES.map((name) => ({ key: ["transformer", name].join(separator), value: "." }));
    const { records, warnings } = await importBytes(badgerStream([...named, ...odd]));
    expect(Object.keys(records).sort()).toEqual(NAMES.map((name) => `transformer|${name}`).sort());
    expect(warnings.join("\n")).toContain(`${NAMES.length} keys of an unknown form`);
  }
  const users = NAMES.flatMap((name) => [
    { key: `index\x1brole\x1b${name}`, value: "" },
    { key: `role\x1b${name}\x1b${name}`, value: "" },
    { key: `index\x1buser\x1b${name}`, value: "" },
    { key: `user\x1b${name}\x1bpassword`, value: "$argon2id$x" },
    { key: `user\x1b${name}\x1brole\x1b${name}`, value: "" },
  ]);
  const { records } = await importBytes(badgerStream(users));
  for (const name of NAMES) {
    expect(JSON.parse(records[`role|${name}`] ?? "")).toEqual({ scopes: [name] });
    expect(JSON.parse(records[`user|${name}`] ?? "")).toMatchObject({ roles: [name] });
  }
  await writeFile(join(home, "config.db"), badgerStream([{ key: "constructor:x", value: "{}" }]));
  const ran = await flowg("admin", "verify", join(home, "config.db"));
  expect(ran.stderr).not.toContain("unexpected fault");
});
