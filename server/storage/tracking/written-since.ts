// Where records may differ between an instant and an earlier one: everywhere else they are the same.

import type { KeyRange } from "../../records/keys.js";
import type { TrackingPoint } from "../../records/tracking-point.js";
import { goneWith, listPurges } from "../notes/unfinished-work.js";
import { isBefore, pointOf, readState, type Tracked } from "./state.js";
import { trackedSince } from "./tracked-parts.js";

/**
 * @param then where it stood at the earlier instant, by {@link pointOf}
 * @returns ranges of keys, sorted and apart; undefined where it can't be told
 */
export function writtenSince(tables: Tracked, then: TrackingPoint): KeyRange[] | undefined {
  const now = pointOf(tables);
  const state = readState(tables);
  if (!now || !state || !isBefore(tables, then, now) || then.epoch <= state.floor) return undefined;
  // what the earlier epoch wrote may have been after the earlier instant
  const tracked = then.version === now.version ? [] : trackedSince(tables, then.epoch);
  return tracked && joined([...tracked, ...purged(tables)]);
}

/** What is gone though still there, for good: without a change of a record. */
function purged(tables: Tracked): KeyRange[] {
  return [...listPurges(tables)].flatMap(([stream, purge]) => goneWith(stream, purge));
}

function joined(ranges: KeyRange[]): KeyRange[] {
  const apart: KeyRange[] = [];
  for (const { start, end } of ranges.sort((a, b) => Buffer.compare(a.start, b.start))) {
    const last = apart.at(-1);
    if (!last || Buffer.compare(last.end, start) < 0) apart.push({ start, end });
    else if (Buffer.compare(last.end, end) < 0) last.end = end;
  }
  return apart;
}
