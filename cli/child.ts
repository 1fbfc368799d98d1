// The same command line once more, in a child process: for when LMDB wants another process number than this one has,
// because a process of another container has it already (`server/database/occupation`). As the first process of a
// container, a server can get another number in no other way.

import { spawn } from "node:child_process";
import { isatty } from "node:tty";
import { type ExitCode, SIGNAL_EXIT_CODES, type StopSignal } from "./exit-codes.js";

/** Set for a child: its parent's number. */
const PARENT = "FLOWG_CHILD_OF";
/** Numbers go up by one: more than a few are hardly taken. */
const TRIES = 20;
const TAKEN = { processIdTaken: true };

/** In a child: that its number was no better. @returns false in any other process */
export function tellParent(): boolean {
  if (!isChild()) return false;
  process.send?.(TAKEN);
  return true;
}

const isChild = (): boolean =>
  process.send !== undefined && process.env[PARENT] === String(process.ppid);

/** In a child, at its start: it ends with its parent, who may have been killed. */
export function endWithParent(): void {
  if (!isChild()) return;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}

/**
 * Runs this process's command line in a child, with the same streams and signals.
 * @returns its exit code; undefined if its number was taken each time
 */
export async function runInChild(): Promise<ExitCode | undefined> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const code = await tryInChild();
    if (code !== undefined) return code;
  }
  return undefined;
}

function tryInChild(): Promise<ExitCode | undefined> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [PARENT]: String(process.pid) },
  });
  let isTaken = false;
  child.once("message", () => {
    isTaken = true;
  });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]) {
    process.removeAllListeners(signal);
    process.on(signal, forwards(signal) ? forward : () => {});
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const ofSignal = SIGNAL_EXIT_CODES[signal as StopSignal] ?? 1;
      resolve(isTaken ? undefined : ((code as ExitCode | null) ?? ofSignal));
    });
  });
}

/** What a terminal sends goes to the child, too; a second one would tell it not to wait. */
const forwards = (signal: StopSignal): boolean =>
  signal === "SIGTERM" || ![0, 1, 2].some((fd) => isatty(fd));
