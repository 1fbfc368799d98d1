// Reads which part a restore brings, such as `user=alice` or `stream=web,from=2026-11-28T10:00:00Z,to=2026-11-28T11:00:00Z`, as
// ranges of keys. A user brings the user's tokens, a stream its fields and entries. A stretch of time is `from ≤ time < to`,
// and brings only entries. The stream's configuration and fields that exist stay as they are, and only missing ones come in. So
// an hour can be brought back into a stream that has been configured anew since.

import { FlowgError } from "../platform/errors.js";
import { nearName } from "../platform/messages/near-name.js";
import { type Key, type KeyRange, key, under } from "./keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "./kinds.js";
import { nameProblem } from "./names.js";
import { entriesFrom, printable } from "./records.js";
import { momentOrDay } from "./times.js";

/** What can be selected by its name, and the database that it is in. */
export const SELECTABLE = {
  role: "auth",
  user: "auth",
  transformer: "config",
  pipeline: "config",
  alert: "config",
  stream: "logs",
} as const satisfies Record<string, DatabaseKind>;

export type SelectableKind = keyof typeof SELECTABLE;

export interface Selected {
  kind: SelectableKind;
  name: string;
  /** The times of a stream's entries, milliseconds since 1970: `fromMs ≤ time < toMs`. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

export interface SelectedRange extends KeyRange {
  /** Brings only missing records. Existing ones stay as they are. */
  fillsIn?: true | undefined;
}

export type SelectedRanges = Partial<Record<DatabaseKind, SelectedRange[]>>;

export interface Selection {
  items: Selected[];
  /** Sorted and disjoint. Only of databases in which something is selected. */
  ranges: SelectedRanges;
}

/**
 * Reads what was asked for.
 * @param texts one item each; at least one
 * @throws INPUT_INVALID
 */
export function parseSelection(texts: readonly string[]): Selection {
  const items = texts.map(parseItem);
  const ranges: SelectedRanges = {};
  for (const database of DATABASE_KINDS) {
    const own = items.filter(({ kind }) => SELECTABLE[kind] === database);
    if (own.length > 0) ranges[database] = rangesOf(own);
  }
  return { items, ranges };
}

/** The databases in which something is selected. */
export const selectedDatabases = ({ ranges }: Pick<Selection, "ranges">): DatabaseKind[] =>
  DATABASE_KINDS.filter((kind) => ranges[kind] !== undefined);

/** An item as it could have been typed. */
export function selectedText({ kind, name, fromMs, toMs }: Selected): string {
  const time = (what: string, ms: number | undefined) =>
    ms === undefined ? "" : `,${what}=${new Date(ms).toISOString()}`;
  return `${kind}=${name.replace(/[\\,]/g, "\\$&")}${time("from", fromMs)}${time("to", toMs)}`;
}

/** Whether only a stretch of time of a stream is selected. */
export const isStretch = ({ fromMs, toMs }: Selected): boolean =>
  fromMs !== undefined || toMs !== undefined;

/** The ranges that an item names, without those that only fill in. */
export function mainRanges(item: Selected): KeyRange[] {
  const { kind, name } = item;
  if (kind === "user") return [only(key(kind, name)), under("token", name)];
  if (kind !== "stream") return [only(key(kind, name))];
  if (isStretch(item)) return [stretch(item)];
  return [under("entry", name), under("field", name), only(key(kind, name))];
}

/** The range of one key: no key goes on with a zero byte. */
const only = (one: Key): KeyRange => ({ start: one, end: Buffer.concat([one, Buffer.of(0)]) });

function stretch({ name, fromMs, toMs }: Selected): KeyRange {
  const all = under("entry", name);
  return {
    start: fromMs === undefined ? all.start : entriesFrom(name, fromMs),
    end: toMs === undefined ? all.end : entriesFrom(name, toMs),
  };
}

function rangesOf(items: readonly Selected[]): SelectedRange[] {
  const main = items.flatMap(mainRanges);
  const whole = new Set(items.filter((item) => !isStretch(item)).map(({ name }) => name));
  const parts = new Set(items.filter(isStretch).map(({ name }) => name));
  const filled = [...parts]
    .filter((name) => !whole.has(name))
    .flatMap((name): SelectedRange[] => [
      { ...under("field", name), fillsIn: true },
      { ...only(key("stream", name)), fillsIn: true },
    ]);
  return disjoint([...main, ...filled]);
}

/** Joins ranges that overlap. Those that fill in overlap nothing. */
function disjoint(ranges: readonly SelectedRange[]): SelectedRange[] {
  const sorted = ranges.toSorted((a, b) => a.start.compare(b.start) || a.end.compare(b.end));
  const joined: SelectedRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last === undefined || last.end.compare(range.start) < 0) joined.push({ ...range });
    else if (last.end.compare(range.start) === 0 && (last.fillsIn || range.fillsIn))
      joined.push({ ...range });
    else if (range.end.compare(last.end) > 0) last.end = range.end;
  }
  return joined;
}

const KINDS = Object.keys(SELECTABLE) as SelectableKind[];
const KINDS_TEXT = `${KINDS.slice(0, -1).join(", ")} or ${KINDS.at(-1)}`;
const HINT = `write user=alice, stream=web, or stream=web,from=2026-11-28T10:00:00Z,to=2026-11-28T11:00:00Z; a comma in a name as \\,`;

function parseItem(text: string): Selected {
  const at = text.indexOf("=");
  if (at < 0) throw wrong(text, "it has no =");
  const typed = text.slice(0, at);
  const kind = KINDS.find((one) => one === typed);
  if (kind === undefined) throw wrong(text, unknownKind(typed));
  const [rawName = "", ...options] = splitAtCommas(text.slice(at + 1));
  const name = unescaped(rawName);
  const problem = nameProblem(name);
  if (problem !== undefined) throw wrong(text, `its name ${problem}`);
  const item: Selected = { kind, name };
  for (const option of options) addOption(item, option, text);
  const { fromMs, toMs } = item;
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw wrong(text, "its time ends before it begins");
  return item;
}

function unknownKind(typed: string): string {
  if (typed === "token") return "a token comes with its user: select that";
  const near = nearName(typed, KINDS);
  const question = near === undefined ? `it begins with ${KINDS_TEXT}` : `did you mean ${near}?`;
  return `there is no kind "${printable(typed)}": ${question}`;
}

const TIMES = { from: "fromMs", to: "toMs" } as const;

function addOption(item: Selected, option: string, text: string): void {
  const [, word = "", value = ""] = /^(from|to)=(.*)$/s.exec(option) ?? [];
  if (word !== "from" && word !== "to") {
    const why =
      item.kind === "stream"
        ? `"${printable(option)}" is neither from=TIME nor to=TIME`
        : `"${printable(option)}" comes after a comma`;
    throw wrong(text, `${why}: name each item by itself`);
  }
  if (item.kind !== "stream") throw wrong(text, `only a stream's entries have times`);
  if (item[TIMES[word]] !== undefined) throw wrong(text, `it has ${word}= twice`);
  const ms = momentOrDay(value);
  if (ms === undefined)
    throw wrong(text, `"${printable(value)}" is neither an RFC 3339 time with a zone nor a date`);
  item[TIMES[word]] = Math.max(0, ms);
}

/** Splits at commas that no backslash precedes. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === ",") {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** A backslash before anything else is one of the name, as in `DOMAIN\user`. */
const unescaped = (text: string): string => text.replace(/\\([\\,=])/g, "$1");

const wrong = (text: string, why: string): FlowgError =>
  new FlowgError("INPUT_INVALID", `"${printable(text)}" can't be selected: ${why}`, {
    hint: HINT,
    details: { select: text },
  });
