// Tells whether the process that made a temporary file is still at work, or was killed and left the file behind. Names are made
// as in the server's `server/platform/files/maker.ts`, without its locks.

import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** The files that this process has made and not removed yet. */
export const mine = new Set<string>();

/**
 * `4711-1a2b3c4d-9f3c2a1b` is a process, and the home in which that number means this process: one boot of one machine, and
 * there one pid namespace. In two containers the first process has number 1. Only the server can tell whether the maker of a
 * `-locked` file still holds its lock.
 */
export const MAKER = "(?<pid>\\d+)(?:-(?<home>[0-9a-f]{8})(?<locked>-locked)?)?-[0-9a-f]{8}";

/** A file of another home counts as left behind if it wasn't written to for so long: a set may take many hours. */
const OLD_MS = 24 * 60 * 60 * 1000;

let home: string | undefined;

/** This process, in a name of its own. */
export const uniqueMaker = (): string =>
  `${process.pid}-${ourHome()}-${randomBytes(4).toString("hex")}`;

function ourHome(): string {
  home ??= createHash("sha256").update(space()).digest("hex").slice(0, 8);
  return home;
}

function space(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // not Linux, so without namespaces
    return hostname();
  }
}

export interface Left {
  path: string;
  groups: Record<string, string | undefined>;
}

/** Finds the files that killed processes of this user left in a directory. @param pattern of names, with `MAKER` in it */
export async function leftIn(directory: string, pattern: RegExp): Promise<Left[]> {
  const left: Left[] = [];
  for (const name of await readdir(directory)) {
    const groups = pattern.exec(name)?.groups;
    const path = join(directory, name);
    if (!groups || mine.has(path)) continue;
    const found = await lstat(path).catch(() => undefined);
    if (found?.uid === process.geteuid?.() && isLeft(path, groups)) left.push({ path, groups });
  }
  return left;
}

function isLeft(path: string, { pid, home, locked }: Record<string, string | undefined>): boolean {
  if (home !== undefined && home !== ourHome())
    return locked === undefined && isOlderThan(path, Date.now() - OLD_MS);
  // in a container a new process often has the number of the killed one
  const start = Date.now() - process.uptime() * 1000;
  return Number(pid) === process.pid ? isOlderThan(path, start) : !isAlive(Number(pid));
}

function isOlderThan(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < time;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
