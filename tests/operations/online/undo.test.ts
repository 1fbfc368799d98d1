// POST /restore/undo and GET /restores on a real server: who may take which restore back, and what comes of it.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type FlowgClient } from "../../../sdk/index.js";
import { backupDirectories, restoreDirectories } from "../../../server/core.js";
import { dirsIn, download, type FlowgServer, ROOT_PASSWORD, startFlowg } from "./flowg-server.js";
import { fillLogs } from "./log-data.js";

let home: string;
let server: FlowgServer;
let root: string;
let client: FlowgClient;

const clientOf = (authorization: string) =>
  createClient({ baseUrl: server.url, token: authorization.replace(/^Bearer (pat|jwt):/, "") });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-undo-"));
  const dirs = dirsIn(home);
  await fillLogs(dirs.logs, 300, 200);
  const backupDir = join(home, "backup");
  await backupDirectories({ dirs, backupDir, only: ["logs"] });
  const mode = "merge";
  await restoreDirectories({ dirs, backupDir, mode, dryRun: false, only: ["logs"] });
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
  client = clientOf(await server.userWith("boss", ...ALL));
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const ALL = [
  "write_acls",
  "write_pipelines",
  "write_transformers",
  "write_alerts",
  "write_streams",
];

async function restore(what: string, query: string, bytes: Uint8Array) {
  const form = new FormData();
  form.append("backup", new Blob([new Uint8Array(bytes)]), "backup");
  const headers = { Authorization: root };
  const answer = await fetch(`${server.api}/restore${what}${query}`, {
    method: "POST",
    headers,
    body: form,
  });
  const { report } = (await answer.json()) as { report: { run?: string } };
  return report;
}

test("a restore of all three is listed, taken back and brought again", async () => {
  const { bytes } = await download(server, root, "/backup");
  await client.roles.save("later", ["read_streams"]);
  await client.transformers.save("later", ".");
  const { run } = await restore("", "?mode=replace&allowAccessChange=true", bytes);
  expect((await client.roles.list()).map(({ name }) => name)).not.toContain("later");
  expect((await client.restore.list())[0]).toMatchObject({
    run,
    by: "root",
    mode: "replace",
    canUndo: true,
    databases: ["auth", "logs", "config"].map((database) => ({ database })),
  });
  await client.transformers.save("after", ".");
  const dry = await client.restore.undo({ dryRun: true });
  expect(dry.undoes).toBe(run);
  expect(await client.transformers.list()).toEqual(["after"]);
  const back = await client.restore.undo({ run, allowAccessChange: true });
  expect((await client.roles.list()).map(({ name }) => name)).toContain("later");
  expect((await client.transformers.list()).sort()).toEqual(["after", "later"]);
  expect((await client.restore.list()).slice(0, 2)).toMatchObject([
    { run: back.run, by: "boss", mode: "undo", undoes: run },
    { run, undoneBy: back.run },
  ]);
  await client.restore.undo({ run: back.run, allowAccessChange: true });
  expect(await client.transformers.list()).toEqual(["after"]);
  const lines = server.logLines().filter(({ audit, action }) => audit && action === "undo");
  expect(lines.at(-1)).toMatchObject({ user: "boss", outcome: "success", undoes: back.run });
});

test("restores that bring users with other passwords are noted one after the other, and taken back", async () => {
  // a name that looks like the number of a note, and one that comes after all numbers
  const names = ["0000000000000000", "zoe"];
  const save = async (password: string) => {
    for (const name of names)
      await server.call(root, "PUT", `/users/${name}`, { password, roles: [] });
  };
  await save("the first password");
  const { bytes } = await download(server, root, "/backup/auth");
  const runs: (string | undefined)[] = [];
  for (const password of ["the second password", "the third password"]) {
    await save(password);
    runs.unshift((await restore("/auth", "?mode=replace&allowAccessChange=true", bytes)).run);
  }
  const listed = await client.restore.list();
  expect(listed.slice(0, 2)).toMatchObject(runs.map((run) => ({ run, canUndo: true })));
  expect(listed.every(({ databases }) => databases.length > 0)).toBe(true);
  const back = await client.restore.undo({ allowAccessChange: true });
  expect(back).toMatchObject({ undoes: runs[0] });
  await server.login("zoe", "the third password");
});

test("whoever takes it back may do what a restore of these databases needs", async () => {
  const { bytes } = await download(server, root, "/backup/config");
  await client.transformers.save("gone", ".");
  const { run } = await restore("/config", "?mode=replace", bytes);
  const logs = clientOf(await server.userWith("logs-only", "write_streams"));
  await expect(logs.restore.undo({ run })).rejects.toMatchObject({ status: 403 });
  await expect(logs.restore.list()).rejects.toMatchObject({ status: 403 });
  const config = clientOf(
    await server.userWith("config-only", "write_pipelines", "write_transformers", "write_alerts"),
  );
  await expect(config.restore.undo({ run })).resolves.toMatchObject({ undoes: run });
  expect(await client.transformers.list()).toContain("gone");
  await expect(config.restore.undo({ run: "none" })).rejects.toMatchObject({ status: 404 });
  // a user who may restore nothing doesn't learn which restores there are
  const reader = clientOf(await server.userWith("reader", "read_streams", "write_alerts"));
  for (const asked of [run, "none", undefined])
    await expect(reader.restore.undo({ run: asked })).rejects.toMatchObject({ status: 403 });
});

test("nobody gains what they don't hold by taking a restore of auth back", async () => {
  const { bytes } = await download(server, root, "/backup/auth");
  await server.userWith("strong", "write_streams");
  const { run } = await restore("/auth", "?mode=replace&allowAccessChange=true", bytes);
  const weak = clientOf(await server.userWith("acls-only", "write_acls"));
  const refusal = weak.restore.undo({ run, allowAccessChange: false });
  await expect(refusal).rejects.toMatchObject({
    code: "REFUSED",
    details: { report: expect.anything() },
  });
  // what a role grants can't be kept within what the caller holds
  await expect(weak.restore.undo({ run, allowAccessChange: true })).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("roles"),
  });
  expect((await client.users.list()).map(({ name }) => name)).not.toContain("strong");
  await expect(client.restore.undo({ run, allowAccessChange: true })).resolves.toBeDefined();
});

test("a token of a removed user doesn't let its holder in as another of that name", async () => {
  const { bytes } = await download(server, root, "/backup/auth");
  const token = await server.userWith("mallory", "read_streams");
  const { run } = await restore("/auth", "?mode=replace&allowAccessChange=true", bytes);
  await server.call(root, "PUT", "/users/mallory", {
    password: "another person's own",
    roles: ["admin"],
  });
  const asks = () => fetch(`${server.api}/streams`, { headers: { Authorization: token } });
  for (const dryRun of [true, false]) {
    const { databases } = await client.restore.undo({ run, dryRun, allowAccessChange: true });
    expect(databases[0]?.access?.tokensBack).toEqual([]);
    expect(databases[0]?.kinds.token).toMatchObject({ added: 0, kept: 1 });
    expect(databases[0]?.changed.items).toContain('user "mallory"');
  }
  expect((await asks()).status).toBe(401);
  await client.restore.undo({ run, overwriteChanged: true, allowAccessChange: true });
  expect((await asks()).status).toBe(200);
});

test("a token that was removed alone doesn't either, where its user is another one by then", async () => {
  const put = (password: string, role: string) =>
    server.call(root, "PUT", "/users/mallet", { password, roles: [role] });
  await server.call(root, "PUT", "/roles/mallets", { scopes: ["read_streams"] });
  await put("the first one's own", "mallets");
  const { bytes } = await download(server, root, "/backup/auth");
  const own = await server.login("mallet", "the first one's own");
  const made = await server.call(own, "POST", "/token", {});
  const token = `Bearer pat:${made.token}`;
  const asks = () => fetch(`${server.api}/streams`, { headers: { Authorization: token } });
  expect((await asks()).status).toBe(200);
  const { run } = await restore("/auth", "?mode=replace&allowAccessChange=true", bytes);
  expect((await asks()).status).toBe(401);
  await server.call(root, "DELETE", "/users/mallet");
  await put("another person's own", "admin");
  for (const dryRun of [true, false]) {
    const { databases } = await client.restore.undo({ run, dryRun, allowAccessChange: true });
    expect(databases[0]?.access?.tokensBack).toEqual([]);
    expect(databases[0]?.kinds.token).toMatchObject({ added: 0, kept: 1 });
  }
  expect((await asks()).status).toBe(401);
});

test("clients are not told where this machine has its files", async () => {
  const [first] = (await client.restore.list()).slice(-1);
  expect(first?.databases).toMatchObject([{ database: "logs", source: "log.db" }]);
});

test("without an undo file, if that is asked for", async () => {
  const { bytes } = await download(server, root, "/backup/logs");
  const before = await readdir(join(home, "logs", "undo"));
  const report = await restore("/logs", "?undo=false", bytes);
  expect(report.run).toBeUndefined();
  expect(await readdir(join(home, "logs", "undo"))).toEqual(before);
  const [newest] = await client.restore.list();
  expect(newest).toMatchObject({
    canUndo: false,
    whyNot: "logs was restored without an undo file",
  });
  await expect(client.restore.undo({ run: newest?.run })).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.not.stringContaining(home),
  });
});
