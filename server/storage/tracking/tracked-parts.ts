// Notes in which epoch each part of the records was last written to. In `local`:
//
//     written␛KIND                   n                           any record of a kind
//     written␛entry␛STREAM           [from,to,n,from,to,n,…]     entries of a stream, by buckets of their time
//
// A part without a note was not written since `floor` (see state).

import { beginsWith, type KeyRange, key, keyHead, segments, under } from "../../records/keys.js";
import { isEntryKey, streamEnd } from "../../records/logs/entry-key.js";
import { entriesFrom } from "../../records/records.js";
import type { Instant, SideTables } from "../tables.js";
import { covers, overlaid, reduced, type Span } from "./spans.js";

/** The length of a bucket, which is also an epoch's. Times of one bucket differ only in their last digits. */
const BUCKET_MS = 10_000;
const BUCKET_DIGITS = 4;
const TIME_DIGITS = 20;
/** The last bucket holds all later times, because numbers beyond 2^53 aren't exact. */
const LAST_BUCKET = Math.floor(2 ** 53 / BUCKET_MS) - 1;
/** The most spans of a stream. A stream that only grows has one span for each doubling of their age. */
const SPANS_MAX = 32;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

type Tables = Pick<SideTables, "local">;

/** All keys that begin with `written␛`. */
export const TRACKED = under("written");
const kindKey = (kind: string) => key("written", kind);
const streamKey = (stream: string) => key("written", "entry", stream);

/** What all keys in an entry's bucket begin with. */
export const bucketHead = (entryKey: Uint8Array): Buffer =>
  Buffer.from(entryKey.subarray(0, streamEnd(entryKey) + 1 + TIME_DIGITS - BUCKET_DIGITS));

/** The same as a text, for a set of buckets; undefined for a key that is in no bucket. */
export function bucketName(key: Uint8Array): string | undefined {
  if (!isEntryKey(key)) return undefined;
  const end = streamEnd(key) + 1 + TIME_DIGITS;
  for (let i = end - TIME_DIGITS; i < end; i++) if (!isDigit(key[i] as number)) return undefined;
  const bytes = Buffer.isBuffer(key) ? key : Buffer.from(key.buffer, key.byteOffset, key.length);
  return bytes.toString("latin1", 0, end - BUCKET_DIGITS);
}

/** Whether an entry is in the bucket whose keys begin with `head`. @param key as long as theirs */
export function isOfBucket(key: Uint8Array, head: Uint8Array): boolean {
  if (!beginsWith(key, 0, head)) return false;
  for (let i = head.length; i < head.length + BUCKET_DIGITS; i++)
    if (!isDigit(key[i] as number)) return false;
  return true;
}

/** The bucket of an entry's time; undefined where its key has none. */
export function bucketOf(entryKey: Uint8Array): number | undefined {
  if (!isEntryKey(entryKey)) return undefined;
  const end = streamEnd(entryKey);
  let ms = 0;
  for (let i = end + 1; i <= end + TIME_DIGITS; i++) {
    const code = entryKey[i] as number;
    if (!isDigit(code)) return undefined;
    ms = ms * 10 + code - 0x30;
  }
  return Math.min(Math.floor(ms / BUCKET_MS), LAST_BUCKET);
}

/** Only inside a write transaction. */
export function trackKind({ local }: Tables, kind: string, epoch: number): void {
  const value = Buffer.from(String(epoch));
  if (!local.find(kindKey(kind))?.value.equals(value)) local.put(kindKey(kind), value);
}

/** Only inside a write transaction. @param written the spans of this epoch @returns the kept spans */
export function trackStream(
  { local }: Tables,
  stream: string,
  { written, epoch }: { written: readonly Span[]; epoch: number },
): Span[] {
  const part = streamKey(stream);
  const found = local.find(part);
  // a damaged note tells nothing, so all of the stream counts as written
  const all = { from: 0, to: LAST_BUCKET + 1, epoch };
  const before = !found ? [] : found.isWhole ? decode(found.value) : [all];
  if (found?.isWhole && written.every((span) => covers(before, span))) return before;
  const after = reduced(written.reduce(overlaid, before), SPANS_MAX, epoch);
  local.put(part, encode(after));
  return after;
}

/**
 * Finds the parts that were written in an epoch or a later one.
 * @returns undefined where one of them is damaged
 */
export function trackedSince(
  { local }: Pick<Instant, "local">,
  epoch: number,
): KeyRange[] | undefined {
  const ranges: KeyRange[] = [];
  for (const found of local.findRange(TRACKED)) {
    if (!found.isWhole) return undefined;
    if (isList(found.value) && !isSince(found.value, epoch)) continue;
    const [, kind = "", stream] = segments(found.key);
    if (stream === undefined) {
      if (Number(found.value.toString()) >= epoch) ranges.push(rangeOfKind(kind));
      continue;
    }
    for (const span of decode(found.value))
      if (span.epoch >= epoch) ranges.push(rangeOfSpan(stream, span));
  }
  return ranges;
}

const isList = (value: Buffer): boolean => value[0] === 0x5b;

/**
 * Whether an encoded span is of that epoch or a later one. With many streams most are older, and decoding them all takes long.
 */
function isSince(value: Buffer, epoch: number): boolean {
  let number = 0;
  let count = 0;
  for (let at = 1; at < value.length; at++) {
    const code = value[at] as number;
    if (isDigit(code)) {
      number = number * 10 + code - 0x30;
      continue;
    }
    if (++count % 3 === 0 && number >= epoch) return true;
    number = 0;
  }
  return false;
}

/** The last epoch in a part's note. */
export function lastEpoch(part: Uint8Array, value: Buffer): number {
  if (segments(part).length === 2) return Number(value.toString());
  return Math.max(...decode(value).map(({ epoch }) => epoch));
}

/** All keys that begin with the kind. */
const rangeOfKind = (kind: string): KeyRange => ({ start: key(kind), end: under(kind).end });

const rangeOfSpan = (stream: string, { from, to }: Span): KeyRange => ({
  start: from === 0 ? keyHead("entry", stream) : entriesFrom(stream, from * BUCKET_MS),
  end: to > LAST_BUCKET ? under("entry", stream).end : entriesFrom(stream, to * BUCKET_MS),
});

const encode = (spans: readonly Span[]): Buffer =>
  Buffer.from(JSON.stringify(spans.flatMap(({ from, to, epoch }) => [from, to, epoch])));

function decode(value: Buffer): Span[] {
  const numbers = JSON.parse(value.toString()) as number[];
  const spans: Span[] = [];
  for (let i = 0; i < numbers.length; i += 3) {
    const [from, to, epoch] = numbers.slice(i, i + 3) as [number, number, number];
    spans.push({ from, to, epoch });
  }
  return spans;
}
