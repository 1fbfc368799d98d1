// Whether a database keeps a journal of its changes, for continuous backups. In `local`:
//
//     journal                  {"limit":n,"time":ms,"broken":TEXT,"ends":[…],"shipped":[…]}     absent: there is none
//     journal␛change␛NUMBER    a commit: see commit.ts; the number is 16 hexadecimal digits, in their order
//
// The count of changes says which commit it is (see tracking/state), and a snapshot's tracking point names the last commit that
// it includes. A change that isn't counted, or goes past the door, ends the history, so a continuous backup notices the gap.

import { commitAt } from "../../records/commit.js";
import { key, under } from "../../records/keys.js";
import type { CountedChanges, Instant, ReadTable, WriteTable } from "../tables.js";

export interface JournalNote {
  /** The journal may grow to this many bytes. */
  limit: number;
  /** The earliest time of the next commit. Times never go back, even where the clock was set back. */
  time: number;
  /** Why the journal takes no more commits. */
  broken?: string | undefined;
  /** The last places where the journal of a history ended. */
  ends?: readonly JournalEnd[] | undefined;
  /** How far each destination has the journal. A destination that isn't named needs none of it. */
  shipped?: readonly Shipped[] | undefined;
}

/** The end of a history's journal: the first change after `change` that the journal misses was made at `time` or later. */
export interface JournalEnd {
  history: string;
  change: number;
  time: number;
}

/** How far a destination has stored a journal. */
export interface Shipped {
  destination: string;
  /** The repository's id. */
  repository: string;
  history: string;
  change: number;
  /** The number of the last commit that the destination has, or doesn't need. */
  number: number;
  /** Whether the repository holds a snapshot that the deltas go on from. */
  hasBase: boolean;
}

type Noted = { local: ReadTable };
type Noting = { local: WriteTable };

const NOTE_KEY = key("journal");
const CHANGE_RANGE = under("journal", "change");
const DIGITS = 16;
const ENDS_KEPT = 16;

/**
 * Reads the note.
 * @returns undefined where the database keeps no journal; a note with `broken` where the stored one is damaged
 */
export function readJournalNote({ local }: Noted): JournalNote | undefined {
  const found = local.find(NOTE_KEY);
  if (!found) return undefined;
  if (found.isWhole) return JSON.parse(found.value.toString()) as JournalNote;
  return { limit: 0, time: 0, broken: "its note is damaged" };
}

/** Writes the note. Only inside a write transaction. */
export function writeJournalNote({ local }: Noting, note: JournalNote): void {
  local.put(NOTE_KEY, Buffer.from(JSON.stringify(note)));
}

/** Ends the journal, only inside a write transaction. Its commits stay: see `clearSome`. */
export function endJournal({ local }: Noting): void {
  local.remove(NOTE_KEY);
}

export const withEnd = ({ ends = [], ...note }: JournalNote, end: JournalEnd): JournalNote => ({
  ...note,
  ends: [...ends, end].slice(-ENDS_KEPT),
});

/**
 * Ends the history in the transaction that changes records past the door. The journal holds all changes before it.
 * @param counted the count before this transaction
 */
export function endHistory(tables: Noting, counted: CountedChanges | undefined): void {
  const note = readJournalNote(tables);
  if (!note || note.broken !== undefined || !counted) return;
  const time = Math.max(Date.now(), timeOf(tables, note));
  const { history, changes: change } = counted;
  writeJournalNote(tables, withEnd({ ...note, time }, { history, change, time }));
}

/** The latest time of all commits that are or were in the journal. */
export function timeOf(tables: Noted, { time }: JournalNote): number {
  const [last] = eachCommit(tables, { reverse: true, limit: 1 });
  return last?.isWhole ? Math.max(time, commitAt(last.value, 0).head.time) : time;
}

/**
 * The repositories to which changes of this history are shipped, and the time of the last change; undefined where there are none.
 */
export function shippedFrom(
  tables: Pick<Instant, "local">,
  history: string,
): { repositories: string[]; time: number } | undefined {
  const note = readJournalNote(tables);
  if (!note || note.broken !== undefined) return undefined;
  const shipped = (note.shipped ?? []).filter((one) => one.history === history);
  if (shipped.length === 0) return undefined;
  const repositories = shipped.map(({ repository }) => repository);
  return { repositories, time: timeOf(tables, note) };
}

export const commitKey = (number: number): Buffer =>
  key("journal", "change", number.toString(16).padStart(DIGITS, "0"));

/** The commits in the order in which they were added. */
export const eachCommit = ({ local }: Noted, how: { reverse?: boolean; limit?: number } = {}) =>
  local.findRange({ ...CHANGE_RANGE, ...how });

/** The commits that were added after the one of this number. */
export const commitsAfter = ({ local }: Noted, number: number) =>
  local.findRange({ start: commitKey(number + 1), end: CHANGE_RANGE.end });

/** The keys of the first commits, up to the one of this number. */
export const commitKeys = (
  { local }: Noted,
  { upTo, limit }: { upTo?: number | undefined; limit: number },
): Buffer[] => {
  const end = upTo === undefined ? CHANGE_RANGE.end : commitKey(upTo + 1);
  return [...local.keys({ start: CHANGE_RANGE.start, end, limit })].map((found) =>
    Buffer.from(found),
  );
};

export const numberOf = (found: Uint8Array): number =>
  Number.parseInt(Buffer.from(found).subarray(-DIGITS).toString("latin1"), 16);

/** The number of the last commit; 0 where the journal has none. */
export function lastNumber(tables: Noted): number {
  const [last] = eachCommit(tables, { reverse: true, limit: 1 });
  return last ? numberOf(last.key) : 0;
}
