// The flags for locks on objects in buckets.

import { durationMs } from "../server/jobs/duration.js";
import { type LockWish, lockWish } from "../server/repository/object-lock/lock-wish.js";
import { CliError } from "./failure.js";

export const objectLockFlags = {
  "object-lock": {
    type: "string",
    description:
      "for how long nobody can remove what is stored: 30d; for buckets that have object lock",
    valueHint: "TIME",
    env: "FLOWG_OBJECT_LOCK",
  },
  "object-lock-mode": {
    type: "string",
    description:
      "governance, which users with a special right can end, or compliance, which nobody can end; " +
      "governance unless given",
    valueHint: "MODE",
    env: "FLOWG_OBJECT_LOCK_MODE",
    completes: { words: ["governance", "compliance"] },
  },
} as const;

/**
 * The locks that the flags ask for.
 * @throws USAGE, INPUT_INVALID
 */
export function objectLockWish(args: {
  "object-lock"?: string | undefined;
  "object-lock-mode"?: string | undefined;
}): LockWish | undefined {
  const { "object-lock": period, "object-lock-mode": mode } = args;
  if (period !== undefined)
    return lockWish(durationMs(period), mode ?? "governance", "--object-lock");
  if (mode === undefined) return undefined;
  throw new CliError(
    "USAGE",
    "--object-lock-mode is given, but not --object-lock",
    "say for how long: --object-lock 30d",
  );
}
