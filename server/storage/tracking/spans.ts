// When what part of a stream was written to: spans of time, sorted and apart, each with the last epoch in which
// something in it was written. There are a bounded number of them: those that are joined say more was written than was.

/** From a bucket of time to another, which is not in it any more. */
export interface Span {
  from: number;
  to: number;
  epoch: number;
}

/** Writes one more over what is there. */
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

/** Whether all of it was written in its epoch already. */
export const covers = (spans: readonly Span[], { from, to, epoch }: Span): boolean =>
  spans.some((span) => span.epoch === epoch && span.from <= from && span.to >= to);

/** At most so many, those joined that say the least wrong. */
export function reduced(spans: readonly Span[], most: number, now: number): Span[] {
  const left = [...spans];
  while (left.length > most) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < left.length; i++) {
      const cost = costOf(left[i] as Span, left[i + 1] as Span, now);
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

/** What a backup reads for nothing, by how long ago the one before it was for which it does: longer ago, fewer are. */
function costOf(one: Span, other: Span, now: number): number {
  const older = one.epoch < other.epoch ? one : other;
  const [least, most] = [one.epoch, other.epoch]
    .map((epoch) => Math.max(1, now - epoch + 1))
    .sort((a, b) => a - b) as [number, number];
  const gap = other.from - one.to;
  // nothing was written in the gap, whatever the one before
  return (older.to - older.from) * Math.log2(most / least) + gap * Math.log2(1 + most);
}
