// Locks on open files (Linux: F_OFD_SETLK). The kernel releases a lock when the file is closed, so also when the process dies.
// Every process of the machine sees it, in any container. So no stale lock is left, and no process is looked up by a number
// that may now be another's.
//
// These locks and LMDB's own, which belong to a process (F_SETLK), exclude each other. A process loses LMDB's locks when it
// closes any file of that inode, so nothing here may ever open a `lock.mdb`.

import { createRequire } from "node:module";

interface Binding {
  /** @throws NodeJS.ErrnoException, EAGAIN where another process holds it */
  tryLock(fd: number, offset: number, length: number, exclusive: boolean): void;
}

/** `unknown`: this machine, or the file system, has no such locks. */
export type LockOutcome = "taken" | "held" | "unknown";

export interface LockPlace {
  /** The first byte to lock. It may lie past the end of the file. */
  at?: number;
  /** How many bytes to lock: one unless given. */
  length?: number;
  /** Shares the lock with others. An exclusive one needs a file that is open for writing. */
  shared?: boolean;
}

/** Tries to lock bytes of an open file, without waiting. */
export function tryLock(
  fd: number,
  { at = 0, length = 1, shared = false }: LockPlace = {},
): LockOutcome {
  const { locks } = native;
  if (!locks) return "unknown";
  try {
    locks.tryLock(fd, at, length, !shared);
    return "taken";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? "held" : "unknown";
  }
}

/** Whether this machine has such locks; a file system may still lack them. */
export const hasLocks = (): boolean => native.locks !== undefined;

const native = {
  get locks(): Binding | undefined {
    const locks = load();
    Object.defineProperty(native, "locks", { value: locks });
    return locks;
  },
};

function load(): Binding | undefined {
  const require = createRequire(import.meta.url);
  const at = `prebuilds/${process.platform}-${process.arch}`;
  // the package's own search for this file takes 20 ms, longer than reading a small backup
  for (const file of [`${at}/fs-native-extensions.node`, "binding.js"]) {
    try {
      return require(`fs-native-extensions/${file}`) as Binding;
    } catch {
      // try the next one
    }
  }
  return undefined;
}
