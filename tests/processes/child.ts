// Runs operation.mjs: operations of the core in a process of their own, which may be killed.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type {
  BackupOptions,
  BackupReport,
  RestoreOptions,
  RestoreReport,
} from "../../server/core.js";
import type { ErrorCode } from "../../server/platform/errors.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import type { Progress, VerifyReport } from "../../server/records/reports.js";

const SCRIPT = fileURLToPath(new URL("./operation.mjs", import.meta.url));

interface Operations {
  backup: [options: BackupOptions, gives: BackupReport];
  restore: [options: RestoreOptions, gives: RestoreReport];
  verify: [options: { path: string }, gives: VerifyReport[]];
  count: [options: Pick<BackupOptions, "dirs">, gives: never];
}

/** Where in the operation the process ends itself. */
export interface Die {
  phase: Progress["phase"];
  database: DatabaseKind;
  /** At the first progress with at least so many records. */
  records: number;
  /** SIGKILL unless said otherwise. */
  signal?: NodeJS.Signals;
}

export interface Threw {
  code: ErrorCode;
  message: string;
  hint?: string;
  details: Record<string, unknown>;
}

export interface Ended<Name extends keyof Operations> {
  code: number | null;
  signal: NodeJS.Signals | null;
  gave?: Operations[Name][1];
  threw?: Threw;
  stderr: string;
}

export interface Task<Name extends keyof Operations> {
  do: Name;
  options: Operations[Name][0];
  die?: Die;
  /** A shell line before it: `ulimit -f 100`, `umask 0`. */
  shell?: string;
}

export function start<Name extends keyof Operations>(task: Task<Name>): ChildProcess {
  const line = `${task.shell ?? ":"}; exec "$0" "$@"`;
  const { do: operation, options, die } = task;
  const words = [process.execPath, SCRIPT, JSON.stringify({ do: operation, options, die })];
  return spawn("/bin/bash", ["-c", line, ...words]);
}

/** @param watch is given the process at once */
export async function run<Name extends keyof Operations>(
  task: Task<Name>,
  watch?: (child: ChildProcess) => void,
): Promise<Ended<Name>> {
  const child = start(task);
  watch?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const said = stdout === "" ? {} : (JSON.parse(stdout) as object);
  return { code, signal, stderr, ...said };
}

/** Starts the steady writer, and waits until it has written. Ends with `using`. */
export async function startCounting(dirs: BackupOptions["dirs"]): Promise<AsyncDisposable> {
  const child = start({ do: "count", options: { dirs } });
  const exit = once(child, "exit");
  if (child.stdout) await Promise.race([once(child.stdout, "data"), exit]);
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
