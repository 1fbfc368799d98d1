// Makes one error of all branches that failed. It names each, and says how many entries were stored all the same.

import { FlowgError } from "../../platform/errors.js";
import type { Failure } from "./walk-plan.js";

/** The details name this many branches, and count the others. */
const MOST_TOLD = 20;
const MOST_IN_MESSAGE = 3;

/** @param stored how many entries other branches have put on the disk */
export function failureOf(failures: readonly Failure[], stored: number): unknown {
  const [first] = failures;
  // a fault of the program stays what it is
  const fault = failures.find(({ error }) => !(error instanceof FlowgError));
  if (fault) return fault.error;
  const errors = failures.map(({ error }) => error as FlowgError);
  const error = first?.error as FlowgError;
  const told = [...new Set(errors.map(({ message }) => message))];
  const others = told.length > MOST_IN_MESSAGE ? `; and ${told.length - MOST_IN_MESSAGE} more` : "";
  const branches = failures.slice(0, MOST_TOLD).map(({ at, error }) => {
    const { code, message } = error as FlowgError;
    return { ...at, code, message };
  });
  // no `retryAfterSeconds` once something is stored: the SDK would send the log again by itself, and store it twice
  const { retryAfterSeconds, ...facts } = error.details;
  const again = stored === 0 && retryAfterSeconds !== undefined ? { retryAfterSeconds } : {};
  return new FlowgError(error.code, told.slice(0, MOST_IN_MESSAGE).join("; ") + others, {
    hint:
      stored > 0
        ? "other branches stored the log, and would store it twice if it were sent again"
        : error.hint,
    details: { ...facts, ...again, stored, failed: failures.length, branches },
    cause: error,
  });
}
