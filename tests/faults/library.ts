// Builds the preloaded library of inject.c, and runs `flowg` with it.

import { spawnSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flowg, type Ran } from "../cli/flowg.js";

const SOURCE = fileURLToPath(new URL("./inject.c", import.meta.url));

/** A kind of system call, as inject.c names it. */
export const CALLS = [
  "open",
  "read",
  "write",
  "sync",
  "rename",
  "link",
  "unlink",
  "mkdir",
  "list",
  "stat",
  "mmap",
  "truncate",
  "lock",
  "close",
] as const;

/** What becomes of a call: an error of the system by its name, or one of inject.c's own. */
export type Deed = "EIO" | "ENOSPC" | "ENOMEM" | "EMFILE" | "short" | "kill" | "torn";

export interface Fault {
  call: string;
  /** The first call that is hit, from 1. */
  at: number;
  deed: Deed;
  /** All that follow as well. */
  forEver?: boolean;
}

/** A call on a file below the watched directory. */
export interface Call {
  call: string;
  /** From that directory on; two where a file is renamed or linked. */
  path: string;
}

/**
 * @param dir where it is built
 * @returns its path, or why there is none
 */
export function buildLibrary(dir: string): { path: string } | { without: string } {
  if (process.platform !== "linux") return { without: "faults are injected on Linux only" };
  const path = join(dir, "inject.so");
  const words = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", path, SOURCE];
  const { status, error, stderr } = spawnSync("cc", [...words, "-ldl"], { encoding: "utf8" });
  if (error) return { without: `no C compiler (cc) here: ${error.message}` };
  if (status !== 0) throw new Error(`inject.c doesn't compile: ${stderr}`);
  return { path };
}

export interface Injection {
  library: string;
  /** Calls on what lies below are counted. */
  root: string;
  /** Where this run may keep files of its own; not below `root`. */
  beside: string;
  fault?: Fault | undefined;
  /** Counting begins once this file is there. */
  when?: string;
}

/** The environment of a process that is to meet a fault, or (without one) whose calls are to be told. */
export async function faultyEnvironment(injection: Injection): Promise<Record<string, string>> {
  const { library, root, beside, fault, when } = injection;
  await writeFile(stateFile(beside), Buffer.alloc(16));
  await rm(logFile(beside), { force: true });
  const literal = root.replaceAll(/[.[\](){}*+?^$|\\]/g, "\\$&");
  return {
    LD_PRELOAD: library,
    FAULT_PATHS: `^${literal}(/|$)`,
    FAULT_LOG: logFile(beside),
    FAULT_STATE: stateFile(beside),
    ...(when === undefined ? {} : { FAULT_WHEN: when }),
    ...(fault ? variables(fault) : {}),
  };
}

function variables({ call, at, deed, forEver }: Fault): Record<string, string> {
  const errnos: Record<string, number> = constants.errno;
  return {
    FAULT_CALL: call,
    FAULT_AT: String(at),
    FAULT_TIMES: forEver ? "0" : "1",
    FAULT_DO: String(errnos[deed] ?? deed),
  };
}

/** The calls of a run that has ended, in their order. */
export async function callsOf({ root, beside }: Injection): Promise<Call[]> {
  const text = await readFile(logFile(beside), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const space = line.indexOf(" ");
      const path = line.slice(space + 1).replaceAll(`${root}/`, "");
      return { call: line.slice(0, space), path };
    });
}

/** How often a fault was injected in a run that has ended. */
export async function hitsOf({ beside }: Injection): Promise<number> {
  return Number((await readFile(stateFile(beside))).readBigUInt64LE(8));
}

/** Runs `flowg` with a fault, or to see its calls. */
export async function flowgWithFault(
  words: readonly string[],
  injection: Injection,
  env: Record<string, string> = {},
): Promise<Ran> {
  return await flowg(words, { env: { ...env, ...(await faultyEnvironment(injection)) } });
}

const stateFile = (beside: string) => join(beside, "state");
const logFile = (beside: string) => join(beside, "calls");
