// What is done with a journal to ship it. All of it only inside a write transaction: so no commit is under way that has its time
// and can't be seen yet.

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
  removeJournalNote,
  type Shipped,
  writeJournalNote,
} from "./note.js";

/** A part of a journal, as it is taken to be shipped. */
export interface TakenJournal {
  /** Whole commits, in their order. */
  commits: { number: number; bytes: Buffer }[];
  /** All commits up to this millisecond are in it, or were taken before. */
  until: number;
  /** Where the changes stand now; the last of the commits is this one, unless there are more. */
  counted: CountedChanges | undefined;
  ends: readonly JournalEnd[];
  more: boolean;
  /** Why it can't be gone on with. */
  broken: string | undefined;
}

/** @param most bytes; one commit is always taken */
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
  // a clock that was set back: the next commit has this time, too
  if (!taken.more) taken.until = Math.max(taken.until, time - 1);
  if (note && !broken && (note.time < now || note.time < time))
    writeJournalNote(changes, { ...note, time: Math.max(note.time, now, time) });
  return taken;
}

/** Which commits a destination has is kept. */
export function noteShipped(changes: Changes, shipped: Shipped): void {
  const note = readJournalNote(changes);
  if (note) writeJournalNote(changes, { ...note, shipped: [...others(note, shipped), shipped] });
}

/** A destination needs nothing more of it. */
export function dropDestination(changes: Changes, destination: string): void {
  const note = readJournalNote(changes);
  if (note) writeJournalNote(changes, { ...note, shipped: others(note, { destination }) });
}

const others = ({ shipped = [] }: JournalNote, { destination }: Pick<Shipped, "destination">) =>
  shipped.filter((one) => one.destination !== destination);

/** So many commits that nobody needs. @returns whether there may be more */
export function clearSome(
  changes: Changes,
  { upTo, most }: { upTo?: number; most: number },
): boolean {
  const limit = { limit: most, ...(upTo === undefined ? {} : { upTo }) };
  const keys = commitKeys(changes, limit);
  for (const key of keys) changes.local.remove(key);
  return keys.length === most;
}

/** A journal is kept from here on, or still is, for these destinations. */
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
 * A destination goes on from here: a snapshot that comes after this has what was before.
 * @param of `number` is that of a commit that was there, and may be gone
 */
export function beginShipping(
  changes: Changes,
  { destination, repository, number: seen }: Pick<Shipped, "destination" | "repository" | "number">,
): Shipped {
  if (!changes.counted) changes.endEpoch();
  const note = readJournalNote(changes) as JournalNote;
  const { history, changes: change } = changes.counted as CountedChanges;
  const number = Math.max(seen, lastNumber(changes));
  const shipped = { destination, repository, history, change, number, hasBase: false };
  writeJournalNote(changes, { ...note, shipped: [...others(note, shipped), shipped] });
  return shipped;
}

/** One to which nothing is added any more begins anew. Whatever is in it, goes: see {@link clearSome}. */
export function renewJournal(changes: Changes): void {
  const note = readJournalNote(changes);
  if (note?.broken === undefined) return;
  const { limit, time } = note;
  clearSome(changes, { most: Number.MAX_SAFE_INTEGER });
  writeJournalNote(changes, { limit, time });
}

/** Nobody keeps one any more. The commits stay: see {@link clearSome}. */
export function endJournal(changes: Changes): void {
  if (readJournalNote(changes)) removeJournalNote(changes);
}
