// Whether a database keeps a journal of its changes, for continuous backups. In `local`:
//
//     journal                  {"limit":n,"time":ms,"broken":TEXT,"ends":[…],"shipped":[…]}     absent: nobody keeps one
//     journal␛change␛NUMBER    a commit: see commit.ts; the number is 16 hexadecimal digits, in their order
//
// Which commit it is, the count of changes says (see tracking/state): a snapshot's tracking point names the last that it
// includes. Records that are changed and not counted, or past the door, end the history: so whoever ships the journal sees a gap.

import { commitAt } from "../../records/commit.js";
import { key, under } from "../../records/keys.js";
import type { CountedChanges, Instant, ReadTable, WriteTable } from "../tables.js";

export interface JournalNote {
  /** Bytes that it may grow to. */
  limit: number;
  /** No commit that is added gets an earlier time, whatever the clock says. */
  time: number;
  /** Why nothing is added any more. */
  broken?: string | undefined;
  /** Where the journal of a history ends, the last ones. */
  ends?: readonly JournalEnd[] | undefined;
  /** What each destination has of it; one that isn't named needs none of it. */
  shipped?: readonly Shipped[] | undefined;
}

/** After this change of a history, the first that isn't in the journal came at that time, or later. */
export interface JournalEnd {
  history: string;
  change: number;
  time: number;
}

/** Up to where a destination has a journal. */
export interface Shipped {
  destination: string;
  /** Id of the repository. */
  repository: string;
  history: string;
  change: number;
  /** The number of the last commit that it has, or needn't have. */
  number: number;
  /** Whether a snapshot is there that the deltas go on from. */
  hasBase: boolean;
}

type Noted = { local: ReadTable };
type Noting = { local: WriteTable };

const NOTE_KEY = key("journal");
const CHANGE_RANGE = under("journal", "change");
const DIGITS = 16;
const ENDS_KEPT = 16;

/** Undefined where no journal is kept; one that is damaged is broken. */
export function readJournalNote({ local }: Noted): JournalNote | undefined {
  const found = local.find(NOTE_KEY);
  if (!found) return undefined;
  if (found.isWhole) return JSON.parse(found.value.toString()) as JournalNote;
  return { limit: 0, time: 0, broken: "its note is damaged" };
}

/** Only inside a write transaction. */
export function writeJournalNote({ local }: Noting, note: JournalNote): void {
  local.put(NOTE_KEY, Buffer.from(JSON.stringify(note)));
}

/** Only inside a write transaction. The commits stay: see `clearSome`. */
export function removeJournalNote({ local }: Noting): void {
  local.remove(NOTE_KEY);
}

export const withEnd = ({ ends = [], ...note }: JournalNote, end: JournalEnd): JournalNote => ({
  ...note,
  ends: [...ends, end].slice(-ENDS_KEPT),
});

/**
 * In the transaction that changes records past the door: all up to here is in the journal.
 * @param counted as it was before
 */
export function endHistory(tables: Noting, counted: CountedChanges | undefined): void {
  const note = readJournalNote(tables);
  if (!note || note.broken !== undefined || !counted) return;
  const time = Math.max(Date.now(), timeOf(tables, note));
  const { history, changes: change } = counted;
  writeJournalNote(tables, withEnd({ ...note, time }, { history, change, time }));
}

/** No commit that is in the journal, or was in it, has a later time. */
export function timeOf(tables: Noted, { time }: JournalNote): number {
  const [last] = eachCommit(tables, { reverse: true, limit: 1 });
  return last?.isWhole ? Math.max(time, commitAt(last.value, 0).head.time) : time;
}

/** To which repositories changes of this history are shipped, and of which time the last of them is; undefined: to none. */
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

/** The commits as they were added. */
export const eachCommit = ({ local }: Noted, how: { reverse?: boolean; limit?: number } = {}) =>
  local.findRange({ ...CHANGE_RANGE, ...how });

/** Those that were added after the one of this number. */
export const commitsAfter = ({ local }: Noted, number: number) =>
  local.findRange({ start: commitKey(number + 1), end: CHANGE_RANGE.end });

/** The keys of the first, up to the one of this number. */
export const commitKeys = (
  { local }: Noted,
  { upTo, limit }: { upTo?: number; limit: number },
): Buffer[] => {
  const end = upTo === undefined ? CHANGE_RANGE.end : commitKey(upTo + 1);
  return [...local.keys({ start: CHANGE_RANGE.start, end, limit })].map((found) =>
    Buffer.from(found),
  );
};

export const numberOf = (found: Uint8Array): number =>
  Number.parseInt(Buffer.from(found).subarray(-DIGITS).toString("latin1"), 16);

/** Of the last commit; 0 where there is none. */
export function lastNumber(tables: Noted): number {
  const [last] = eachCommit(tables, { reverse: true, limit: 1 });
  return last ? numberOf(last.key) : 0;
}
