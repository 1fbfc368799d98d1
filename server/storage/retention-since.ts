// Finds entries that a restore wrote, and that the stream's limits have removed since. An undo must not take that for
// somebody's change, nor bring back entries that the limits would remove again.

import type { StreamRecord } from "../records/records.js";
import { expiry } from "./stream-record.js";

/** A stream's limits between a restore and its undo. */
export interface LimitsSince {
  /** The limits now; undefined where the stream is gone. */
  now: StreamRecord | undefined;
  /** The limits once the undo is done. */
  later: StreamRecord | undefined;
  nowMs: number;
}

/**
 * Decides what becomes of an entry that a restore wrote and that isn't there any more.
 * @param entry `isOldest` says whether it is older than all entries that the stream has now
 * @returns undefined where no limit can have removed it
 */
export function removedByLimits(
  { ms, isOldest }: { ms: number; isOldest: boolean },
  { now, later, nowMs }: LimitsSince,
): "comes back" | "stays away" | undefined {
  if (!now || !isOldest) return undefined;
  const hasExpired = ms < expiry(now, nowMs);
  if (!hasExpired && now.size <= 0) return undefined;
  if (ms < expiry(later, nowMs)) return "stays away";
  const isAsSmall = later !== undefined && later.size > 0 && later.size <= now.size;
  return !hasExpired && isAsSmall ? "stays away" : "comes back";
}

/** Whether limits remove more than others would. */
export const areTighter = (limits: StreamRecord, others: StreamRecord): boolean =>
  isLess(limits.ttl, others.ttl) || isLess(limits.size, others.size);

/** Compares two limits. 0 means no limit. */
const isLess = (limit: number, other: number): boolean =>
  limit > 0 && (other <= 0 || limit < other);
