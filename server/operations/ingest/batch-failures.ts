// Makes the error for a batch of logs of which some were refused. It names these logs, why, and what is stored, so that clients
// send nothing twice.

import { type ErrorCode, FlowgError } from "../../platform/errors.js";
import type { BatchPlace, RefusedLog } from "../../records/logs/log-batch.js";
import { nameOfPlace } from "../../records/logs/log-batch.js";

export interface LogFailure extends BatchPlace {
  code: ErrorCode;
  message: string;
  /** How many entries of this log some branches have stored. */
  stored?: number;
}

/** For this many refused logs the error gives the reason, for further ones only the place. */
const MOST_TOLD = 100;

interface Failed extends BatchPlace {
  error: unknown;
  stored: number;
}

/**
 * Puts the logs that were refused at once and those that failed on their way into the order of the batch.
 * @throws a fault of this program
 */
export function refusedOf(refused: readonly RefusedLog[], failed: readonly Failed[]): LogFailure[] {
  const all: LogFailure[] = refused.map((log) => ({ ...log, code: "INPUT_INVALID" }));
  for (const { error, stored, ...place } of failed) {
    if (!(error instanceof FlowgError)) throw error;
    const { code, message } = error;
    all.push({ ...place, code, message, ...(stored > 0 ? { stored } : {}) });
  }
  return all.sort((a, b) => a.index - b.index);
}

/**
 * Makes one error of all refused logs.
 * @param accepted how many logs are stored
 */
export function batchFailure(refused: readonly LogFailure[], accepted: number): FlowgError {
  const [first] = refused;
  const { code = "INPUT_INVALID" } = first ?? {};
  const total = refused.length + accepted;
  const told = first && `${nameOfPlace(first)}: ${first.message}`;
  const isPartly = refused.some(({ stored }) => stored !== undefined);
  const others = isPartly
    ? "some branches stored those with `stored`, and would store them twice; "
    : accepted > 0
      ? "the others are stored: "
      : "";
  return new FlowgError(code, `${refused.length} of ${total} logs were refused; ${told}`, {
    hint: `${others}${accepted > 0 || isPartly ? "send only these again, mended" : "nothing is stored"}`,
    details: { stored: accepted, ...listed(refused) },
  });
}

/** Makes the error for a server that stopped after it had stored a part of the logs. It asks only for the rest again. */
export function stoppedAfter(
  cause: unknown,
  {
    total,
    stored,
    next,
    refused,
  }: { total: number; stored: number; next: BatchPlace; refused: readonly LogFailure[] },
): unknown {
  if (!(cause instanceof FlowgError)) return cause;
  const { retryAfterSeconds: _, ...facts } = cause.details;
  const before = refused.filter(({ index }) => index < next.index);
  const details = { ...facts, stored, total, next: next.index, ...listed(before) };
  return new FlowgError(cause.code, `${cause.message}; ${stored} logs were stored before`, {
    hint: `send only the logs from ${nameOfPlace(next)} on again`,
    details,
    cause,
  });
}

/** Lists the first refused logs with their reasons, and the places of all. */
const listed = (refused: readonly LogFailure[]) => ({
  refused: refused.length,
  logs: refused.slice(0, MOST_TOLD),
  refusedIndexes: refused.map(({ index }) => index),
});
