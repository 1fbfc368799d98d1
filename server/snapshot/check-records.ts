// Whether all records of a raw block may enter a database: part of every verification, so that a restore never
// finds out in the middle. Entries come by the million: those that look as all do are known to be sound by a scan of
// their bytes, five times as fast as parsing them; whatever else there is goes through the rules one by one.

import type { DatabaseKind } from "../database/kinds.js";
import { recordProblem } from "../database/records.js";
import { isEntryKey, streamEnd } from "../logs/entry-key.js";
import { BadgerFault, eachRecord } from "./badger.js";

/** @throws BadgerFault */
export function checkRecords(database: DatabaseKind, block: Uint8Array): void {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  // `entry␛STREAM␛` of an entry that has passed
  let headStart = 0;
  let headEnd = 0;
  eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
    if (
      isKnownEntry(block, { headStart, headEnd, keyStart, keyEnd }) &&
      isPlainEntry(block, valueStart, valueEnd)
    ) {
      return;
    }
    const key = bytes.subarray(keyStart, keyEnd);
    const problem = recordProblem(database, { key, value: bytes.subarray(valueStart, valueEnd) });
    if (problem !== undefined) throw new BadgerFault(`holds a record that ${problem}`, keyStart);
    if (database === "logs" && isEntryKey(key)) {
      headStart = keyStart;
      headEnd = keyStart + streamEnd(key) + 1;
    }
  });
}

const ESC = 0x1b;
/** 20 digits, ESC, 36 characters of UUID */
const TAIL_BYTES = 57;

/** Whether it is the key of an entry of the same stream as one that has passed, with a time and a UUID. */
function isKnownEntry(
  bytes: Uint8Array,
  {
    headStart,
    headEnd,
    keyStart,
    keyEnd,
  }: { headStart: number; headEnd: number; keyStart: number; keyEnd: number },
): boolean {
  const length = headEnd - headStart;
  if (length === 0 || keyEnd - keyStart !== length + TAIL_BYTES) return false;
  for (let i = 0; i < length; i++) if (bytes[keyStart + i] !== bytes[headStart + i]) return false;
  const time = keyStart + length;
  for (let i = 0; i < 20; i++) {
    const digit = (bytes[time + i] as number) - 0x30;
    if (digit < 0 || digit > 9 || (i < 4 && digit !== 0)) return false;
  }
  return bytes[time + 20] === ESC && isUuid(bytes, time + 21);
}

/** 36 characters, lower-case. */
function isUuid(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < 36; i++) {
    const byte = bytes[start + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== 0x2d) return false;
    } else if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) {
      return false;
    }
  }
  return true;
}

const OPENING = Buffer.from('{"timestamp":"');
const MIDDLE = Buffer.from('"fields":{');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;

/** Whether it surely is an entry: JSON as we write it, without an escape in it. If not, it may still be one. */
function isPlainEntry(bytes: Uint8Array, start: number, end: number): boolean {
  let at = plainText(bytes, after(bytes, start, OPENING), end);
  if (bytes[at] !== COMMA) return false;
  at = after(bytes, at + 1, MIDDLE);
  if (at < 0) return false;
  if (bytes[at] === CLOSE) return at + 2 === end && bytes[at + 1] === CLOSE;
  for (;;) {
    if (bytes[at] !== QUOTE) return false;
    at = plainText(bytes, at + 1, end);
    if (bytes[at] !== COLON || bytes[at + 1] !== QUOTE) return false;
    at = plainText(bytes, at + 2, end);
    if (bytes[at] === CLOSE) return at + 2 === end && bytes[at + 1] === CLOSE;
    if (bytes[at] !== COMMA) return false;
    at++;
  }
}

/** The position after a JSON string whose first character is at `at`; -1 if it holds an escape or doesn't end. */
function plainText(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH || byte < 0x20) return -1;
  }
  return -1;
}

/** The position after `text`, or -1 if that doesn't stand at `at`. */
function after(bytes: Uint8Array, at: number, text: Uint8Array): number {
  for (let i = 0; i < text.byteLength; i++) if (bytes[at + i] !== text[i]) return -1;
  return at + text.byteLength;
}
