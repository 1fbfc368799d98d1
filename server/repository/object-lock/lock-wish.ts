// The lock that a user wants: for how long a snapshot can't be removed.

import { FlowgError } from "../../platform/errors.js";
import { LOCK_MODES, type LockMode } from "../places/place.js";

export interface LockWish {
  /** How long each snapshot is locked, from when it is stored. */
  periodMs: number;
  mode: LockMode;
}

const SECOND_MS = 1000;
/** The longest period that S3 takes: a hundred years. */
const LONGEST_MS = 36_500 * 24 * 3600 * SECOND_MS;

/**
 * Checks a wish.
 * @param periodMs undefined where the text wasn't a time
 * @param name of the setting, for messages
 * @throws INPUT_INVALID
 */
export function lockWish(periodMs: number | undefined, mode: string, name: string): LockWish {
  if (periodMs === undefined || periodMs < SECOND_MS || periodMs > LONGEST_MS) {
    throw new FlowgError("INPUT_INVALID", `${name} isn't a time from 1s to 36500d`, {
      hint: "write for how long nobody can remove a snapshot: 30d",
    });
  }
  if (!isMode(mode)) {
    throw new FlowgError("INPUT_INVALID", `${name}-mode can't be ${JSON.stringify(mode)}`, {
      hint: "governance: users with a right of its own can end locks; compliance: nobody can",
    });
  }
  return { periodMs, mode };
}

const isMode = (text: string): text is LockMode => LOCK_MODES.includes(text as LockMode);
