// Notes when which part of a stream was written to. It keeps spans of time, sorted and disjoint, each with the last epoch in
// which something in it was written. Their number is bounded: spans are joined, and a joined span says that more was written
// than was.

/** A span from one bucket of time up to another, which is outside of it. */
export interface Span {
  from: number;
  to: number;
  epoch: number;
}

/** Lays one more span over those that are there. */
export function overlaid(spans: readonly Span[], over: Span): Span[] {
  const around: Span[] = [];
  let { from, to } = over;
  for (const span of spans) {
    if (span.epoch === over.epoch && span.from <= to && span.to >= from) {
      from = Math.min(from, span.from);
      to = Math.max(to, span.to);
      continue;
    }
    if (span.from < from) around.push({ ...span, to: Math.min(span.to, from) });
    if (span.to > to) around.push({ ...span, from: Math.max(span.from, to) });
  }
  return [...around, { from, to, epoch: over.epoch }].sort((a, b) => a.from - b.from);
}

/** Whether the spans already say that all of it was written in its epoch. */
export const covers = (spans: readonly Span[], { from, to, epoch }: Span): boolean =>
  spans.some((span) => span.epoch === epoch && span.from <= from && span.to >= to);

/** Reduces spans to at most `most`. It joins those whose union adds the least that wasn't written. */
export function reduced(spans: readonly Span[], most: number, now: number): Span[] {
  if (spans.length <= most) return [...spans];
  const left = [...spans];
  const costOf = costs(spans, now);
  while (left.length > most) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < left.length; i++) {
      const cost = costOf(left[i] as Span, left[i + 1] as Span);
      if (cost >= least) continue;
      least = cost;
      best = i;
    }
    const [one, other] = left.slice(best, best + 2) as [Span, Span];
    const epoch = Math.max(one.epoch, other.epoch);
    left.splice(best, 2, { from: one.from, to: other.to, epoch });
  }
  return left;
}

/**
 * Gives the cost of joining two spans: how many records backups then read for nothing, as a share of the records they read
 * anyway, which are all that were written since. So recent spans stay apart, and old ones are joined.
 */
function costs(spans: readonly Span[], now: number): (one: Span, other: Span) => number {
  const since = new Map<number, number>();
  let written = 0;
  for (const { from, to, epoch } of [...spans].sort((a, b) => b.epoch - a.epoch)) {
    written += to - from;
    since.set(epoch, written);
  }
  return (one, other) => {
    const older = one.epoch < other.epoch ? one : other;
    const newer = older === one ? other : one;
    const [least, most] = [newer, older].map(({ epoch }) => Math.max(1, now - epoch + 1)) as [
      number,
      number,
    ];
    const gap = other.from - one.to;
    const more = (older.to - older.from) * Math.log2(most / least) + gap * GAP_WEIGHT;
    return more / (since.get(newer.epoch) ?? 1);
  };
}

/** A gap counts more than a span of an older epoch, because nothing was written in it for any backup. */
const GAP_WEIGHT = 4;
