// Several containers on one volume: each has process ids of its own, and the first process of each has number 1.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { restoreDirectories } from "../../server/core.js";
import { tryLock } from "../../server/platform/files/file-lock.js";
import { DATABASE_KINDS } from "../../server/records/kinds.js";
import { BUILT } from "../cli/flowg.js";
import { dirsIn, until } from "../operations/online/flowg-server.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));
const UNSHARE = ["--pid", "--fork", "--mount-proc", "--kill-child"];
const hasContainers = spawnSync("unshare", [...UNSHARE, "true"]).status === 0;
/** The place that `engine/lmdb/occupation` gives. */
const PROCESSES_AT = 2 ** 52 + 1;

interface Contained {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
}

let filled: string;
let home: string;
let running: Contained[];

beforeAll(async () => {
  filled = await mkdtemp(join(tmpdir(), "flowg-filled-"));
  const options = { backupDir: FIXTURES, mode: "merge", dryRun: false } as const;
  await restoreDirectories({ dirs: dirsIn(filled), ...options });
  return () => rm(filled, { recursive: true, force: true });
});
beforeEach(async ({ skip }) => {
  skip(!hasContainers, "no pid namespace can be made here");
  home = await mkdtemp(join(tmpdir(), "flowg-containers-"));
  await cp(filled, home, { recursive: true });
  running = [];
});
afterEach(async () => {
  for (const { child, exited } of running) {
    child.kill("SIGKILL");
    await exited;
  }
  if (home) await rm(home, { recursive: true, force: true });
});

/** Runs `flowg` as the first process of a container. */
function contained(words: readonly string[], stdin = ""): Contained {
  const child = spawn("unshare", [...UNSHARE, process.execPath, BUILT, ...words], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: tmpdir(),
      FLOWG_AUTH_DIR: dirsIn(home).auth,
      FLOWG_CONFIG_DIR: dirsIn(home).config,
      FLOWG_LOG_DIR: dirsIn(home).logs,
      FLOWG_HTTP_BIND_ADDRESS: "127.0.0.1:0",
      FLOWG_MGMT_BIND_ADDRESS: "127.0.0.1:0",
    },
  });
  child.stdin.end(stdin);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const exited = once(child, "close").then(([code]) => code as number | null);
  const one = { child, output: () => output, exited };
  running.push(one);
  return one;
}

async function run(words: readonly string[], stdin?: string): Promise<[number | null, string]> {
  const one = contained(words, stdin);
  return [await one.exited, one.output()];
}

async function serve(): Promise<Contained> {
  const server = contained(["serve"]);
  await until(() => server.output().includes('"listening"') || server.child.exitCode !== null);
  return server;
}

/** The number that a container's first process has outside. */
async function firstOf({ child }: Contained): Promise<number> {
  const file = `/proc/${child.pid}/task/${child.pid}/children`;
  return Number((await readFile(file, "utf8")).trim());
}

/** Takes a database's numbers as processes of other containers would, until it is disposed of. */
function take(numbers: readonly number[]): Disposable {
  const files = DATABASE_KINDS.map((kind) => openSync(join(dirsIn(home)[kind], "data.mdb"), "r+"));
  for (const fd of files)
    for (const number of numbers) expect(tryLock(fd, { at: PROCESSES_AT + number })).toBe("taken");
  return {
    [Symbol.dispose]() {
      for (const fd of files) closeSync(fd);
    },
  };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("beside a server that is process 1 of its container, as process 1 of another", () => {
  beforeEach(async () => {
    expect((await serve()).output()).toContain('"listening"');
  });

  test("a backup and a restore go well", async () => {
    const backup = join(home, "backup");
    expect((await run(["admin", "backup", "--backup-dir", backup]))[0]).toBe(0);
    expect((await readdir(backup)).sort()).toEqual(["auth.db", "config.db", "log.db"]);
    expect((await run(["admin", "verify", backup]))[0]).toBe(0);
    expect((await run(["admin", "restore", "--backup-dir", backup]))[0]).toBe(0);
  });

  test("stdin reaches a command that asks for it", async () => {
    const words = ["admin", "user", "create", "--name", "bob", "--password-stdin"];
    expect((await run(words, "correct horse\n"))[0]).toBe(0);
    expect((await run(["admin", "user", "list"]))[1]).toContain("bob");
  });

  test("a second server is refused, in words", async () => {
    const second = await serve();
    expect(await second.exited).toBe(4);
    expect(second.output()).toMatch(
      /^error: another server has the auth database in .* open\nhint: /,
    );
    expect(second.output().trim().split("\n")).toHaveLength(2);
  });
});

describe("a server whose number is taken", () => {
  test("runs as a child, and ends when asked to", async () => {
    using _ = take([1]);
    const server = await serve();
    expect(server.output()).toContain('"listening"');
    process.kill(await firstOf(server), "SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.output()).toContain('"stopped"');
  });

  test("goes on until it finds one that is free", async () => {
    using _ = take(upTo(30));
    const server = await serve();
    expect(server.output()).toContain('"listening"');
  });

  test("says so if it finds none", async () => {
    using _ = take(upTo(3_000));
    const [code, output] = await run(["admin", "backup", "--backup-dir", join(home, "backup")]);
    expect(code).toBe(4);
    expect(output).toMatch(
      /^error: a process of another container has the auth database in .* open under this one's number, \d+\nhint: /,
    );
    expect(output.trim().split("\n")).toHaveLength(2);
  });
});

test("a server that was killed leaves nothing that keeps the next one from starting", async () => {
  const first = await serve();
  process.kill(await firstOf(first), "SIGKILL");
  await first.exited;
  expect((await serve()).output()).toContain('"listening"');
});
