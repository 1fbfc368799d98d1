// The SDK against a real server: every resource, and whole circles of backup and restore.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BadRequestError,
  ConflictError,
  createClient,
  type FlowgClient,
  InputError,
  NotFoundError,
  PermissionDeniedError,
  SnapshotRefusedError,
  UnauthenticatedError,
  verifySnapshot,
} from "../../sdk/index.js";
import { ROOT_PASSWORD, startServer, type TestServer } from "../http/test-server.js";
import { thrownBy } from "./fake-server.js";

let server: TestServer;
let client: FlowgClient;
let dir: string;
beforeAll(async () => {
  server = await startServer();
  client = createClient({ baseUrl: server.url, username: "root", password: ROOT_PASSWORD });
  dir = await mkdtemp(join(tmpdir(), "flowg-sdk-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const NAMES = ["plain", "a/b", "a b?c#d%25", "日本", "admin:a", "%2e%2e"];

describe("accounts", () => {
  test.each(NAMES)("roles and users named %j come and go", async (name) => {
    await client.roles.save(name, ["read_streams", "send_logs"]);
    await client.users.save(name, { roles: [name], password: "a password" });
    expect(await client.roles.list()).toContainEqual({
      name,
      scopes: ["read_streams", "send_logs"],
    });
    expect(await client.users.list()).toContainEqual({ name, roles: [name] });
    const other = createClient({ baseUrl: server.url, username: name, password: "a password" });
    const me = await other.auth.whoami();
    expect(me.user).toEqual({ name, roles: [name] });
    expect(me.permissions).toMatchObject({ can_send_logs: true, can_view_acls: false });
    await client.users.delete(name);
    await client.roles.delete(name);
    expect((await client.users.list()).map((user) => user.name)).not.toContain(name);
    expect((await client.roles.list()).map((role) => role.name)).not.toContain(name);
    expect(await thrownBy(() => other.auth.whoami())).toBeInstanceOf(UnauthenticatedError);
  });

  test("tokens work until they are deleted", async () => {
    const { token, uuid } = await client.tokens.create();
    const other = createClient({ baseUrl: server.url, token });
    expect((await other.auth.whoami()).user.name).toBe("root");
    expect(await other.tokens.list()).toContain(uuid);
    await client.tokens.delete(uuid);
    expect(await thrownBy(() => other.auth.whoami())).toBeInstanceOf(UnauthenticatedError);
  });

  test("a password changed on the way ends the session, and a new one begins by itself", async () => {
    await client.users.save("alice", { roles: [], password: "first" });
    const alice = createClient({ baseUrl: server.url, username: "alice", password: "first" });
    await alice.auth.changePassword("first", "second");
    expect(await thrownBy(() => alice.auth.whoami())).toBeInstanceOf(UnauthenticatedError);
    await client.users.save("alice", { password: "first" });
    await alice.auth.whoami();
    await client.users.delete("alice");
  });

  test("each value that breaks a rule is reported", async () => {
    const error = await thrownBy(() => client.roles.save("x", ["bogus" as "send_logs"]));
    expect(error).toBeInstanceOf(BadRequestError);
    expect((error as BadRequestError).issues).toMatchObject([{ path: "scopes[0]" }]);
  });
});

describe("configuration", () => {
  test.each(NAMES)("transformers, pipelines and alerts named %j come and go", async (name) => {
    await client.transformers.save(name, '.a = "b"\n');
    expect(await client.transformers.get(name)).toBe('.a = "b"\n');
    await client.pipelines.save(name, await client.pipelines.get("default"));
    expect(await client.pipelines.get(name)).toEqual(await client.pipelines.get("default"));
    await client.alerts.save(name, { url: "https://example.com/hook", headers: { "X-A": "b" } });
    const webhook = await client.alerts.get(name);
    expect(webhook).toMatchObject({ url: "https://example.com/hook", headers: { "X-A": "b" } });
    await client.alerts.save(name, webhook);
    for (const items of [client.transformers, client.pipelines, client.alerts]) {
      expect(await items.list()).toContain(name);
      await items.delete(name);
      expect(await items.list()).not.toContain(name);
      expect(await thrownBy(() => items.get(name))).toBeInstanceOf(NotFoundError);
    }
  });
});

describe("forwarders", () => {
  test.each(NAMES)("named %j come and go, and are the alerts", async (name) => {
    const config = { type: "otlp", endpoint: "http://127.0.0.1:9/" };
    expect(await client.forwarders.save(name, { config })).toEqual([]);
    expect(await client.forwarders.get(name)).toEqual({ version: 2, config });
    expect(await client.forwarders.save(name, await client.forwarders.get(name))).toEqual([]);
    expect(await client.alerts.get(name)).toMatchObject({ type: "otlp", config });
    const error = await thrownBy(() => client.forwarders.test(name, { a: "b" }));
    expect(error).toMatchObject({ code: "UPSTREAM_FAILED" });
    const kept = await client.forwarders.save(name, { config: { type: "amqp" } });
    expect(kept).toEqual([expect.stringContaining('"amqp" do not run here')]);
    expect(await client.forwarders.warnings()).toContainEqual(expect.stringContaining('"amqp"'));
    expect(await client.forwarders.list()).toContain(name);
    await client.forwarders.delete(name);
    expect(await client.forwarders.list()).not.toContain(name);
    expect(await thrownBy(() => client.forwarders.get(name))).toBeInstanceOf(NotFoundError);
  });
});

describe("logs", () => {
  test("are sent, asked for, watched", async () => {
    const stop = new AbortController();
    const watching = client.logs.watch("default", { signal: stop.signal });
    const first = watching.next();
    const before = new Date(Date.now() - 60_000);
    const seen: unknown[] = [];
    // until the watch, whose request is under way, sees one
    for (let i = 0; i < 100 && seen.length === 0; i++) {
      await client.logs.ingest("default", { level: "info", message: `hello ${i}` });
      const next = await Promise.race([first, new Promise((r) => setTimeout(r, 100))]);
      if (next) seen.push(next);
    }
    expect(seen[0]).toMatchObject({ value: { fields: { level: "info" } } });
    stop.abort();
    expect(await thrownBy(() => watching.next())).toMatchObject({ code: "CANCELLED" });

    const after = new Date(Date.now() + 60_000);
    const query = { from: before, to: after };
    const all = await client.logs.query("default", query);
    expect(all.at(-1)?.fields).toEqual({ level: "info", message: "hello 0" });
    expect(await client.logs.query("default", { ...query, limit: 1 })).toEqual(all.slice(0, 1));
    const found = await client.logs.query("default", { ...query, filter: 'message = "hello 0"' });
    expect(found).toEqual(all.slice(-1));
    expect((await client.streams.fields("default")).sort()).toEqual(["level", "message"]);
  });

  test("are sent by the thousand, in their order, as they come", async () => {
    const records = Array.from({ length: 2_300 }, (_, i) => ({ n: String(i), kind: "many" }));
    const counts: number[] = [];
    const onStored = (logs: number) => counts.push(logs);
    const report = await client.logs.ingestMany("default", records, { onStored });
    expect([report, counts]).toEqual([{ stored: 2_300, refused: 0 }, [1_000, 1_000, 300]]);
    const window = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
    const found = await client.logs.query("default", { ...window, filter: 'kind = "many"' });
    expect(found.map(({ fields }) => fields).reverse()).toEqual(records);
    // logs that come slowly are stored before more come
    let seen = 0;
    async function* slowly() {
      yield { n: "0", kind: "slow" };
      while (seen === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      yield { n: "1", kind: "slow" };
    }
    const sent = await client.logs.ingestMany("default", slowly(), {
      onStored: (logs) => {
        seen += logs;
      },
    });
    expect([sent.stored, seen]).toEqual([2, 2]);
  });

  test("that are refused are reported one by one, and the others are stored", async () => {
    const records = [{ n: "0" }, { n: 1 as unknown as string }, { n: "2" }, { n: "3" }];
    const refused: unknown[] = [];
    const report = await client.logs.ingestMany("default", records, {
      onRefused: ({ index, record, code, message }) => refused.push([index, record, code, message]),
    });
    expect(report).toEqual({ stored: 3, refused: 1 });
    expect(refused).toEqual([[1, { n: 1 }, "INPUT_INVALID", '"n" must be a string: write "1"']]);
    const error = await thrownBy(() => client.logs.ingestMany("default", records));
    expect(error).toBeInstanceOf(BadRequestError);
    expect((error as BadRequestError).details).toMatchObject({ stored: 3, refusedIndexes: [1] });
    // the source fails after some logs
    let stored = 0;
    function* failing() {
      yield { n: "before" };
      throw new Error("the source failed");
    }
    const failed = await thrownBy(() =>
      client.logs.ingestMany("default", failing(), {
        onStored: (logs) => {
          stored += logs;
        },
      }),
    );
    expect([(failed as Error).message, stored]).toEqual(["the source failed", 1]);
    const missing = await thrownBy(() => client.logs.ingestMany("missing", [{ a: "b" }]));
    expect(missing).toBeInstanceOf(NotFoundError);
    const wrong = await thrownBy(() => client.logs.ingestMany("default", "x" as never));
    expect(wrong).toBeInstanceOf(InputError);
  });

  test("streams have limits and indexes", async () => {
    await client.streams.configure("web", { ttl: 60, indexed_fields: ["level"] });
    const config = { ttl: 60, size: 0, indexed_fields: ["level"] };
    expect(await client.streams.get("web")).toEqual(config);
    expect((await client.streams.list()).web).toEqual(config);
    await client.streams.delete("web");
    expect(await client.streams.list()).not.toHaveProperty("web");
  });
});

describe("backup and restore", () => {
  test("a deleted item comes back, an added one stays, or goes in mode replace", async () => {
    await client.transformers.save("old", "1");
    const path = join(dir, "config.db");
    const info = await client.backup.toFile("config", path);
    expect(await verifySnapshot(path, { database: "config" })).toEqual(info);
    await client.transformers.delete("old");
    await client.transformers.save("new", "2");

    const preview = await client.restore.config(path, { dryRun: true, mode: "replace" });
    expect(preview).toMatchObject({
      database: "config",
      dryRun: true,
      format: "snapshot",
      setId: info.setId,
      kinds: { transformer: { added: 1, removed: 1 } },
    });
    expect(await client.transformers.list()).toEqual(["new"]);
    await client.restore.config(path);
    expect(await client.transformers.list()).toEqual(["new", "old"]);
    await client.restore.config(path, { mode: "replace" });
    expect(await client.transformers.list()).toEqual(["old"]);
  });

  test("the log database may have FlowG's word for it", async () => {
    const target = join(dir, "log-alone");
    const { snapshots } = await client.backup.all(target, { only: ["log"] });
    expect(snapshots.map(({ database }) => database)).toEqual(["logs"]);
    const path = join(target, "log.db");
    expect((await verifySnapshot(path, { database: "log" })).database).toBe("logs");
    const only = [] as const;
    expect(await thrownBy(() => client.backup.all(target, { only }))).toBeInstanceOf(InputError);
    const twice = await client.backup.all(target, { only: ["log", "logs"] });
    expect(twice.snapshots.length).toBe(1);
  });

  test("all three into a directory, and each back from a stream", async () => {
    const target = join(dir, "all");
    const { setId, snapshots } = await client.backup.all(target);
    expect((await readdir(target)).sort()).toEqual(["auth.db", "config.db", "log.db"]);
    expect(new Set(snapshots.map((snapshot) => snapshot.setId))).toEqual(new Set([setId]));
    for (const { database, path } of snapshots) {
      const report = await client.restore[database](path, { dryRun: true });
      for (const counts of Object.values(report.kinds)) {
        expect(counts).toMatchObject({ added: 0, overwritten: 0, removed: 0 });
      }
    }
    const { stream } = await client.backup.logs();
    const report = await client.restore.logs(stream);
    expect(report).toMatchObject({ database: "logs", dryRun: false });
  });

  test("an auth restore that gives more than the caller has is refused with its report", async () => {
    await client.roles.save("clerk", ["read_acls", "write_acls"]);
    await client.users.save("clerk", { roles: ["clerk"], password: "a password" });
    const path = join(dir, "auth.db");
    await client.roles.save("helper", ["send_logs"]);
    await client.users.save("helper", { roles: ["helper"], password: "a password" });
    await client.backup.toFile("auth", path);
    await client.users.delete("helper");
    const clerk = createClient({ baseUrl: server.url, username: "clerk", password: "a password" });
    const error = await thrownBy(() => clerk.restore.auth(path));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ code: "REFUSED" });
    expect((error as ConflictError).report).toMatchObject({ access: { usersBack: ["helper"] } });
    expect((await client.users.list()).map(({ name }) => name)).not.toContain("helper");
  });

  test("without the scope not a byte is sent, and another database's snapshot is refused", async () => {
    const path = join(dir, "log.db");
    await client.backup.toFile("logs", path);
    expect(await thrownBy(() => client.restore.config(path))).toBeInstanceOf(SnapshotRefusedError);
    await client.users.save("nobody", { roles: [], password: "a password" });
    const nobody = createClient({
      baseUrl: server.url,
      username: "nobody",
      password: "a password",
    });
    let touched = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      touched = true;
      yield Buffer.alloc(1);
    }
    const error = await thrownBy(() => nobody.restore.logs(source()));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(touched).toBe(false);
    const backup = await thrownBy(() => nobody.backup.all(join(dir, "none")));
    expect(backup).toBeInstanceOf(PermissionDeniedError);
  });
});
