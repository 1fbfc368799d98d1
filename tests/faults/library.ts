// Builds the preloaded library of inject.c, and runs `flowg` with it.

import { spawnSync } from "node:child_process";
import { open, readFile, rm, truncate, writeFile } from "node:fs/promises";
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

/** The deed on a call: an error of the system by its name, or one of inject.c's own deeds. */
export type Deed = keyof typeof constants.errno | "short" | "kill" | "torn";

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
}

/** The environment of a process that is to meet a fault, or (without one) whose calls are to be told. */
export async function faultyEnvironment(injection: Injection): Promise<Record<string, string>> {
  await rm(logFile(injection.beside), { force: true });
  await writeFile(stateFile(injection.beside), stateOf({ isOn: true, fault: injection.fault }));
  return environmentOf(injection);
}

/** The same of one whose calls are neither told nor counted before it is armed. */
export async function unarmedEnvironment(injection: Injection): Promise<Record<string, string>> {
  await rm(logFile(injection.beside), { force: true });
  await writeFile(stateFile(injection.beside), stateOf({ isOn: false }));
  return environmentOf(injection);
}

/** From now on calls are counted, and the fault strikes; what was told before is forgotten. */
export async function arm({ beside, fault }: Injection): Promise<void> {
  await truncate(logFile(beside)).catch(() => undefined);
  // on last: it is read while it is written
  await writeFile(stateFile(beside), stateOf({ isOn: false, fault }), { flag: "r+" });
  await setOn(beside, true);
}

export const disarm = ({ beside }: Injection): Promise<void> => setOn(beside, false);

function environmentOf({ library, root, beside }: Injection): Record<string, string> {
  const literal = root.replaceAll(/[.[\](){}*+?^$|\\]/g, "\\$&");
  return {
    LD_PRELOAD: library,
    FAULT_PATHS: `^${literal}(/|$)`,
    FAULT_LOG: logFile(beside),
    FAULT_STATE: stateFile(beside),
  };
}

/** Where what lies in `struct state` of inject.c. */
const AT = { faults: 8, first: 16, times: 24, isOn: 32, deed: 36, error: 40, call: 44, end: 64 };
/** `enum deed`; others are errors of the system. */
const OWN_DEEDS: Partial<Record<Deed, number>> = { short: 2, kill: 3, torn: 4 };
const FAILS = 1;

function stateOf({ isOn, fault }: { isOn: boolean; fault?: Fault | undefined }): Buffer {
  const state = Buffer.alloc(AT.end);
  state.writeUInt32LE(Number(isOn), AT.isOn);
  if (fault === undefined) return state;
  const errnos: Record<string, number> = constants.errno;
  state.writeBigUInt64LE(BigInt(fault.at), AT.first);
  state.writeBigUInt64LE(fault.forEver ? 0n : 1n, AT.times);
  state.writeUInt32LE(OWN_DEEDS[fault.deed] ?? FAILS, AT.deed);
  state.writeInt32LE(errnos[fault.deed] ?? 0, AT.error);
  state.write(fault.call, AT.call);
  return state;
}

async function setOn(beside: string, isOn: boolean): Promise<void> {
  await using file = await open(stateFile(beside), "r+");
  await file.write(Buffer.of(Number(isOn), 0, 0, 0), 0, 4, AT.isOn);
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
  return Number((await readFile(stateFile(beside))).readBigUInt64LE(AT.faults));
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
