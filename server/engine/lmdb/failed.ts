// A database that only a process which opens it anew can use again. LMDB refuses every read and write once it could not
// write a meta page, as on a disk that got full just then (MDB_PANIC). And where a transaction can't begin, lmdb-js 3.5 goes
// on holding its own lock (writer.cpp: Write): that write and all that follow are never answered. And where a thread opens a
// database that this process has open, and the system refuses it the data file just then (it has no more descriptors, say), LMDB
// takes it for one that nobody has, and makes the lock file anew (mdb_env_setup_locks): nobody's place in it holds any more.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Environment } from "./environment.js";
import { saysFailed, saysLostPlace } from "./lmdb-error.js";
import type { Occupation } from "./occupation.js";
import { oldestUnanswered } from "./transact.js";

/** A disk that takes longer for a commit is broken, too. */
const ANSWER_MS = 60_000;
const HINT =
  "start the server again: nothing that it has answered is lost; check the disk and its free space";

/**
 * Looks now.
 * @param occupation by which others are known that may hold the write lock
 * @returns what is wrong, if anything is
 */
export function failureOf(
  database: Pick<Environment, "kind" | "dir" | "writing" | "local">,
  occupation: Occupation | undefined,
): FlowgError | undefined {
  const { kind, writing, local } = database;
  try {
    local.get(Buffer.from("kind"));
  } catch (cause) {
    if (saysFailed(cause)) return failed(kind, reasonOf(cause as Error), cause);
  }
  const since = oldestUnanswered(writing);
  if (since === undefined || performance.now() - since < ANSWER_MS) return undefined;
  if (!occupation?.isAlone()) return undefined;
  const seconds = ANSWER_MS / 1000;
  return failed(kind, `a write has had no answer for ${seconds} seconds, and nobody else writes`);
}

const reasonOf = (cause: Error): string =>
  saysLostPlace(cause)
    ? "LMDB has made its lock file anew, which happens where a file can't be opened just then"
    : "its disk did not take the end of a write";

const failed = (kind: DatabaseKind, why: string, cause?: unknown) =>
  new FlowgError("DATABASE_UNAVAILABLE", `the ${kind} database can't be used any more: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: HINT,
  });
