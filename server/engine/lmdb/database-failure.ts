// Finds out that this process can't use a database any more, until it opens it anew. That happens in three ways:
//
// - LMDB could not write a meta page, because the disk got full just then. It refuses every later read and write (MDB_PANIC).
// - A transaction could not begin. lmdb-js 3.5 then keeps its own lock (writer.cpp: Write), and answers neither that write nor a
//   later one.
// - A thread opened a database that this process has open, and the system refused it the data file just then, for want of
//   descriptors, say. LMDB takes such a database for one that nobody has open, and makes the lock file anew
//   (mdb_env_setup_locks), so that no reader's place in it holds any more.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Environment } from "./environment.js";
import { saysFailed, saysLostPlace } from "./lmdb-error.js";
import type { Occupation } from "./occupation.js";
import { oldestUnanswered } from "./write-turns.js";

/** The longest wait for a write's answer. A disk that takes longer for a commit is broken, too. */
const ANSWER_MS = 60_000;
const HINT =
  "start the server again: nothing that it has answered is lost; check the disk and its free space";

/**
 * Looks whether the database can be used now.
 * @param occupation tells of other processes that may hold the write lock
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
