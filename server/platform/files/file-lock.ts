// Locks on open files (Linux: F_OFD_SETLK). The kernel gives one up when the file is closed, so also when its process
// dies, however; it holds for every process of this machine, whatever container it is in. Nothing stale is left, and
// nobody is asked for by a number that may be another's.
//
// Such a lock and those that LMDB takes by process (F_SETLK) see each other. LMDB's are lost when the process closes any
// file of that inode, so nothing here may ever open a `lock.mdb`.

import { createRequire } from "node:module";

interface Binding {
  /** @throws NodeJS.ErrnoException, EAGAIN where another process holds it */
  tryLock(fd: number, offset: number, length: number, exclusive: boolean): void;
}

/** `unknown`: this machine, or the file system, has no such locks. */
export type LockOutcome = "taken" | "held" | "unknown";

export interface LockPlace {
  /** Which byte of the file; it needs not be there. */
  at?: number;
  /** Bytes, from that one on; one unless given. */
  length?: number;
  /** Shares it with others. An exclusive lock needs a file that is open for writing. */
  shared?: boolean;
}

/** Tries to lock bytes of an open file. Waits for nobody. */
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
  // the package's own search for this file takes 20 ms, more than a small backup's reading
  for (const file of [`${at}/fs-native-extensions.node`, "binding.js"]) {
    try {
      return require(`fs-native-extensions/${file}`) as Binding;
    } catch {
      // the next one
    }
  }
  return undefined;
}
