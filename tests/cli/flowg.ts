// Runs the built `flowg` as a real process, alone or inside a pseudo-terminal; and makes an installation of
// it whose core is the one in fake-core.mjs, for what concerns the CLI alone.

import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../cli/run.js";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
export const BUILT = join(PROJECT, "dist/cli/main.js");

export interface RunOptions {
  /** The `main.js` to run; the built one unless said otherwise. */
  main?: string;
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string | undefined;
  /** The user that the process runs as; without it, this one's. */
  uid?: number;
  /** Called with each piece it writes; then stdin stays open unless its contents are given. */
  onOutput?: ((text: string, child: ChildProcess) => void) | undefined;
}

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A clean environment: nothing of the machine's settings, of CI or of vitest. */
function environment(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: tmpdir(), TERM: "xterm", ...more };
}

export function flowg(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runProcess(process.execPath, [options.main ?? BUILT, ...words], options);
}

/**
 * The same in this process, and so a hundred times as fast: for mistakes that no command gets past. A process runs the same
 * function (`cli/main.ts`).
 */
export async function flowgHere(words: readonly string[]): Promise<Ran> {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof texts) =>
    Object.assign(new EventEmitter(), {
      write(text: string, done?: () => void) {
        texts[name] += text;
        done?.();
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const { signal: stop } = new AbortController();
  const code = await run({
    words,
    stdin: process.stdin,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: environment(),
    onFault() {},
    stop,
    interrupt() {},
    onHangup() {},
  });
  return { ...texts, code, signal: null };
}

/** A shell line in which `flowg` is the command. */
export function shell(line: string, options: RunOptions = {}): Promise<Ran> {
  const define = `flowg() { "${process.execPath}" "${options.main ?? BUILT}" "$@"; }`;
  return runProcess("/bin/bash", ["-c", `${define}\n${line}`], options);
}

/** Inside a pseudo-terminal of `columns` columns, with util-linux `script`; all it shows is in stdout. */
export function terminal(
  words: readonly string[],
  options: RunOptions & { columns?: number } = {},
): Promise<Ran> {
  const quoted = [process.execPath, options.main ?? BUILT, ...words].map((word) => `'${word}'`);
  const line = `stty cols ${options.columns ?? 80}; exec ${quoted.join(" ")}`;
  return runProcess("script", ["-qec", line, "/dev/null"], options);
}

/** Types each answer when its question has appeared. */
export function answering(answers: [question: string, keys: string][]): RunOptions["onOutput"] {
  let seen = "";
  const left = [...answers];
  return (text, child) => {
    seen += text;
    const [next] = left;
    if (next && seen.includes(next[0])) {
      seen = seen.slice(seen.indexOf(next[0]) + next[0].length);
      left.shift();
      child.stdin?.write(next[1]);
    }
  };
}

function runProcess(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { cwd, env, uid } = options;
    const whose = uid === undefined ? {} : { uid, gid: uid };
    const child = spawn(file, args, { cwd, env: environment(env), ...whose });
    const ran: Ran = { code: null, signal: null, stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        ran[name] += text;
        options.onOutput?.(text, child);
      });
    }
    child.stdin.on("error", () => undefined);
    // a terminal's input stays open: closing it would be Ctrl-D
    if (!options.onOutput || options.stdin !== undefined) child.stdin.end(options.stdin ?? "");
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ ...ran, code, signal }));
  });
}

/** An installation with the fake core, removed by `using`. */
export async function fakeInstallation(): Promise<{ main: string } & AsyncDisposable> {
  const home = await mkdtemp(join(tmpdir(), "flowg-cli-"));
  for (const part of ["dist/chunks", "dist/cli", "dist/sdk", "dist/server"])
    await cp(join(PROJECT, part), join(home, part), { recursive: true });
  await cp(join(PROJECT, "tests/cli/fake-core.mjs"), join(home, "dist/server/core.js"));
  await cp(join(PROJECT, "package.json"), join(home, "package.json"));
  await symlink(join(PROJECT, "node_modules"), join(home, "node_modules"));
  return {
    main: join(home, "dist/cli/main.js"),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
