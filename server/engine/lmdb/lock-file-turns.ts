// Keeps a process from opening a database while another closes it. The last process to close a database destroys the mutexes in
// LMDB's lock file, and then releases its lock on it. A process that opens the database in between waits for that lock, takes
// the file for one that others use, and fails with EINVAL as soon as it reads. So does each process that comes while it lives
// (mdb.c: mdb_env_close_active, mdb_env_setup_locks). Both opening and closing therefore lock a byte of the data file. Openings
// share the lock.

import { openSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { tryLock } from "../../platform/files/file-lock.js";
import { DATA_FILE } from "./data-file.js";
import { type DatabaseAt, TURN_AT } from "./occupation.js";

/** The longest wait for a turn. Opening and closing take a moment, unless a process hangs or is stopped. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 2;
/** LMDB gives errors as numbers. */
const { EINVAL } = constants.errno;

/** @param open has LMDB open it, without a wait */
export async function inTurnToOpen<T>(place: DatabaseAt, open: () => T): Promise<T> {
  using _ = await turn(place.dir, { shared: true });
  try {
    return open();
  } catch (cause) {
    if ((cause as { code?: unknown }).code === EINVAL) throw closedMeanwhile(place, cause);
    throw cause;
  }
}

export async function inTurnToClose(dir: string, close: () => Promise<void>): Promise<void> {
  using _ = await turn(dir, { shared: false });
  await close();
}

/** Keeps others from opening the database. @returns undefined if somebody is about to open it */
export function takeTurnToClose(dir: string): Disposable | undefined {
  return tryTurn(dir, { shared: false });
}

async function turn(dir: string, how: { shared: boolean }): Promise<Disposable> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const taken = tryTurn(dir, how);
    if (taken) return taken;
    if (performance.now() > end) return NOTHING;
    await sleep(LOOK_MS);
  }
}

/** @returns undefined if another process has the turn; where the file can't be locked, nobody has it */
function tryTurn(dir: string, { shared }: { shared: boolean }): Disposable | undefined {
  let file: number;
  try {
    file = openSync(join(dir, DATA_FILE), shared ? "r" : "r+");
  } catch {
    // the code that opens the database says what is wrong
    return NOTHING;
  }
  if (tryLock(file, { at: TURN_AT, shared }) === "held") {
    closeFile(file);
    return undefined;
  }
  return { [Symbol.dispose]: () => closeFile(file) };
}

const NOTHING: Disposable = { [Symbol.dispose]() {} };

/** The error where an older version of flowg closed the database meanwhile, or the file system has no such locks. */
const closedMeanwhile = ({ kind, dir }: DatabaseAt, cause: unknown): FlowgError =>
  new FlowgError(
    "DATABASE_UNAVAILABLE",
    `another process closed the ${kind} database in ${dir} just while this one opened it`,
    {
      cause,
      hint: "nothing was changed: run it again; if that doesn't help, the file system may have no shared memory maps",
    },
  );
