// What a continuous backup does with a journal to ship it. All of this runs inside a write transaction, in which every commit
// that has its time is also visible.

import { commitAt } from "../../records/commit.js";
import type { Changes } from "../database.js";
import type { CountedChanges } from "../tables.js";
import {
  commitKeys,
  commitsAfter,
  type JournalEnd,
  type JournalNote,
  lastNumber,
  numberOf,
  readJournalNote,
  type Shipped,
  writeJournalNote,
} from "./note.js";

/** A part of a journal that is to be shipped. */
export interface TakenJournal {
  /** Whole commits, in their order. */
  commits: { number: number; bytes: Buffer }[];
  /** The part holds all commits up to this millisecond, or an earlier part did. */
  until: number;
  /** The count of changes now, which is that of the last of these commits, unless there are more. */
  counted: CountedChanges | undefined;
  ends: readonly JournalEnd[];
  more: boolean;
  /** Why the journal takes no more commits. */
  broken: string | undefined;
}

/** @param most bytes to take; the first commit is taken whatever its size */
export function takeJournal(
  changes: Changes,
  { after, most }: { after: number; most: number },
): TakenJournal {
  const note = readJournalNote(changes);
  const broken = note ? note.broken : "none is kept";
  const now = Date.now();
  const taken: TakenJournal = {
    commits: [],
    until: Math.max(now, note?.time ?? 0) - 1,
    counted: changes.counted,
    ends: note?.ends ?? [],
    more: false,
    broken,
  };
  let bytes = 0;
  let time = 0;
  for (const { key, value, isWhole } of commitsAfter(changes, after)) {
    if (!isWhole) return { ...taken, broken: "a commit in it is damaged" };
    const { head } = commitAt(value, 0);
    if (bytes > 0 && bytes + value.length > most) {
      taken.more = true;
      taken.until = head.time - 1;
      break;
    }
    bytes += value.length;
    time = head.time;
    taken.commits.push({ number: numberOf(key), bytes: Buffer.from(value) });
  }
  // the clock was set back: the next commit gets this time, too
  if (!taken.more) taken.until = Math.max(taken.until, time - 1);
  if (note && !broken && (note.time < now || note.time < time))
    writeJournalNote(changes, { ...note, time: Math.max(note.time, now, time) });
  return taken;
}

/** Notes which commits a destination has. */
export function noteShipped(changes: Changes, shipped: Shipped): void {
  const note = readJournalNote(changes);
  if (note) writeJournalNote(changes, { ...note, shipped: [...others(note, shipped), shipped] });
}

/** Removes a destination, which then needs nothing of the journal. */
export function dropDestination(changes: Changes, destination: string): void {
  const note = readJournalNote(changes);
  if (note) writeJournalNote(changes, { ...note, shipped: others(note, { destination }) });
}

const others = ({ shipped = [] }: JournalNote, { destination }: Pick<Shipped, "destination">) =>
  shipped.filter((one) => one.destination !== destination);

/**
 * Removes some of the commits that all destinations have.
 * @returns whether there may be more
 */
export function clearSome(
  changes: Changes,
  { upTo, most }: { upTo?: number; most: number },
): boolean {
  const keys = commitKeys(changes, { upTo, limit: most });
  for (const key of keys) changes.local.remove(key);
  return keys.length === most;
}

/** Keeps a journal for these destinations from here on, or goes on with it. */
export function keepJournal(
  changes: Changes,
  { limit, destinations }: { limit: number; destinations: readonly string[] },
): void {
  if (!changes.counted) changes.endEpoch();
  const note: JournalNote = { time: 0, ...readJournalNote(changes), limit };
  const shipped = (note.shipped ?? []).filter((one) => destinations.includes(one.destination));
  writeJournalNote(changes, { ...note, shipped });
}

/**
 * Has a destination go on from here. The next snapshot covers what was before.
 * @param of its `number` is a commit's that was there, and may be gone
 */
export function beginShipping(
  changes: Changes,
  { destination, repository, number: seen }: Pick<Shipped, "destination" | "repository" | "number">,
): Shipped {
  if (!changes.counted) changes.endEpoch();
  const { history, changes: change } = changes.counted as CountedChanges;
  const number = Math.max(seen, lastNumber(changes));
  const shipped = { destination, repository, history, change, number, hasBase: false };
  noteShipped(changes, shipped);
  return shipped;
}

/** Begins anew a journal that takes no more commits. {@link clearSome} removes its contents. */
export function renewJournal(changes: Changes): void {
  const note = readJournalNote(changes);
  if (note?.broken === undefined) return;
  const { limit, time } = note;
  clearSome(changes, { most: Number.MAX_SAFE_INTEGER });
  writeJournalNote(changes, { limit, time });
}
