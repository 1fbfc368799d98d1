// The entries that value indexes point to, newest first: each value's keys lie in order of time, so they are merged.

import type { Database } from "../database/open.js";
import { type FieldIndex, indexRange } from "./derived.js";
import { entryKeyOfMoment, MOMENT_BYTES, writeMoment } from "./entry-key.js";
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
  const cursors = walk.ranges.map((range) => keysOf(database, walk, range));
  try {
    const heads = cursors.map((cursor) => next(cursor));
    for (let newest = latest(heads); newest; newest = latest(heads)) {
      const key = entryKeyOfMoment(walk.stream, newest);
      for (const [i, head] of heads.entries()) {
        const cursor = cursors[i];
        if (head && cursor && compareMoments(head, newest) === 0) heads[i] = next(cursor);
      }
      const value = walk.after?.equals(key) ? undefined : database.records.get(key);
      if (value) yield { key, value };
    }
  } finally {
    // a cursor that is left open would pin its read transaction
    for (const cursor of cursors) cursor.return?.();
  }
}

/** Index keys of one value from the newest on. */
function keysOf(
  { derived }: Database,
  { after, fromMs, toMs }: IndexWalk,
  { index, value }: { index: FieldIndex; value: string },
): Iterator<Buffer> {
  const { start: oldest, end: newest } = indexRange(index, value, { fromMs, toMs });
  let start = newest;
  if (after) {
    start = Buffer.concat([newest.subarray(0, -8), Buffer.alloc(MOMENT_BYTES)]);
    writeMoment(after, start, start.length - MOMENT_BYTES);
  }
  const keys = derived.getKeys({ start, end: oldest, reverse: true });
  return keys[Symbol.iterator]() as Iterator<Buffer>;
}

function next(cursor: Iterator<Buffer>): Buffer | undefined {
  const { done, value } = cursor.next();
  return done ? undefined : value;
}

function latest(heads: readonly (Buffer | undefined)[]): Buffer | undefined {
  let best: Buffer | undefined;
  for (const head of heads) {
    if (head && (!best || compareMoments(head, best) > 0)) best = head;
  }
  return best;
}

const compareMoments = (a: Buffer, b: Buffer): number =>
  a.compare(b, b.length - MOMENT_BYTES, b.length, a.length - MOMENT_BYTES, a.length);
