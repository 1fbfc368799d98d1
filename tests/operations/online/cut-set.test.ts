// A restore of all three ended between two databases, because its caller was revoked meanwhile, or it was cut. The server's
// log, its metrics and each backup say so afterwards.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../sdk/index.js";
import { openDatabase } from "../../../server/engine/lmdb/open.js";
import { lastRestore, RESTORE_MARK_KEY } from "../../../server/storage/notes/last-restore.js";
import { writeMark } from "../../../server/storage/notes/restore-mark.js";
import { flowg } from "../../cli/flowg.js";
import { rawTable } from "../../engine/old-schema.js";
import {
  dirsIn,
  download,
  type FlowgServer,
  ROOT_PASSWORD,
  startFlowg,
  until,
  upload,
} from "./flowg-server.js";
import { holdWriteLock } from "./hold-write-lock.js";

const AT = "2026-11-27T08:00:00.000Z";
const NOTE = `an earlier restore (begun ${AT}) was cut, or is still under way: it had done auth, but not logs, config`;

let home: string;
let server: FlowgServer;
let root: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-cut-set-"));
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const inDatabase = async (
  kind: "auth" | "logs",
  use: (database: Awaited<ReturnType<typeof openDatabase>>) => unknown,
) => {
  await using database = await openDatabase({ kind, dir: dirsIn(home)[kind], mode: "write" });
  await use(database);
};

test("who is revoked after auth restores neither logs nor config, and hears how far it came", async () => {
  const scopes = ["write_acls", "write_alerts", "write_pipelines", "write_streams"];
  const mallory = await server.userWith("mallory", ...scopes, "write_transformers", "send_logs");
  const { bytes } = await download(server, root, "/backup");
  const markOf = async (kind: "auth" | "logs") => {
    await using database = await openDatabase({ kind, dir: dirsIn(home)[kind], mode: "read" });
    return await database.read(lastRestore);
  };
  // a write of logs that doesn't end holds the restore off, once it has done auth
  const holder = await holdWriteLock("logs", server.dirs.logs);
  let restoring: ReturnType<typeof upload>;
  try {
    const ingest = fetch(`${server.api}/pipelines/default/logs`, {
      method: "POST",
      headers: { Authorization: root, "Content-Type": "application/json" },
      body: JSON.stringify({ record: { a: "b" } }),
    });
    ingest.catch(() => {});
    restoring = upload(server, { as: mallory, path: "/restore", bytes });
    await until(async () => (await markOf("auth")) !== "");
    await server.call(root, "DELETE", "/users/mallory");
  } finally {
    holder.stdin.end();
  }
  const { status, body } = await restoring;
  expect([status, body.code]).toEqual([401, "UNAUTHENTICATED"]);
  expect(body.message).toMatch(/restored: auth; not restored: logs, config$/);
  expect(body.details).toMatchObject({ restored: ["auth"], notRestored: ["logs", "config"] });
  expect(await markOf("logs")).toBe("");
  expect(await server.metric('flowg_restore_total{database="all",outcome="failure"}')).toBe(1);
});

test("a set that was cut is told by the log, each backup and the command line, and isn't a success", async () => {
  await server.stop();
  await inDatabase("auth", (database) =>
    database.change((changes) =>
      writeMark(changes, { run: "a run", at: AT, of: ["auth", "logs", "config"] }),
    ),
  );
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
  expect(server.log()).toContain(NOTE);
  const success = 'flowg_restore_last_success_timestamp_seconds{database="auth"}';
  expect(await server.metric(success)).toBeNaN();
  for (const path of ["/backup/logs", "/backup/auth", "/backup"]) {
    const response = await fetch(`${server.api}${path}`, { headers: { Authorization: root } });
    await response.arrayBuffer();
    expect(JSON.parse(response.headers.get("Flowg-Notes") ?? "[]")).toEqual(
      expect.arrayContaining([NOTE]),
    );
  }
  const token = root.replace("Bearer jwt:", "");
  const client = createClient({ baseUrl: server.url, token });
  const opened = await client.backup.config();
  await opened.stream.cancel();
  expect(opened.notes).toContain(NOTE);
  expect((await client.backup.toFile("auth", join(home, "auth.db"))).notes).toContain(NOTE);
  expect((await client.backup.all(join(home, "alone"), { only: ["logs"] })).notes).toContain(NOTE);
  expect((await client.backup.all(join(home, "set"))).notes).toContain(NOTE);
  const words = ["admin", "backup", "--url", server.url, "--backup-dir", join(home, "cli")];
  const ran = await flowg(words, { env: { FLOWG_TOKEN: token } });
  expect([ran.code, ran.stderr.includes(`warning: ${NOTE}`)]).toEqual([0, true]);
  // one whole restore ends it
  await client.restore.all(join(home, "set"));
  expect((await client.backup.all(join(home, "set"))).notes).not.toContain(NOTE);
  await server.stop();
  server = await startFlowg({ home });
  expect(await server.metric(success)).toBeGreaterThan(0);
});

test("a server whose notes of restores and backups are damaged starts, and says so", async () => {
  await until(async () => {
    await using database = await openDatabase({
      kind: "logs",
      dir: dirsIn(home).logs,
      mode: "read",
    });
    return await database.read(({ local }) => local.has(Buffer.from("backup")));
  });
  const { bytes } = await download(server, root, "/backup/logs");
  await server.stop();
  await inDatabase("logs", (database) => {
    for (const key of [RESTORE_MARK_KEY, Buffer.from("backup")]) {
      const table = rawTable(database, "local");
      const stored = Buffer.from(table.get(key) as Buffer);
      stored[10] = (stored[10] as number) ^ 1;
      table.putSync(key, stored);
    }
  });
  server = await startFlowg({ home });
  root = await server.login("root", ROOT_PASSWORD);
  expect(server.log()).toContain("the logs database's note of its last restore is not what was");
  const success = (what: string) =>
    server.metric(`flowg_${what}_last_success_timestamp_seconds{database="logs"}`);
  expect([await success("restore"), await success("backup")]).toEqual([Number.NaN, 0]);
  expect((await upload(server, { as: root, path: "/restore/logs", bytes })).status).toBe(200);
  // the next backup writes its own note anew, once it may pass over the damaged one
  await expect(download(server, root, "/backup/logs")).rejects.toThrow("500");
  await download(server, root, "/backup/logs?skipDamaged=true");
  await until(async () => (await success("backup")) > 0);
  await until(() =>
    download(server, root, "/backup/logs").then(
      () => true,
      () => false,
    ),
  );
  await server.stop();
  server = await startFlowg({ home });
  expect(server.log()).not.toContain("note of its last restore");
});
