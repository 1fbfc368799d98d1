// Recognizes plain log entries, as nearly all are: JSON as `encodeValue` writes it, under a key with a time and a UUID. The
// parser judges all others.

import { arePlainMembers } from "./members";
import { fields, values } from "./memory";
import { commonBytes, hasEscape, isAscii, QUOTE, textEnd } from "./text";

const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const CLOSE: u8 = 0x7d;

/** The part of a key after `entry␛STREAM␛`: 20 digits, `␛`, 36 characters of UUID. */
export const TAIL_BYTES: usize = 57;

/** Whether a time below 10^16 milliseconds and a lower-case UUID stand here, as in the key of an entry. */
export function isEntryTail(at: usize): bool {
  if (load<u32>(at) !== 0x30303030) return false;
  // which of the bytes from 0, 16, 32 and 41 on are digits or, in a UUID, hex digits; and which are the signs between them
  const time = v128.load(at);
  if (i8x16.bitmask(digits(time)) !== 0xffff) return false;
  const second = v128.load(at, 16);
  if (((i8x16.bitmask(digits(second)) & 0x000f) | (hexBits(second) & 0xdfe0)) !== 0xdfef)
    return false;
  if (load<u8>(at, 20) !== 0x1b || load<u8>(at, 29) !== 0x2d) return false;
  const third = v128.load(at, 32);
  if ((hexBits(third) & 0xef7b) !== 0xef7b) return false;
  if (load<u8>(at, 34) !== 0x2d || load<u8>(at, 39) !== 0x2d || load<u8>(at, 44) !== 0x2d)
    return false;
  return (hexBits(v128.load(at, 41)) & 0xfff7) === 0xfff7;
}

function digits(bytes: v128): v128 {
  return i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9));
}

function hexBits(bytes: v128): i32 {
  const letters = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x61)), i8x16.splat(5));
  return i8x16.bitmask(v128.or(digits(bytes), letters));
}

/** Whether it surely is an entry. If not, it may still be one in another form of JSON. */
export function isPlainEntry(start: usize, end: usize): bool {
  const at = membersStart(start, end);
  if (at === 0) return false;
  // }}
  const isClosed = at + 2 <= end && load<u16>(end - 2) === 0x7d7d;
  return (isClosed && arePlainMembers(at, end - 2)) || walk(at, end, 0);
}

/**
 * Finds the values of the first `count` of the `fields` in an entry, and puts their places into `values`.
 * @returns false where it can't tell: the entry isn't plain, or a value isn't ASCII without an escape
 */
export function findFields(start: usize, end: usize, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) store<u32>(values + (i << 3), 0);
  const at = membersStart(start, end);
  return at !== 0 && walk(at, end, count);
}

/** Finds the beginning of the members of an entry's fields; 0 if that isn't sure. */
function membersStart(start: usize, end: usize): usize {
  // {"timestamp":"
  if (load<u64>(start) !== 0x7473656d6974227b) return 0;
  if (load<u32>(start, 8) !== 0x22706d61 || load<u16>(start, 12) !== 0x223a) return 0;
  const timestampEnd = textEnd(start + 14, end);
  // ","fields":{
  if (timestampEnd === 0 || load<u64>(timestampEnd) !== 0x646c656966222c22) return 0;
  return load<u32>(timestampEnd, 8) === 0x7b3a2273 ? timestampEnd + 12 : 0;
}

/** Walks the members, from where they begin to the entry's end. */
function walk(start: usize, end: usize, count: u32): bool {
  let at = start;
  if (load<u8>(at) === CLOSE) return at + 2 === end && load<u8>(at, 1) === CLOSE;
  while (true) {
    if (load<u8>(at) !== QUOTE) return false;
    const nameStart = at + 1;
    const nameEnd = textEnd(nameStart, end);
    if (nameEnd === 0 || load<u8>(nameEnd, 1) !== COLON || load<u8>(nameEnd, 2) !== QUOTE)
      return false;
    // a name with an escape may be any name
    if (count > 0 && hasEscape) return false;
    const valueStart = nameEnd + 3;
    const valueEnd = textEnd(valueStart, end);
    if (valueEnd === 0) return false;
    for (let i: u32 = 0; i < count; i++) {
      if (!isNamed(i, nameStart, nameEnd)) continue;
      if (hasEscape || !isAscii(valueStart, valueEnd)) return false;
      // the last value of a name counts, as it does for the parser
      store<u32>(values + (i << 3), valueStart as u32);
      store<u32>(values + (i << 3), valueEnd as u32, 4);
    }
    at = valueEnd + 1;
    if (load<u8>(at) === CLOSE) return at + 2 === end && load<u8>(at, 1) === CLOSE;
    if (load<u8>(at) !== COMMA) return false;
    at++;
  }
}

function isNamed(field: u32, nameStart: usize, nameEnd: usize): bool {
  const at = fields + (field << 4);
  const length = load<u32>(at, 4);
  if (nameEnd - nameStart !== length) return false;
  return commonBytes(nameStart, load<u32>(at), length) === length;
}
