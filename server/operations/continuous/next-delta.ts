// Makes the next delta from the commits that were taken from the journals. They must follow the last commit that the
// destination has. Where they don't, it says why deltas can't go on.

import { randomUUID } from "node:crypto";
import { FLOWG_VERSION } from "../../platform/version.js";
import { commitAt } from "../../records/commit.js";
import type { DatabaseKind } from "../../records/kinds.js";
import {
  DELTA_FORMAT,
  DELTA_VERSION,
  type Delta,
  type DeltaPart,
} from "../../repository/deltas/delta.js";
import type { Shipped } from "../../storage/journal/note.js";
import type { TakenJournal } from "../../storage/journal/shipping.js";

/** How far a database's deltas have come in a destination. */
export interface Stand {
  shipped: Shipped;
  /** All commits up to this millisecond are stored. */
  until: number;
  /** The time of the last stored commit. */
  time: number;
}

export interface NextDelta {
  delta: Delta;
  /** Where the databases' deltas stand once this one is stored. */
  stands: ReadonlyMap<DatabaseKind, Stand>;
  commits: number;
  more: boolean;
  /** The databases whose deltas can't go on, and why. */
  gaps: ReadonlyMap<DatabaseKind, string>;
}

/** @param after milliseconds; the delta's time is later */
export function nextDelta(
  taken: ReadonlyMap<DatabaseKind, { found: TakenJournal; stand: Stand }>,
  { host, after }: { host: string; after: number },
): NextDelta {
  const databases: Delta["header"]["databases"] = {};
  const commits: Delta["commits"] = {};
  const stands = new Map<DatabaseKind, Stand>();
  const gaps = new Map<DatabaseKind, string>();
  let latest = after + 1;
  let count = 0;
  let more = false;
  for (const [kind, of] of taken) {
    const next = following(kind, of);
    databases[kind] = next.part;
    commits[kind] = next.bytes;
    stands.set(kind, next.stand);
    if (next.gap !== undefined) gaps.set(kind, next.gap);
    latest = Math.max(latest, next.part.until, next.time);
    count += next.part.commits;
    more ||= next.gap === undefined && of.found.more;
  }
  const header: Delta["header"] = {
    format: DELTA_FORMAT,
    version: DELTA_VERSION,
    id: randomUUID(),
    createdAt: new Date(Math.max(Date.now(), latest)).toISOString(),
    producer: `flowg ${FLOWG_VERSION}`,
    host,
    databases,
  };
  return { delta: { header, commits }, stands, commits: count, more, gaps };
}

/** The commits that follow the last stored one without a gap, and the instant up to which they are complete. */
function following(
  kind: DatabaseKind,
  { found, stand }: { found: TakenJournal; stand: Stand },
): { part: DeltaPart; bytes: Buffer; stand: Stand; time: number; gap: string | undefined } {
  const { history, change: from } = stand.shipped;
  const whole: Buffer[] = [];
  let [to, time, { number }] = [from, 0, stand.shipped];
  for (const { bytes, number: its } of found.commits) {
    const { head } = commitAt(bytes, 0);
    if (head.history !== history || head.change !== to + 1) break;
    [to, time, number] = [head.change, head.time, its];
    whole.push(bytes);
  }
  const isCut = whole.length < found.commits.length;
  const { counted, broken } = found;
  const isAtEnd = counted?.history === history && counted.changes === to;
  const goesOn = !isCut && (found.more || (broken === undefined && isAtEnd));
  // a journal that is known to end after these commits was complete until then
  const end = found.ends.find((one) => one.history === history && one.change === to);
  const until = goesOn ? found.until : Math.max(time, end?.time ?? 0) - 1;
  const bytes = Buffer.concat(whole);
  const after = {
    shipped: { ...stand.shipped, change: to, number },
    until: Math.max(stand.until, until, 0),
    time: Math.max(stand.time, time),
  };
  const part = {
    history,
    from,
    to,
    until: after.until,
    commits: whole.length,
    bytes: bytes.length,
  };
  return { part, bytes, stand: after, time, gap: goesOn ? undefined : gapOf(kind, broken) };
}

const gapOf = (kind: DatabaseKind, broken: string | undefined): string =>
  broken === undefined
    ? `the ${kind} database was restored, or written to past the journal`
    : `of the journal of the ${kind} database: ${broken}`;
