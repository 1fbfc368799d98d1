// Spans never say less than what was written, however many of them are joined.

import fc from "fast-check";
import { expect, test } from "vitest";
import { covers, overlaid, reduced, type Span } from "../../../server/storage/tracking/spans.js";

const MOST = 8;
const buckets = 200;

const writes = fc.array(
  fc.record({
    from: fc.nat({ max: buckets - 1 }),
    length: fc.integer({ min: 1, max: 30 }),
    /** How much later the epoch is than the last one. */
    later: fc.constantFrom(0, 0, 0, 1, 1, 10, 1_000),
  }),
  { maxLength: 60 },
);

test("tell of each bucket the epoch in which it was written last, or a later one", () => {
  fc.assert(
    fc.property(writes, (all) => {
      const last = new Map<number, number>();
      let spans: Span[] = [];
      let epoch = 1;
      for (const { from, length, later } of all) {
        epoch += later;
        const span = { from, to: from + length, epoch };
        for (let bucket = from; bucket < span.to; bucket++) last.set(bucket, epoch);
        spans = overlaid(spans, span);
        expect(covers(spans, span)).toBe(true);
        expect(exact(spans)).toEqual(exactOf(last));
        const few = reduced(spans, MOST, epoch);
        expect(few.length).toBeLessThanOrEqual(MOST);
        expectApart(few);
        for (const [bucket, written] of last)
          expect(epochOf(few, bucket)).toBeGreaterThanOrEqual(written);
        // as they are kept
        if (all.length % 2 === 0) {
          spans = few;
          for (const one of few)
            for (let bucket = one.from; bucket < one.to; bucket++) last.set(bucket, one.epoch);
        }
      }
    }),
  );
});

test.each([1, 30])(
  "a stream that grows, and loses %i of its oldest entries at a time, keeps what is new apart from what is old",
  (removed) => {
    let spans: Span[] = [];
    const epochs = 1_500;
    const grownFrom = 10 * removed * epochs;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const at = grownFrom + epoch;
      spans = overlaid(spans, { from: at, to: at + 1, epoch });
      for (let n = 0; n < removed; n++) {
        const from = 3 * (epoch * removed + n);
        spans = overlaid(spans, { from, to: from + 1, epoch });
      }
      spans = reduced(spans, 32, epoch);
    }
    for (const age of [1, 6, 60, 360, 1_000]) {
      const grown = spans.filter(({ epoch, to }) => epoch >= epochs - age && to > grownFrom);
      const told = grown.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(told, `${age} epochs`).toBeGreaterThan(age);
      expect(told, `${age} epochs`).toBeLessThanOrEqual(6 * (age + 1));
    }
  },
);

const epochOf = (spans: readonly Span[], bucket: number): number =>
  spans.find(({ from, to }) => bucket >= from && bucket < to)?.epoch ?? 0;

function expectApart(spans: readonly Span[]): void {
  for (const [at, span] of spans.entries()) {
    expect(span.to).toBeGreaterThan(span.from);
    expect(spans[at + 1]?.from ?? span.to).toBeGreaterThanOrEqual(span.to);
  }
}

/** Bucket by bucket. */
function exact(spans: readonly Span[]): [number, number][] {
  expectApart(spans);
  return spans.flatMap(({ from, to, epoch }) =>
    Array.from({ length: to - from }, (_, at): [number, number] => [from + at, epoch]),
  );
}

const exactOf = (last: ReadonlyMap<number, number>): [number, number][] =>
  [...last].sort(([a], [b]) => a - b);
