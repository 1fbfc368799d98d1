// Lists the deltas of the first hour or two after a time. All of a day may be ninety thousand.

import type { Readable } from "../manifest-objects.js";
import { DELTAS, deltaAt, type StoredDelta } from "./delta-path.js";

const HOUR_MS = 60 * 60 * 1000;

/**
 * In the order of their instants: those of the hour that the time is in, and of the next one.
 * @param after RFC 3339
 */
export async function firstDeltasAfter(
  { place, keys }: Readable,
  after: string,
): Promise<StoredDelta[]> {
  const found: StoredDelta[] = [];
  for (const hour of [0, 1]) {
    const at = new Date(Date.parse(after) + hour * HOUR_MS).toISOString();
    // a path begins `deltas/2026-11-28/21-`
    for await (const object of place.list(`${DELTAS}${at.slice(0, 10)}/${at.slice(11, 13)}-`)) {
      const delta = deltaAt(object, { keys });
      if (delta && delta.createdAt > after) found.push(delta);
    }
  }
  return found;
}
