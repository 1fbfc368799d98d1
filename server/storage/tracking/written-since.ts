// Finds where records may differ between an instant and an earlier one. Everywhere else they are the same.

import type { KeyRange } from "../../records/keys.js";
import type { TrackingPoint } from "../../records/tracking-point.js";
import { goneWith, listPurges } from "../notes/unfinished-work.js";
import { isBefore, pointOf, readState, type Tracked } from "./state.js";
import { trackedSince } from "./tracked-parts.js";

/**
 * @param then the {@link pointOf} the earlier instant
 * @returns ranges of keys, sorted and disjoint; undefined where that can't be known
 */
export function writtenSince(tables: Tracked, then: TrackingPoint): KeyRange[] | undefined {
  const now = pointOf(tables);
  const state = readState(tables);
  if (!now || !state || !isBefore(tables, then, now) || then.epoch <= state.floor) return undefined;
  // writes of the earlier instant's epoch may have come after that instant
  const tracked = then.version === now.version ? [] : trackedSince(tables, then.epoch);
  return tracked && joined([...tracked, ...purged(tables)]);
}

/** The ranges of purges, whose records went without a change of each record. */
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
