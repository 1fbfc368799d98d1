// `flowg serve` as a real process, on ports and in directories of its own; and the clients that people use: curl, fetch.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DatabaseDirs } from "../../../server/core.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { PATIENCE_MS } from "../../eventually.js";
import { watchedBy } from "../../watched-process.js";

const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
export const ROOT_PASSWORD = "correct horse battery staple";

export interface FlowgOptions {
  /** Where its databases are, by name under it; a new directory unless given. */
  home?: string;
  flags?: readonly string[];
  /** Limits what it may do: `ulimit -f 4096`. */
  limit?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Json = any;

export interface FlowgServer extends AsyncDisposable {
  /** The process that serves, which another one watches. */
  pid: number;
  /** `http://127.0.0.1:PORT` */
  url: string;
  api: string;
  home: string;
  dirs: DatabaseDirs;
  /** All that it has logged. */
  log(): string;
  logLines(): Json[];
  /** Lines that say how a backup or a restore ended. */
  audit(): Json[];
  /** A metric of Prometheus' text form: `flowg_open_readers{database="logs"}`. */
  metric(name: string): Promise<number>;
  /** What lies in the spool directories. */
  spooled(): Promise<string[]>;
  /** JSON in and out; throws unless it is answered 200. */
  call(as: string, method: string, path: string, body?: unknown): Promise<Json>;
  /** `Bearer jwt:…` */
  login(user: string, password: string): Promise<string>;
  /** `Bearer pat:…` of a new user with these scopes. */
  userWith(name: string, ...scopes: string[]): Promise<string>;
  /** Stops it as an operator does, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** The databases of a server that is idle, for another one: two may not have one database. */
export async function copyOfHome(home: string): Promise<string> {
  const copy = await mkdtemp(join(home, "copy-"));
  for (const kind of DATABASE_KINDS) {
    await mkdir(join(copy, kind));
    await copyFile(join(home, kind, "data.mdb"), join(copy, kind, "data.mdb"));
  }
  return copy;
}

export async function startFlowg(options: FlowgOptions = {}): Promise<FlowgServer> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "flowg-online-")));
  const dirs = dirsIn(home);
  const words = [
    MAIN,
    "serve",
    "--auth-dir",
    dirs.auth,
    "--config-dir",
    dirs.config,
    "--log-dir",
    dirs.logs,
    "--http-bind",
    "127.0.0.1:0",
    "--mgmt-bind",
    "127.0.0.1:0",
    ...(options.flags ?? []),
  ];
  const env = { PATH: process.env.PATH ?? "", FLOWG_INITIAL_PASSWORD: ROOT_PASSWORD };
  const child = options.limit
    ? spawn(
        "bash",
        ["--norc", "-c", `${options.limit}; exec "$0" "$@"`, process.execPath, ...words],
        { env },
      )
    : spawn(process.execPath, words, { env });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (log += text));
  const logLines = () =>
    log
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  await until(() => log.includes('"listening"') || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`flowg serve ended: ${log}`);
  const { http, management } = logLines().find(({ msg }) => msg === "listening");
  const url = http[0] as string;
  const api = `${url}/api/v1`;
  const call = async (as: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { Authorization: as, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const login = async (username: string, password: string) => {
    const { token } = await call("", "POST", "/auth/login", { username, password });
    return `Bearer jwt:${token}`;
  };
  return {
    pid: (await watchedBy(child.pid)) ?? (child.pid as number),
    url,
    api,
    home,
    dirs,
    logLines,
    call,
    login,
    log: () => log,
    audit: () => logLines().filter(({ audit, direction }) => audit === true && direction),
    metric: async (name) => {
      const text = await (await fetch(`${management[0]}/metrics`)).text();
      const line = text.split("\n").find((line) => line.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
    spooled: async () => {
      const names = DATABASE_KINDS.map((kind) => readdir(join(dirs[kind], "spool")));
      return (await Promise.all(names)).flat();
    },
    userWith: async (name, ...scopes) => {
      const root = await login("root", ROOT_PASSWORD);
      await call(root, "PUT", `/roles/${name}`, { scopes });
      await call(root, "PUT", `/users/${name}`, { roles: [name], password: `${name}'s password` });
      const session = await login(name, `${name}'s password`);
      const { token } = await call(session, "POST", "/token");
      return `Bearer pat:${token}`;
    },
    stop: () => stop(child),
    async [Symbol.asyncDispose]() {
      await stop(child);
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

export function dirsIn(home: string): DatabaseDirs {
  return { auth: join(home, "auth"), config: join(home, "config"), logs: join(home, "logs") };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  return child.exitCode;
}

/** Waits until something holds; fails if it never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > PATIENCE_MS) throw new Error(`never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface Ran {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs a program to its end. */
export function run(file: string, args: readonly string[], cwd = tmpdir()): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? "", HOME: tmpdir() };
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env, encoding: "buffer", maxBuffer: 2 ** 30 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr: stderr.toString() });
      },
    );
  });
}

export const curl = (...args: string[]): Promise<Ran> => run("curl", ["-sS", ...args]);

/** The built `flowg`, as a process. */
export const flowg = (...args: string[]): Promise<Ran> => run(process.execPath, [MAIN, ...args]);

/** Whether these programs are here. Where tests must not be left out (CI), they count as being here. */
export async function have(...programs: string[]): Promise<boolean> {
  if (process.env.CI === "true") return true;
  const found = await Promise.all(programs.map((name) => run("which", [name])));
  return found.every(({ code }) => code === 0);
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export interface Upload {
  as: string;
  /** `/restore/logs?dryRun=true` */
  path: string;
  bytes: Uint8Array;
}

/** Uploads with fetch, as a browser or a program does. */
export async function upload(
  { api }: Pick<FlowgServer, "api">,
  { as, path, bytes }: Upload,
): Promise<Answer> {
  const form = new FormData();
  form.append("backup", new Blob([bytes as Uint8Array<ArrayBuffer>]), "any name.db");
  const response = await fetch(`${api}${path}`, {
    method: "POST",
    headers: { Authorization: as },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export async function download(
  { api }: Pick<FlowgServer, "api">,
  as: string,
  path: string,
): Promise<{ headers: Headers; bytes: Buffer }> {
  const response = await fetch(`${api}${path}`, { headers: { Authorization: as } });
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Resident anonymous memory: what the mapped database files don't count for. Bytes. */
export async function anonymousMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
}

/** How nice each thread of a process is (proc_pid_stat(5), field 19), by thread. */
export async function niceness(pid: number): Promise<Map<number, number>> {
  const threads = await readdir(`/proc/${pid}/task`);
  const each = threads.map(async (thread): Promise<[number, number][]> => {
    // a thread may have ended since
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => undefined);
    if (stat === undefined) return [];
    // the name, in parentheses, may hold anything
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [[Number(thread), Number(fields[16])]];
  });
  return new Map((await Promise.all(each)).flat());
}

export async function descriptors(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}
