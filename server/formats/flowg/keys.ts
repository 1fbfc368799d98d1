// Reads FlowG's keys. Up to 0.60 segments are joined by `:`, which names may hold, too. From 0.61 on ESC joins them, and the
// upgrade replaced every `:` in older keys, even inside names. FlowG lets any bytes into names, so they are Latin-1 texts here,
// with one character for each byte.

import { beginsWith } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";

/**
 * How sure a key's reading is. Of two keys for one thing, the one with the higher rank wins. 0: joined by `:`. 1: joined by
 * ESC, with a `:` of a name replaced. 2: joined by ESC, as it was written.
 */
export type Rank = 0 | 1 | 2;

const COLON = 0x3a;
const ESC = 0x1b;

const WORDS: Record<string, DatabaseKind | "marker"> = {
  role: "auth",
  user: "auth",
  pat: "auth",
  provider: "auth",
  entry: "logs",
  stream: "logs",
  transformer: "config",
  pipeline: "config",
  forwarder: "config",
  // only in an archive from before 0.28
  alert: "config",
  system: "config",
  __meta__: "marker",
};

export interface FlowgKey {
  /** The first segment. */
  word: string;
  separator: ":" | "\x1b";
  /** The other segments, cut at every separator. */
  segments: string[];
}

/** Finds the end of the first segment; undefined without a separator in the first bytes. */
function firstEnd(key: Buffer): number | undefined {
  const reach = Math.min(key.length, 16);
  for (let i = 0; i < reach; i++) if (key[i] === COLON || key[i] === ESC) return i;
  return undefined;
}

/** The first segment; all of a key that has no other. */
export function firstWord(key: Buffer): string {
  return key.toString("latin1", 0, firstEnd(key) ?? key.length);
}

export function parseKey(key: Buffer): FlowgKey {
  const end = firstEnd(key) ?? key.length;
  const separator = key[end] === ESC ? "\x1b" : ":";
  return {
    word: key.toString("latin1", 0, end),
    separator,
    segments: key.toString("latin1", end + 1).split(separator),
  };
}

/** The database that a key belongs to, or `marker` for FlowG's own mark; undefined for a key that isn't FlowG's. */
export function databaseOf(key: Buffer): DatabaseKind | "marker" | undefined {
  const end = firstEnd(key);
  if (end === undefined) return undefined;
  const word = key.toString("latin1", 0, end);
  if (word !== "index") return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  // a stream may be called "role": look for the entry's key at the end first
  if (endsInEntry(key)) return "logs";
  return /^index[:\x1b](?:role|user|pat)[:\x1b]/.test(key.toString("latin1", 0, 16))
    ? "auth"
    : undefined;
}

/** Whether the key uses the separator of FlowG 0.61 and later. */
export function hasEscape(key: Buffer): boolean {
  const end = firstEnd(key);
  return end !== undefined && key[end] === ESC;
}

/** Words of our keys that FlowG never had. */
const OUR_WORDS: ReadonlySet<string> = new Set(["token", "field"]);
/** FlowG has keys of roles and users, too, but no values like these. */
const OUR_VALUES = new Map([
  ["role", '{"scopes":'],
  ["user", '{"passwordHash":'],
]);

/** Whether a key is from one of our own snapshots. Keys of our config database look like FlowG's. */
export function isOurs(key: Buffer, value: Buffer): boolean {
  if (!hasEscape(key)) return false;
  const word = firstWord(key);
  const begin = OUR_VALUES.get(word);
  return (
    OUR_WORDS.has(word) ||
    (begin !== undefined && value.toString("latin1", 0, begin.length) === begin)
  );
}

/** A reading of segments: the first `taken` ones are a name. */
export interface Reading {
  name: string;
  rank: Rank;
  tail: string[];
}

/** The name that the first `taken` segments make. */
export function readName({ separator, segments }: FlowgKey, taken: number): Reading {
  return {
    name: segments.slice(0, taken).join(":"),
    rank: separator === ":" ? 0 : taken === 1 ? 2 : 1,
    tail: segments.slice(taken),
  };
}

const UUID_BYTES = 36;
const ENTRY = Buffer.from("entry");
const ENTRY_BYTES = ENTRY.length;

/** The places of the parts of an entry's key. Views would take too long: there are millions of such keys. */
export interface EntryKey {
  /** Where the stream's name begins and ends, in bytes. A `:` in it may stand as ESC where the rank is 1. */
  streamStart: number;
  streamEnd: number;
  /** Where the tail begins: the time of 20 digits, the separator, the UUID. */
  tailStart: number;
  rank: Rank;
}

/** The length of the tail of an entry's key, and the place of the separator in it. */
export const TAIL_BYTES = 57;
export const TAIL_SEPARATOR = 20;

/** Reads an entry's key from its fixed end; undefined for other keys. */
export function parseEntryKey(key: Buffer): EntryKey | undefined {
  const separator = key[ENTRY_BYTES] as number;
  const streamStart = ENTRY_BYTES + 1;
  const streamEnd = key.length - TAIL_BYTES - 1;
  if (streamEnd < streamStart || !beginsWith(key, 0, ENTRY)) return undefined;
  if ((separator !== COLON && separator !== ESC) || !hasEntryTail(key, separator)) return undefined;
  const isReplaced = separator === ESC && key.indexOf(ESC, streamStart) < streamEnd;
  const rank = separator === COLON ? 0 : isReplaced ? 1 : 2;
  return { streamStart, streamEnd, tailStart: streamEnd + 1, rank };
}

/** A stream's name as FlowG showed it, with the `:` that the change of separators replaced. */
export function streamName(key: Buffer, { streamStart, streamEnd, rank }: EntryKey): string {
  const name = key.toString("latin1", streamStart, streamEnd);
  return rank === 1 ? name.replaceAll("\x1b", ":") : name;
}

const INDEX = Buffer.from("index");

/** Whether this is a key of the logs' value indexes. */
export function isValueIndex(key: Buffer): boolean {
  const separator = key[INDEX.length];
  return (
    (separator === COLON || separator === ESC) &&
    beginsWith(key, 0, INDEX) &&
    hasEntryTail(key, separator)
  );
}

/** Whether the key ends in an entry's own key, as a value index's does. */
function endsInEntry(key: Buffer): boolean {
  return hasEntryTail(key, key["index".length] as number);
}

/** Whether the key ends in separator, 20 digits, separator, UUID. */
function hasEntryTail(key: Buffer, separator: number): boolean {
  const start = key.length - TAIL_BYTES;
  if (start < 1 || key[start - 1] !== separator || key[start + TAIL_SEPARATOR] !== separator) {
    return false;
  }
  for (let i = start; i < start + TAIL_SEPARATOR; i++) {
    const digit = key[i] as number;
    // the first four of a time before the year 318,857 are zeros
    if (digit < 0x30 || digit > (i < start + 4 ? 0x30 : 0x39)) return false;
  }
  return isUuid(key, start + TAIL_SEPARATOR + 1);
}

function isUuid(key: Buffer, start: number): boolean {
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = key[start + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== 0x2d) return false;
    } else if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) return false;
  }
  return true;
}
