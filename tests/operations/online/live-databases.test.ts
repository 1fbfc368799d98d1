// A database has one server, which sees the changes of commands beside it.

import { mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { flowg } from "../../cli/flowg.js";
import { type ServerProcess, spawnServer } from "../../http/server-process.js";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Json = any;

const FIXTURES = fileURLToPath(new URL("../../fixtures/flowg-0.24.1", import.meta.url));

let home: string;
let servers: ServerProcess[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-live-"));
  servers = [];
});
afterEach(async () => {
  for (const { child, exited } of servers) {
    child.kill("SIGKILL");
    await exited;
  }
  await rm(home, { recursive: true, force: true });
});

async function start(dir: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await spawnServer(dir, { env });
  servers.push(server);
  return server;
}

const isUp = async ({ managementUrl }: ServerProcess): Promise<boolean> =>
  managementUrl !== "" && (await fetch(`${managementUrl}/health`)).ok;

async function expectRefused(second: ServerProcess, kind: string): Promise<void> {
  expect(await second.exited).toBe(4);
  expect(second.stderr()).toMatch(
    new RegExp(
      `^error: another server has the ${kind} database in /.* open\nhint: stop that server`,
    ),
  );
}

describe("a second server is refused", () => {
  test("on the same directories, and the first goes on", async () => {
    const first = await start(home);
    await expectRefused(await start(home), "auth");
    expect(await isUp(first)).toBe(true);
  });

  test.each([
    ["auth", "FLOWG_AUTH_DIR", "auth"],
    ["config", "FLOWG_CONFIG_DIR", "config"],
    ["logs", "FLOWG_LOG_DIR", "log"],
  ])("where only %s is shared, before it makes the others", async (kind, variable, name) => {
    await start(join(home, "first"));
    const env = { [variable]: join(home, "first", name) };
    await expectRefused(await start(join(home, "second"), env), kind);
    expect(await readdir(home)).toEqual(["first"]);
  });

  test("through a link, and with a path longer than a socket's may be", async () => {
    const long = join(home, "d".repeat(200), "e".repeat(200));
    await mkdir(long, { recursive: true });
    await symlink(long, join(home, "link"));
    const first = await start(long);
    await expectRefused(await start(join(home, "link")), "auth");
    expect(await isUp(first)).toBe(true);
  });

  test("also where none of the databases is there yet: one of several wins", async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => start(home)));
    const up = all.filter(({ managementUrl }) => managementUrl !== "");
    expect(up).toHaveLength(1);
    for (const server of all.filter((one) => !up.includes(one)))
      await expectRefused(server, "(auth|config|logs)");
  });
});

test("a killed server's lock is gone with it", async () => {
  for (let n = 0; n < 3; n++) {
    const server = await start(home);
    expect(await isUp(server)).toBe(true);
    server.child.kill("SIGKILL");
    await server.exited;
  }
});

test("directories may be moved as a whole: the lock goes with the databases", async () => {
  const first = await start(join(home, "data"));
  await rename(join(home, "data"), join(home, "moved"));
  await expectRefused(await start(join(home, "moved")), "auth");
  expect(await isUp(first)).toBe(false);
});

describe("beside a server", () => {
  const flags = () => [
    "--auth-dir",
    join(home, "auth"),
    "--config-dir",
    join(home, "config"),
    "--log-dir",
    join(home, "log"),
  ];
  const admin = async (...words: string[]) => {
    const ran = await flowg(["admin", ...words]);
    expect(ran.stderr).not.toContain("error:");
    expect(ran.code).toBe(0);
    return ran.stdout.trim();
  };
  const auth = () => ["--auth-dir", join(home, "auth")];
  const get = async ({ url }: ServerProcess, path: string, token: string) => {
    const headers = { Authorization: `Bearer pat:${token}` };
    const answer = await fetch(`${url}/api/v1${path}`, { headers });
    return { status: answer.status, body: (await answer.json()) as Json };
  };

  test("accounts that are made and removed offline count at once", async () => {
    const server = await start(home);
    await admin("role", "create", "--name", "reader", "read_streams", ...auth());
    await admin("user", "create", "--name", "ann", "--password", "ann's own", "reader", ...auth());
    const token = await admin("token", "create", "--user", "ann", "--quiet", ...auth());
    expect((await get(server, "/streams", token)).status).toBe(200);
    await admin("role", "create", "--name", "reader", "read_alerts", ...auth());
    expect((await get(server, "/streams", token)).status).toBe(403);
    await admin("user", "delete", "--name", "ann", ...auth());
    expect((await get(server, "/streams", token)).status).toBe(401);
  });

  test("an offline restore of all three is seen at once, and the server works with it", async () => {
    const server = await start(home);
    const token = await admin("token", "create", "--user", "root", "--quiet", ...auth());
    expect(Object.keys((await get(server, "/streams", token)).body.streams)).not.toContain(
      "app:web",
    );
    await admin("backup", "--backup-dir", join(home, "empty"), ...flags());
    await admin("restore", "--backup-dir", FIXTURES, ...flags());
    expect(Object.keys((await get(server, "/streams", token)).body.streams)).toContain("app:web");
    const { body } = await get(server, "/pipelines", token);
    expect(body.pipelines.length).toBeGreaterThan(1);
    const ingested = await fetch(`${server.url}/api/v1/pipelines/default/logs`, {
      method: "POST",
      headers: { Authorization: `Bearer pat:${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ record: { after: "restore" } }),
    });
    expect(ingested.status).toBe(200);
    expect(await isUp(server)).toBe(true);
    // and back: what came with it is gone at once
    await admin("restore", "--backup-dir", join(home, "empty"), "--replace", "--yes", ...flags());
    expect(Object.keys((await get(server, "/streams", token)).body.streams)).not.toContain(
      "app:web",
    );
  });
});
