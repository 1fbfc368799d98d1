// Reads, and tells the number of the commit that was read.

import { setTimeout } from "node:timers/promises";
import type { Transaction } from "lmdb";
import type { Instant } from "../../storage/tables.js";
import type { Environment } from "./environment.js";
import { beginRead, lastTransactionId, readsLatest } from "./last-commit.js";
import { databaseError } from "./lmdb-error.js";

const BETWEEN_LOOKS_MS = 5;

export async function readVersioned<T>(
  environment: Environment,
  look: (instant: Instant) => T,
): Promise<{ result: T; version: number }> {
  for (;;) {
    const { result, version } = readOnce(environment, look);
    if (version !== undefined) return { result, version };
    // another commit is on its way to the disk; other requests are answered meanwhile
    await setTimeout(BETWEEN_LOOKS_MS);
  }
}

/**
 * Reads once.
 * @returns what readers see now, and the commit's number unless another commit is on its way
 */
export function readOnce<T>(
  environment: Environment,
  look: (instant: Instant) => T,
): { result: T; version: number | undefined } {
  let reading: Transaction | undefined;
  try {
    const version = lastTransactionId(environment);
    reading = beginRead(environment);
    const result = look(environment.at(reading));
    const isLast = readsLatest(environment, reading) && lastTransactionId(environment) === version;
    return { result, version: isLast ? version : undefined };
  } catch (error) {
    throw databaseError(error, environment);
  } finally {
    reading?.done();
  }
}
