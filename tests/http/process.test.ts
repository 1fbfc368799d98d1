// The server as a process: how it starts, stops, fails, and what is left when it is killed.

import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServerProcess, spawnServer } from "./server-process.js";
import { send } from "./test-server.js";

let dir: string;
let running: ServerProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-process-"));
});
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ exited }) => exited));
  running = [];
  await rm(dir, { recursive: true, force: true });
});

async function start(options: Parameters<typeof spawnServer>[1] = {}): Promise<ServerProcess> {
  const server = await spawnServer(dir, options);
  running.push(server);
  return server;
}

async function login(url: string, password: string): Promise<string> {
  const json = { username: "root", password };
  const { body } = await send(`${url}/api/v1/auth/login`, { method: "POST", json });
  return `Bearer jwt:${body.token}`;
}

it("stops on SIGTERM with 0, and everything it made is its owner's alone", async () => {
  const server = await start({ env: { FLOWG_INITIAL_PASSWORD: "from the environment" } });
  const as = await login(server.url, "from the environment");
  expect((await send(`${server.url}/api/v1/users`, { as })).status).toBe(200);
  expect((await send(`${server.managementUrl}/health`)).status).toBe(200);
  server.child.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.stderr()).toBe("");
  for (const line of server.stdout().trim().split("\n"))
    expect(JSON.parse(line).level).toMatch(/info|warn/);
  for (const name of ["auth", "config", "log"]) {
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o700);
    for (const file of await readdir(join(dir, name)))
      expect([file, (await stat(join(dir, name, file))).mode & 0o077]).toEqual([file, 0]);
  }
});

it("ends watchers and idle connections at once when it stops", async () => {
  const server = await start({ env: { FLOWG_INITIAL_PASSWORD: "x" } });
  const headers = { Authorization: await login(server.url, "x") };
  const watcher = await fetch(`${server.url}/api/v1/streams/s/logs/watch`, { headers });
  const ended = watcher.text().catch(() => "cut");
  server.child.kill("SIGINT");
  expect(await server.exited).toBe(0);
  await ended;
});

it("keeps sessions over a restart", async () => {
  const first = await start({ env: { FLOWG_INITIAL_PASSWORD: "x" } });
  const as = await login(first.url, "x");
  first.child.kill("SIGTERM");
  await first.exited;
  const second = await start();
  expect((await send(`${second.url}/api/v1/auth/whoami`, { as })).body.user.name).toBe("root");
});

it("warns at each start while the password is root", async () => {
  for (let time = 0; time < 2; time++) {
    const server = await start();
    expect(server.stdout()).toContain("THE PASSWORD OF USER root IS root");
    server.child.kill("SIGTERM");
    await server.exited;
  }
});

describe("what it cannot start with is one clear line and an exit code:", () => {
  async function fails(
    code: number,
    words: string,
    options: Parameters<typeof spawnServer>[1] = {},
  ) {
    const server = await start(options);
    expect(await server.exited).toBe(code);
    const [error, ...rest] = server.stderr().trim().split("\n");
    expect(error).toMatch(/^error: /);
    expect(error).toContain(words);
    expect(rest.every((line) => line.startsWith("hint: "))).toBe(true);
  }

  it("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    await fails(7, `127.0.0.1 port ${port}: another program listens there`, {
      flags: ["--http-bind", `127.0.0.1:${port}`],
    });
    await fails(7, `127.0.0.1 port ${port}: another program listens there`, {
      flags: ["--mgmt-bind", `127.0.0.1:${port}`],
    });
    expect(await readdir(dir), "databases").toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });

  it("one address for both", async () => {
    const says = "--http-bind and --mgmt-bind give one address for both";
    for (const other of ["127.0.0.1:5999", ":5999", "0.0.0.0:5999"]) {
      await fails(2, says, { flags: ["--http-bind", other, "--mgmt-bind", "localhost:5999"] });
    }
    expect(await readdir(dir), "databases").toEqual([]);
  });

  it("a text that isn't an address", () =>
    fails(2, "--http-bind", { flags: ["--http-bind", "5080"] }));

  it("TLS without a certificate", () => fails(2, "--http-tls-cert", { flags: ["--http-tls"] }));

  it("an unreadable certificate", async () => {
    await fails(8, "none.crt", {
      flags: [
        "--http-tls",
        "--http-tls-cert",
        join(dir, "none.crt"),
        "--http-tls-key",
        join(dir, "none.key"),
      ],
    });
    expect(await readdir(dir), "databases").toEqual([]);
  });

  it("a text that isn't a size or a time", async () => {
    await fails(2, "--max-upload", { flags: ["--max-upload", "much"] });
    await fails(2, "--stop-timeout", { env: { FLOWG_STOP_TIMEOUT: "0" } });
  });

  it("a broken database", async () => {
    await mkdir(join(dir, "config"));
    await writeFile(join(dir, "config", "data.mdb"), "no database");
    await fails(4, "data.mdb is not an LMDB data file");
  });

  it("another of the databases", async () => {
    const server = await start();
    server.child.kill("SIGTERM");
    await server.exited;
    await fails(4, "holds the auth database", { flags: ["--config-dir", join(dir, "auth")] });
  });

  it("a directory that is a file", async () => {
    await writeFile(join(dir, "auth"), "");
    await fails(4, join(dir, "auth"));
  });

  it("a session key that others can read", async () => {
    const server = await start();
    server.child.kill("SIGTERM");
    await server.exited;
    await chmod(join(dir, "auth", "session.key"), 0o644);
    await fails(8, "session.key");
  });
});

it("killed while it takes in logs, it has every one that was answered, time after time", async () => {
  const answered = new Set<string>();
  let token = "";
  for (let round = 0; round < 8; round++) {
    const server = await start({ env: { FLOWG_INITIAL_PASSWORD: "x" } });
    token ||= await login(server.url, "x");
    let sent = 0;
    const sender = async (): Promise<void> => {
      for (;;) {
        const id = `${round}-${sent++}`;
        const reply = await send(`${server.url}/api/v1/pipelines/default/logs`, {
          method: "POST",
          as: token,
          json: { record: { id } },
        });
        if (reply.status === 200) answered.add(id);
      }
    };
    const senders = Array.from({ length: 8 }, () => sender().catch(() => {}));
    // a different moment each time, counted in answers rather than in milliseconds
    const enough = answered.size + 20 + round * 37;
    while (answered.size < enough) await new Promise((resolve) => setImmediate(resolve));
    server.child.kill("SIGKILL");
    expect(await server.exited).toBe("SIGKILL");
    await Promise.all(senders);
  }
  const server = await start();
  const window = "from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
  const { body } = await send(`${server.url}/api/v1/streams/default/logs?${window}`, { as: token });
  const found = new Set(body.records.map(({ fields }: { fields: { id: string } }) => fields.id));
  expect([...answered].filter((id) => !found.has(id))).toEqual([]);
  expect(answered.size).toBeGreaterThan(8 * 20);
});
