// Runs write transactions from a thread that must not block. lmdb-js calls `action` once it holds the write lock, however long
// another thread or process (a restore) keeps it. The promise settles once the commit is on the disk.

import { FlowgError } from "../../platform/errors.js";
import { type Around, hooksAtHand } from "../../storage/around-writes.js";
import type { ChangeOptions, Changes } from "../../storage/database.js";
import { RecordChanges } from "../../storage/record-changes.js";
import type { Instant } from "../../storage/tables.js";
import type { Environment } from "./environment.js";
import { KIND_KEY } from "./identity.js";
import { readKept } from "./kept-reads.js";
import { databaseError, failedWrite } from "./lmdb-error.js";
import { demandInPlace } from "./watched-files.js";
import { othersDone, waitForLock, waitForTurn } from "./write-turns.js";

/**
 * Runs `work`, a restore in another thread, while this process's writers wait. They would wait for LMDB's write lock anyway,
 * but without a bound. So would writes under way, so it begins once those are done.
 */
export async function exclude<T>(
  database: Environment,
  work: () => Promise<T>,
  being = "restored",
): Promise<T> {
  demandInPlace(database);
  const { writing } = database;
  const working = othersDone(database)
    .then(() => settled(database))
    .then(work);
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const excluding = { being, ended, since: performance.now() };
  writing.excluding = excluding;
  try {
    const result = await working;
    await flushed(database, `what was ${being} may be lost if the power fails: do it again then`);
    demandInPlace(database, `; what was ${being} may be lost: do it again then`);
    return result;
  } catch (error) {
    database.flushes?.failed();
    throw error;
  } finally {
    // lmdb-js may keep this thread's read transaction for a turn, and a later read would then show the old state
    database.records.resetReadTxn();
    if (writing.excluding === excluding) writing.excluding = undefined;
    // only now, since those that wait look again at once
    end();
  }
}

/** @throws DATABASE_DAMAGED, DATABASE_UNAVAILABLE, and what `look` throws */
export async function readNow<T>(
  environment: Environment,
  look: (instant: Instant) => T,
): Promise<T> {
  try {
    // lmdb-js renews its read transaction only between turns of the event loop, and after each commit, so this is one instant
    return look(environment);
  } catch (error) {
    throw databaseError(error, environment);
  }
}

/**
 * Runs `action` inside a write transaction, in which all three tables may be read and written, synchronously. Several actions
 * can share one commit, and what an action wrote before it throws stays written. So an action first checks, and writes once
 * nothing can go wrong any more.
 * @throws BUSY, DISK_FULL, DATABASE_UNAVAILABLE, DATABASE_REPLACED, and what `action` throws
 */
export async function transact<T>(
  environment: Environment,
  action: (changes: Changes) => T,
  { flushLater = false }: ChangeOptions = {},
): Promise<T> {
  const hooks = hooksAtHand();
  const { flushes } = environment;
  if (flushes?.isSettled === false) await settled(environment);
  await waitForTurn(environment);
  demandInPlace(environment);
  const result = await commit(environment, () => {
    flushes?.demandSettled();
    return withHooks(environment, hooks, action);
  });
  if (flushLater) flushes?.later();
  else
    await flushed(environment, "what was sent may be lost if the power fails: send it again then");
  // the write may have gone into files that no later start will find
  demandInPlace(environment, "; what was sent may be lost: send it again then");
  return result;
}

/** Commits what `work` writes. Settles once LMDB does, which is after the flush unless that is left for later. */
async function commit<T>(environment: Environment, work: () => T): Promise<T> {
  const { running } = environment.writing;
  const waiting = waitForLock(environment);
  const transaction = environment.records.transaction(() =>
    waiting.begin() ? work() : (undefined as T),
  );
  running.set(transaction, performance.now());
  const settled = () => {
    running.delete(transaction);
    waiting.end();
  };
  transaction.then(settled, settled);
  try {
    return await Promise.race([transaction, waiting.tired]);
  } catch (error) {
    // after an error of our own, nothing was written
    if (!(error instanceof FlowgError)) environment.flushes?.failed();
    throw await transactionError(error, environment);
  }
}

/** Commits a value once more as it is. */
export async function commitNothing(environment: Environment): Promise<void> {
  await commit(environment, () => {
    const kind = environment.local.get(KIND_KEY);
    if (kind !== undefined) environment.local.put(KIND_KEY, kind);
  });
}

/** @throws DISK_FULL, DATABASE_UNAVAILABLE */
async function settled(environment: Environment): Promise<void> {
  const { flushes } = environment;
  if (!flushes || flushes.isSettled) return;
  try {
    await flushes.settle();
  } catch (error) {
    throw error instanceof FlowgError ? error : failedWrite(error, environment);
  }
}

/**
 * @param outcome what to say of the change if the flush fails
 * @throws DATABASE_UNAVAILABLE
 */
async function flushed({ kind, dir, flushes }: Environment, outcome: string): Promise<void> {
  try {
    await flushes?.now();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new FlowgError(
      "DATABASE_UNAVAILABLE",
      `cannot flush the ${kind} database in ${dir}: ${said}; ${outcome}`,
      { cause, hint: "check the disk" },
    );
  }
}

/**
 * The same in this turn of the event loop, for a process that has no other work meanwhile. If an action throws, its writes are
 * undone. A failed commit only throws here, whereas lmdb-js writes a stack trace to stderr for one that fails asynchronously.
 */
export async function transactNow<T>(
  environment: Environment,
  action: (changes: Changes) => T,
): Promise<T> {
  try {
    return environment.records.transactionSync(() => withHooks(environment, hooksAtHand(), action));
  } catch (error) {
    throw databaseError(error, environment);
  }
}

function withHooks<T>(
  environment: Environment,
  hooks: readonly Around[],
  action: (changes: Changes) => T,
): T {
  return changeIn(environment, (changes) => {
    for (const { before } of hooks) before?.(changes);
    const result = action(changes);
    for (const { after } of hooks) after?.(changes);
    return result;
  });
}

/** Runs an action inside a write transaction. Records change together with what is derived from them. */
export function changeIn<T>(environment: Environment, action: (changes: Changes) => T): T {
  const changes: RecordChanges = new RecordChanges({
    kind: environment.kind,
    tables: environment,
    at: (database) => (database === environment ? changes : (database as Environment)),
    keptAt: (database, question) =>
      database === environment
        ? question.look(changes)
        : readKept(database as Environment, question),
  });
  return environment.local.together(() => {
    let result: T;
    try {
      result = action(changes);
    } catch (error) {
      throw withSecond(error, () => changes.finish());
    }
    changes.finish();
    return result;
  });
}

/** The writes of an action before its failure stay. If the step that must go with them fails, too, this reports both. */
function withSecond(first: unknown, finish: () => void): unknown {
  try {
    finish();
    return first;
  } catch (second) {
    const [before, after] = [first, second].map((error) =>
      error instanceof Error ? error.message : String(error),
    );
    const code = second instanceof FlowgError ? second.code : "INTERNAL";
    return new FlowgError(code, `${after}; this came after another fault: ${before}`, {
      cause: new AggregateError([first, second], "two faults in one transaction"),
    });
  }
}

async function transactionError(
  error: unknown,
  database: Pick<Environment, "kind" | "dir">,
): Promise<unknown> {
  const cause = await commitCause(error);
  const known = databaseError(cause, database);
  return known instanceof FlowgError || cause === error ? known : failedWrite(cause, database);
}

/** lmdb-js says "Commit failed", and gives the reason as a promise, which would otherwise stay unhandled (its issue 368). */
async function commitCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  const reason = Promise.resolve(error.commitError).then(
    () => new Error(error.message),
    (cause: unknown) => cause,
  );
  // if that never settles, the failure must still come out
  const patience = new Promise((resolve) => {
    setTimeout(resolve, 1_000, new Error(error.message)).unref();
  });
  return Promise.race([reason, patience]);
}
