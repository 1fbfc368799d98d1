// The server is a child of the process that was started: from outside they are one, however it ends.

import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../eventually.js";
import { isDead, watchedBy } from "../watched-process.js";
import { type ServerProcess, spawnServer } from "./server-process.js";
import { send } from "./test-server.js";

let dir: string;
let running: ServerProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-watched-"));
});
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ exited }) => exited));
  running = [];
  await rm(dir, { recursive: true, force: true });
});

async function start(flags: readonly string[] = []): Promise<ServerProcess> {
  const server = await spawnServer(dir, { env: { FLOWG_INITIAL_PASSWORD: "x" }, flags });
  running.push(server);
  return server;
}

async function workerOf({ child }: ServerProcess): Promise<number> {
  const pid = await watchedBy(child.pid);
  if (pid === undefined) throw new Error("nobody is watched");
  return pid;
}

const onLinux = describe.runIf(process.platform === "linux");

onLinux("a server that a signal ends", () => {
  it("because its file was cut is an error that names the database, with the code of damage", async () => {
    const server = await start();
    await truncate(join(dir, "auth", "data.mdb"), 8192);
    await send(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      json: { username: "root", password: "x" },
    }).catch(() => {});
    expect(await server.exited).toBe(9);
    expect(server.stderr()).toMatch(
      /^error: the server was ended by SIGBUS: .*auth.data\.mdb is cut short: .*\nhint: move its directory away, .*\n$/,
    );
  });

  it.each(["SIGSEGV", "SIGABRT"] as const)("by %s, with sound files", async (signal) => {
    const server = await start();
    process.kill(await workerOf(server), signal);
    expect(await server.exited).toBe(4);
    expect(server.stderr()).toMatch(
      new RegExp(
        `^error: the server was ended by ${signal}: the disk or memory failed\nhint: start it again: .*\n$`,
      ),
    );
    expect((await start()).url).not.toBe("");
  });

  it("by SIGKILL says so, and tells the process that started it", async () => {
    const server = await start();
    process.kill(await workerOf(server), "SIGKILL");
    expect(await server.exited).toBe("SIGKILL");
    expect(server.stderr()).toContain("error: the server was ended by SIGKILL, by somebody, or");
  });
});

onLinux("a server whose watching process is killed", () => {
  it("ends, and keeps none from starting at once, on the same addresses", async () => {
    const first = await start();
    const worker = await workerOf(first);
    first.child.kill("SIGKILL");
    const [http, management] = [first.url, first.managementUrl].map((url) => new URL(url).host);
    const next = await start(["--http-bind", http as string, "--mgmt-bind", management as string]);
    expect(next.stderr()).toBe("");
    expect(next.url).toBe(first.url);
    await eventually(async () => expect(await isDead(worker)).toBe(true));
  });
});

onLinux("a server that is told to stop", () => {
  it("once, where the signal reaches both", async () => {
    const server = await start();
    const worker = await workerOf(server);
    process.kill(worker, "SIGTERM");
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.stdout().match(/"stopped"/g)).toHaveLength(1);
  });

  it("itself, by who looked for whom has the port", async () => {
    const server = await start();
    process.kill(await workerOf(server), "SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.stdout()).toContain('"stopped"');
  });

  it("and can't, is ended by force, with a code of its own", async () => {
    const server = await start(["--stop-timeout", "1"]);
    const worker = await workerOf(server);
    process.kill(worker, "SIGSTOP");
    server.child.kill("SIGTERM");
    expect(await server.exited).toBe(10);
    expect(server.stderr()).toMatch(
      /^error: it did not end within 11 seconds of SIGTERM, and was ended by force\nhint: nothing that was answered is lost; /,
    );
    expect(await isDead(worker)).toBe(true);
    expect((await start()).url).not.toBe("");
  });

  it("twice, and can't, is ended by force sooner", async () => {
    const server = await start(["--stop-timeout", "600"]);
    process.kill(await workerOf(server), "SIGSTOP");
    server.child.kill("SIGTERM");
    server.child.kill("SIGINT");
    expect([143, 130]).toContain(await server.exited);
  });
});
