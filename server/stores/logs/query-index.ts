// Finds entries by value indexes, newest first. The postings of each value are in order of time, so it merges them.

import { damagedRecord } from "../../records/damage.js";
import { entryKeyOfMoment, firstMomentOf, momentOf } from "../../records/logs/entry-key.js";
import { type FieldIndex, indexHead } from "../../records/logs/log-index.js";
import { newestPostings } from "../../storage/derived/postings.js";
import type { Instant } from "../../storage/tables.js";
import type { FoundEntry } from "./query.js";

export interface IndexWalk {
  stream: string;
  /** Gives only entries before this key. */
  after: Buffer | undefined;
  fromMs: number;
  toMs: number;
  ranges: readonly { index: FieldIndex; value: string }[];
}

/** Gives each entry once, even if several values lead to it. */
export function* newestByIndex(instant: Instant, walk: IndexWalk): Generator<FoundEntry> {
  const cursors = walk.ranges.map((range) => momentsOf(instant, walk, range));
  try {
    const heads = cursors.map((cursor) => next(cursor));
    for (let newest = latest(heads); newest; newest = latest(heads)) {
      const key = entryKeyOfMoment(walk.stream, newest);
      for (const [i, head] of heads.entries()) {
        const cursor = cursors[i];
        if (head && cursor && head.equals(newest)) heads[i] = next(cursor);
      }
      const value = instant.records.get(key);
      // index and entries are of one instant, so a posting without an entry is damage
      if (!value) throw damagedRecord("logs", key);
      yield { key, value };
    }
  } finally {
    // an open cursor would keep its read transaction open
    for (const cursor of cursors) cursor.return?.();
  }
}

/** The moments of one value's entries, from the newest on. */
function momentsOf(
  { derived }: Instant,
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
