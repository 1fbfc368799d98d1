// The entries that value indexes point to, newest first: each value's postings are in order of time, so they are merged.

import { damagedRecord } from "../database/damage.js";
import type { Database } from "../database/open.js";
import { type FieldIndex, indexHead } from "./derived.js";
import { entryKeyOfMoment, firstMomentOf, momentOf } from "./entry-key.js";
import { newestPostings } from "./postings.js";
import type { FoundEntry } from "./query.js";

export interface IndexWalk {
  stream: string;
  /** Entries before this key only. */
  after: Buffer | undefined;
  fromMs: number;
  toMs: number;
  ranges: readonly { index: FieldIndex; value: string }[];
}

/** Each entry once, also if several values lead to it. */
export function* newestByIndex(database: Database, walk: IndexWalk): Generator<FoundEntry> {
  const cursors = walk.ranges.map((range) => momentsOf(database, walk, range));
  try {
    const heads = cursors.map((cursor) => next(cursor));
    for (let newest = latest(heads); newest; newest = latest(heads)) {
      const key = entryKeyOfMoment(walk.stream, newest);
      for (const [i, head] of heads.entries()) {
        const cursor = cursors[i];
        if (head && cursor && head.equals(newest)) heads[i] = next(cursor);
      }
      const value = database.records.get(key);
      // both are of one instant, and who removes an entry removes its postings, or has their index made anew
      if (!value) throw damagedRecord(database.kind, key);
      yield { key, value };
    }
  } finally {
    // a cursor that is left open would pin its read transaction
    for (const cursor of cursors) cursor.return?.();
  }
}

/** The moments of one value's entries, from the newest on. */
function momentsOf(
  { derived }: Database,
  { after, fromMs, toMs }: IndexWalk,
  { index, value }: { index: FieldIndex; value: string },
): Iterator<Buffer> {
  return newestPostings(derived, indexHead(index, value), {
    from: firstMomentOf(fromMs),
    before: after ? momentOf(after) : firstMomentOf(toMs),
  });
}

function next(cursor: Iterator<Buffer>): Buffer | undefined {
  const { done, value } = cursor.next();
  return done ? undefined : value;
}

function latest(heads: readonly (Buffer | undefined)[]): Buffer | undefined {
  let best: Buffer | undefined;
  for (const head of heads) {
    if (head && (!best || head.compare(best) > 0)) best = head;
  }
  return best;
}
