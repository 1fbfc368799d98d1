// Whose a file is that carries a process's id in its name: of a process that is at work, or of one that was
// killed and left it behind.

import { statSync } from "node:fs";
import { systemCode } from "../errors.js";

/** What this process has made and not removed yet. */
const mine = new Set<string>();

export const claim = (path: string): void => void mine.add(path);
export const release = (path: string): void => void mine.delete(path);

/**
 * Whether the process that made `path` is gone. In a container a new process often has the id of the old one; what is
 * younger than this process then is of another container's.
 */
export function isAbandoned(path: string, pid: number): boolean {
  return pid === process.pid ? !mine.has(path) && isOlderThanUs(path) : !isAlive(pid);
}

function isOlderThanUs(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < Date.now() - process.uptime() * 1000;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
