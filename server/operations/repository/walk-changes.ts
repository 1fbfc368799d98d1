// Decides which records of a database a backup reads. Where nothing was written since the older snapshot, it keeps that
// snapshot's segments unread. A walk begins where an older segment begins, and ends where its cuts and the older ones meet
// again. So the cuts are those that a walk over everything would make. Pieces of one segment are walked together.

import type { KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SegmentEntry } from "../../repository/manifest.js";
import { type CutSegment, cutSegments } from "../../repository/segments/cut-segments.js";
import type { BlocksOptions, HeldInstant } from "../../storage/held-instant.js";

export interface ChangesToWalk {
  held: HeldInstant;
  kind: DatabaseKind;
  how: BlocksOptions;
  /** The older snapshot's segments. If empty, everything is read. */
  older: readonly SegmentEntry[];
  /** Whether the records of an older segment may have changed, or it can't be used. */
  isUnclear: (index: number) => boolean;
}

/** Gives segments in order of their keys: older ones that are kept, and walked ones. */
export async function* walkChanges(
  changes: ChangesToWalk,
): AsyncGenerator<{ kept: SegmentEntry } | { walked: CutSegment["records"] }> {
  const { older, isUnclear } = changes;
  let at = 0;
  if (older.length === 0) yield* walkFrom(changes, { first: 0, last: 0 });
  const isUnclearIn = (first: number, next: number) => {
    for (let one = first; one < next; one++) if (isUnclear(one)) return true;
    return false;
  };
  while (at < older.length) {
    let next = afterPieces(older, at);
    if (!isUnclearIn(at, next)) {
      while (at < next) yield { kept: older[at++] as SegmentEntry };
      continue;
    }
    while (next < older.length) {
      const following = afterPieces(older, next);
      if (!isUnclearIn(next, following)) break;
      next = following;
    }
    at = yield* walkFrom(changes, { first: at, last: next - 1 });
  }
}

/**
 * Walks the keys of these older segments, and of those after them until the cuts and the older ones meet again.
 * @returns the first older segment that was not walked
 */
async function* walkFrom(
  { held, kind, how, older }: ChangesToWalk,
  { first, last }: { first: number; last: number },
): AsyncGenerator<{ walked: CutSegment["records"] }, number> {
  let start = first === 0 ? undefined : older[first]?.firstKey;
  for (let next = last + 1; ; next = afterPieces(older, next)) {
    const end = older[next]?.firstKey;
    const range = { start: bytesOf(start), end: bytesOf(end) };
    const isAll = start === undefined && end === undefined;
    const blocks = held.blocks(kind, isAll ? how : { ...how, range });
    let unended: CutSegment["records"] | undefined;
    for await (const { records, isCut } of cutSegments(kind, blocks, (memory) =>
      held.recycle(memory),
    )) {
      if (isCut || end === undefined) yield { walked: records };
      else unended = records;
    }
    if (!unended) return next;
    // the last segment goes on into the next older one
    start = unended.facts().firstKey;
    unended.drop();
  }
}

/** The index after the segment, or the pieces of one, that begin there. */
function afterPieces(older: readonly SegmentEntry[], first: number): number {
  let next = first;
  while (next + 1 < older.length && older[next]?.goesOn) next++;
  return next + 1;
}

/**
 * Tells whether a write may have fallen into an older segment, or between it and the next.
 * @param written sorted and disjoint, as the segments are
 */
export function touchedBy(
  older: readonly SegmentEntry[],
  written: readonly KeyRange[],
): (index: number) => boolean {
  const firstKeys = older.map(({ firstKey }) => Buffer.from(firstKey));
  let at = 0;
  const touched = firstKeys.map((firstKey, index) => {
    const from = index === 0 ? NO_KEY : firstKey;
    const to = firstKeys[index + 1];
    while (at < written.length && Buffer.compare((written[at] as KeyRange).end, from) <= 0) at++;
    const range = written[at];
    return range !== undefined && (to === undefined || Buffer.compare(range.start, to) < 0);
  });
  return (index) => touched[index] ?? false;
}

/** The key before all others. */
const NO_KEY = Buffer.alloc(0);

const bytesOf = (key: string | undefined) => (key === undefined ? undefined : Buffer.from(key));
