// Tells whether the process that made a temporary file is still at work, or was killed and left the file behind.
//
// The file's name says who made it: `4711-1a2b3c4d` is the process's number and its home. A home is one boot of one machine,
// and there one pid namespace: only in it does the number mean this process. Two containers on one volume are two homes, and
// the first process of each has number 1.
//
//     4711-1a2b3c4d-locked    its maker holds a lock on it; once nobody does, it is left behind
//     4711-1a2b3c4d           no lock: in this home the process can be looked up; from another home, an old file is left behind
//     4711                    a version without homes made it

import { createHash } from "node:crypto";
import { constants, readFileSync, readlinkSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { hostname } from "node:os";
import { systemCode } from "../errors.js";
import { hasLocks, tryLock } from "./file-lock.js";

/** What a file's name says about its maker. */
export interface Maker {
  pid: number;
  home: string | undefined;
  isLocked: boolean;
}

/** A file of another home counts as left behind if it wasn't touched for so long. A transfer may take many hours. */
const OLD_MS = 24 * 60 * 60 * 1000;

/** The files that this process has made and not removed yet. */
const mine = new Set<string>();

export const claim = (path: string): void => void mine.add(path);
export const release = (path: string): void => void mine.delete(path);

let home: string | undefined;

/** Names this process in a file's name. Something must follow that makes the name unique. */
export const maker = (isLocked = hasLocks()): string =>
  `${process.pid}-${ourHome()}${isLocked ? "-locked" : ""}`;

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

/** Matches a text of `maker`, in a pattern of names. */
export const MAKER = String.raw`(?<pid>\d+)(?:-(?<home>[0-9a-f]{8})(?<locked>-locked)?)?`;

/** @param pattern one that holds `MAKER` */
export function makerOf(name: string, pattern: RegExp): Maker | undefined {
  const groups = pattern.exec(name)?.groups;
  if (!groups) return undefined;
  const { pid, home, locked } = groups;
  return { pid: Number(pid), home, isLocked: locked !== undefined };
}

/**
 * Removes a file that a killed maker has left behind, and keeps one that may still be in use.
 * @param remove removes it
 * @param lock the file that carries the maker's lock, where that isn't `path`
 */
export async function removeAbandoned(
  path: string,
  { pid, home, isLocked }: Maker,
  { remove, lock = path }: { remove: () => Promise<unknown>; lock?: string },
): Promise<void> {
  if (mine.has(path)) return;
  await using found = isLocked ? await openForLock(lock) : undefined;
  // held until the file is gone: its maker may be about to lock it, and then finds out
  const outcome = found ? tryLock(found.fd) : "unknown";
  const isLeft = outcome === "unknown" ? isMakerGone(path, pid, home) : outcome === "taken";
  if (isLeft) await remove();
}

function isMakerGone(path: string, pid: number, home: string | undefined): boolean {
  if (home !== undefined && home !== ourHome()) return isOlderThan(path, Date.now() - OLD_MS);
  // in a container a new process often has the number of the old one
  const start = Date.now() - process.uptime() * 1000;
  return pid === process.pid ? isOlderThan(path, start) : !isAlive(pid);
}

/** Undefined for a file that is another user's or isn't there. */
async function openForLock(path: string): Promise<FileHandle | undefined> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  // O_NONBLOCK: opening a pipe would wait
  return await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
}

function isOlderThan(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < time;
}

/**
 * Whether the process that `maker` named has ended, where that can be known here.
 * @param text what `maker` gave
 */
export function isMakerKnownGone(text: string): boolean {
  const { pid, home } = makerOf(text, new RegExp(`^${MAKER}$`)) ?? {};
  return pid !== undefined && home === ourHome() && pid !== process.pid && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
