// The waits of writers to a database, each within a bound: for the writes under way, for a restore, and for LMDB's write lock.

import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import type { Environment } from "./environment.js";

/**
 * How long a restore lets writers wait before they get BUSY. It counts from the restore's begin, so a writer that comes later,
 * or waits behind others, waits no longer.
 */
const PATIENCE_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;

/** What writers of a database wait for, and the writes under way. It stays when the database moves to another file. */
export interface Writing {
  excluding: Excluding | undefined;
  /** Since when a transaction has waited for the write lock. */
  waitingSince: number | undefined;
  /** The transactions under way, and when each began. */
  readonly running: Map<Promise<unknown>, number>;
  /** Why no more writes are allowed. */
  failure: FlowgError | undefined;
}

export const newWriting = (): Writing => ({
  excluding: undefined,
  waitingSince: undefined,
  running: new Map(),
  failure: undefined,
});

interface Excluding {
  /** What is being done to the database, for messages: `restored`. */
  being: string;
  /** Resolves once writers may go on. */
  ended: Promise<void>;
  /** When it began to wait, by the clock of `performance`. */
  since: number;
}

type Waited = Pick<Environment, "kind" | "writing">;

/**
 * Waits for the writes under way, within a bound, because lmdb-js never answers a commit that a full disk has cut.
 * @throws BUSY
 */
export async function othersDone({ kind, writing }: Waited): Promise<void> {
  const timer = new AbortController();
  const patience = sleep(PATIENCE_MS, "tired", { signal: timer.signal }).catch(() => "rested");
  const others = Promise.allSettled(writing.running.keys());
  const outcome = await Promise.race([others, patience]);
  timer.abort();
  if (outcome === "tired") throw busy(`a write to the ${kind} database does not end`);
}

/** When the oldest unanswered write began, by the clock of `performance`; undefined if none is under way. */
export function oldestUnanswered({ running }: Writing): number | undefined {
  // a Map keeps their order
  const [oldest] = running.values();
  return oldest;
}

/** @throws BUSY when it takes too long, or the error that no more writes are allowed */
export async function waitForTurn({ kind, writing }: Waited): Promise<void> {
  const came = performance.now();
  for (let { excluding } = writing; excluding; { excluding } = writing) {
    const left = Math.min(came, excluding.since) + PATIENCE_MS - performance.now();
    const timer = new AbortController();
    const patience = sleep(Math.max(0, left), "tired", { signal: timer.signal, ref: false });
    const outcome = await Promise.race([excluding.ended, patience.catch(() => "rested")]);
    timer.abort();
    if (outcome === "tired") throw busy(`the ${kind} database is being ${excluding.being}`);
  }
  if (writing.failure) throw writing.failure;
}

interface Waiting {
  /** Called when the lock is there. @returns false if the wait was given up */
  begin(): boolean;
  /** Called when the transaction is done, or failed before its turn. */
  end(): void;
  /** Rejects once the wait has taken too long. */
  tired: Promise<never>;
}

/**
 * Bounds the wait for LMDB's lock, which another process may hold, such as an offline restore. A later writer waits no longer
 * than the first one.
 */
export function waitForLock({ kind, writing }: Waited): Waiting {
  const now = performance.now();
  const since = writing.waitingSince ?? now;
  writing.waitingSince = since;
  let isGivenUp = false;
  let timer: NodeJS.Timeout;
  const tired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        isGivenUp = true;
        reject(busy(`the ${kind} database is kept busy by another process, or by its disk`));
      },
      Math.max(0, since + PATIENCE_MS - now),
    );
  });
  const end = () => {
    clearTimeout(timer);
    writing.waitingSince = undefined;
  };
  return {
    end,
    begin() {
      end();
      return !isGivenUp;
    },
    tired,
  };
}

const busy = (message: string) =>
  new FlowgError("BUSY", message, {
    hint: "send it again in a few seconds; nothing was stored",
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
