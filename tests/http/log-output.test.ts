// A log that can't be written: a full disk, a reader that stands still or is gone, a terminal that nobody reads. The
// server answers all the same, counts what it drops, and ends when it is told to.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BUILT } from "../cli/flowg.js";
import { eventually } from "../eventually.js";
import { freePort } from "../free-port.js";
import { smallDisk } from "../platform/files/small-disk.js";

let dir: string;
let children: ChildProcess[] = [];
let opened: FileHandle[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-log-"));
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
  for (const handle of opened) await handle.close();
  [children, opened] = [[], []];
  await rm(dir, { recursive: true, force: true });
});

interface Server {
  child: ChildProcess;
  exited: Promise<number | NodeJS.Signals | null>;
  url: string;
  managementUrl: string;
}

/** A server whose log goes into an open file; it has been started, no more. */
async function serve(stdout: FileHandle, command?: (words: string[]) => string[]): Promise<Server> {
  const [http, management] = [await freePort(), await freePort()];
  const plain = [process.execPath, BUILT, "serve"];
  const [file = "", ...words] = command?.(plain) ?? plain;
  const child = spawn(file, words, {
    cwd: dir,
    env: {
      PATH: process.env.PATH ?? "",
      FLOWG_HTTP_BIND_ADDRESS: `127.0.0.1:${http}`,
      FLOWG_MGMT_BIND_ADDRESS: `127.0.0.1:${management}`,
      FLOWG_INITIAL_PASSWORD: "a password",
    },
    stdio: ["ignore", stdout.fd, "ignore"],
  });
  children.push(child);
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("exit", (code, signal) => resolve(code ?? signal));
  });
  const url = `http://127.0.0.1:${http}`;
  return { child, exited, url, managementUrl: `http://127.0.0.1:${management}` };
}

async function openFile(path: string, flags: string): Promise<FileHandle> {
  const handle = await open(path, flags);
  opened.push(handle);
  return handle;
}

/** A pipe that is open for reading, and not read. */
async function stillPipe(): Promise<{ reader: FileHandle; writer: FileHandle }> {
  const path = join(dir, "pipe");
  execFileSync("mkfifo", [path]);
  // open at both ends, or the other end would be waited for
  const reader = await openFile(path, "r+");
  return { reader, writer: await openFile(path, "w") };
}

const isUp = ({ managementUrl }: Server) =>
  eventually(async () => {
    expect((await fetch(`${managementUrl}/health`)).status).toBe(200);
  });

async function dropped({ managementUrl }: Server): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  return Number(/^flowg_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
}

/** Each leaves a line of some 15 kB in the log. */
async function ask({ url }: Server, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    expect((await fetch(`${url}/${"x".repeat(15_000)}`)).status).toBe(404);
  }
}

/** More than a pipe holds, and than is kept for a reader. */
const FLOOD = 100;

async function expectEnd({ child, exited }: Server, signal: NodeJS.Signals = "SIGTERM") {
  child.kill(signal);
  expect(await exited).toBe(0);
}

/** Every line is whole, but for those in which a write failed. */
const messagesIn = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string; lines?: number });

it.each(["SIGTERM", "SIGINT"] as const)("a full disk, and then %s", async (signal) => {
  const server = await serve(await openFile("/dev/full", "w"));
  await isUp(server);
  await ask(server, 3);
  expect(await dropped(server)).toBeGreaterThanOrEqual(3);
  await expectEnd(server, signal);
});

it("a disk that is full for a while: the log goes on, and says what it lacks", async ({ skip }) => {
  const disk = join(dir, "disk");
  using _ = await smallDisk(disk, "128k", skip);
  const path = join(disk, "log");
  const server = await serve(await openFile(path, "a"));
  await isUp(server);
  await writeFile(join(disk, "filler"), Buffer.alloc(2 ** 20)).catch(() => undefined);
  await ask(server, 4);
  const lost = await dropped(server);
  expect(lost).toBeGreaterThan(0);
  await rm(join(disk, "filler"));
  await ask(server, 1);
  await expectEnd(server);
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const told = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      // the one in which the disk was full
      return [];
    }
  });
  expect(told.length).toBeGreaterThanOrEqual(lines.length - 1);
  expect(told).toContainEqual(
    expect.objectContaining({
      level: "warn",
      msg: "the log could not be written for a while: lines were dropped",
      lines: lost,
    }),
  );
  expect(told.at(-1)?.msg).toBe("stopped");
  for (const handle of opened.splice(0)) await handle.close();
});

it("a pipe whose reader stands still, and reads on later", async () => {
  const { reader, writer } = await stillPipe();
  const server = await serve(writer);
  await isUp(server);
  await ask(server, FLOOD);
  await eventually(async () => expect(await dropped(server)).toBeGreaterThan(0));
  const read: Buffer[] = [];
  const reading = (async () => {
    for (;;) {
      const { bytesRead, buffer } = await reader.read(Buffer.alloc(65_536));
      read.push(buffer.subarray(0, bytesRead));
      if (Buffer.concat(read.slice(-2)).includes('"msg":"stopped"')) return;
    }
  })();
  await eventually(async () => {
    await ask(server, 1);
    expect(Buffer.concat(read).toString()).toContain("lines were dropped");
  });
  const lost = await dropped(server);
  await expectEnd(server);
  await reading;
  const notes = messagesIn(Buffer.concat(read).toString()).filter(({ lines }) => lines);
  expect(notes.reduce((sum, { lines = 0 }) => sum + lines, 0)).toBe(lost);
});

it("a pipe that nobody reads at all", async () => {
  const server = await serve((await stillPipe()).writer);
  await isUp(server);
  await ask(server, FLOOD);
  await expectEnd(server);
});

it("a pipe whose reader is gone", async () => {
  const server = await serve((await stillPipe()).writer);
  await isUp(server);
  for (const handle of opened.splice(0)) await handle.close();
  await ask(server, 3);
  expect(await dropped(server)).toBeGreaterThanOrEqual(3);
  await expectEnd(server);
});

it("a terminal that nobody reads", async ({ skip }) => {
  const tool = spawn("script", ["--version"]);
  const version = await new Promise((resolve) => {
    tool.on("error", () => resolve(""));
    tool.stdout.on("data", resolve);
  });
  // the BSDs have another of that name
  skip(!String(version).includes("util-linux"), "there is no `script` of util-linux's");
  const server = await serve((await stillPipe()).writer, (words) => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    return ["script", "-qec", `echo $$ > pid; exec ${quoted}`, "/dev/null"];
  });
  await isUp(server);
  await ask(server, FLOOD);
  await eventually(async () => expect(await dropped(server)).toBeGreaterThan(0));
  const pid = Number(await readFile(join(dir, "pid"), "utf8"));
  process.kill(pid, "SIGTERM");
  // `script` may be too busy with its own pipe to reap it
  await eventually(async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
    expect(status).toContain("State:\tZ");
  });
});
