// The index keys of log entries, as `logs/derived` describes them: prefix, length and bytes of the value, moment.
// Keys that differ in their moment only are a group: entries come in order of time, so a group's keys ascend.

import { findFields, TAIL_BYTES } from "./entry";
import {
  block,
  ends,
  fields,
  groupOf,
  groups,
  KEYS_BYTES,
  keys,
  MAX_KEYS,
  owners,
  records,
  SLOTS,
  slots,
  values,
} from "./memory";
import { commonBytes } from "./text";

/** Milliseconds, u64 big-endian, and the 16 bytes of the UUID. */
const MOMENT_BYTES: usize = 24;
/** Longest value that is in an index key as it is. */
const INDEXED_VALUE_BYTES: usize = 64;

export let keyCount: u32 = 0;
export let groupCount: u32 = 0;
/** Bytes of all keys. */
export let keysEnd: u32 = 0;

/** Begins with no key. */
export function beginKeys(): void {
  keyCount = 0;
  groupCount = 0;
  keysEnd = 0;
  memory.fill(slots, 0, SLOTS << 2);
}

/**
 * Makes the keys of the records from number `first` to before `last`, all entries of one stream.
 * @param scopeBytes of `entry␛STREAM␛`
 * @param fieldCount how many fields the stream has indexed
 * @returns the number of the first record whose keys have to be worked out elsewhere, or `last`
 */
export function addKeys(first: u32, last: u32, scopeBytes: u32, fieldCount: u32): u32 {
  for (let number = first; number < last; number++) {
    const record = records + (number << 4);
    const tail = block + load<u32>(record) + scopeBytes;
    if (block + load<u32>(record, 4) - tail !== TAIL_BYTES) return number;
    if (!findFields(block + load<u32>(record, 8), block + load<u32>(record, 12), fieldCount))
      return number;
    if (!hasRoom(fieldCount)) return number;
    for (let i: u32 = 0; i < fieldCount; i++) {
      const start = valueStart(i);
      if (start === 0) continue;
      const field = fields + (i << 4);
      const prefixBytes = load<u32>(field, 12) as usize;
      const valueBytes = valueEnd(i) - start;
      const key = keys + keysEnd;
      memory.copy(key, load<u32>(field, 8), prefixBytes);
      store<u8>(key + prefixBytes, valueBytes as u8);
      memory.copy(key + prefixBytes + 1, start, valueBytes);
      writeMoment(tail, key + prefixBytes + 1 + valueBytes);
      addKey((prefixBytes + 1 + valueBytes + MOMENT_BYTES) as u32, number);
    }
  }
  return last;
}

/** Whether the values at hand are short enough to be part of keys, and there is room for these. */
function hasRoom(fieldCount: u32): bool {
  let bytes: usize = keysEnd;
  for (let i: u32 = 0; i < fieldCount; i++) {
    const start = valueStart(i);
    if (start === 0) continue;
    const valueBytes = valueEnd(i) - start;
    if (valueBytes > INDEXED_VALUE_BYTES) return false;
    bytes += (load<u32>(fields + (i << 4), 12) as usize) + 1 + valueBytes + MOMENT_BYTES;
  }
  return bytes <= KEYS_BYTES && keyCount + fieldCount <= MAX_KEYS;
}

/** Where the value of a field begins in the entry at hand; 0 if it has none. */
function valueStart(field: u32): usize {
  return load<u32>(values + (field << 3));
}

function valueEnd(field: u32): usize {
  return load<u32>(values + (field << 3), 4);
}

/**
 * Takes the key that was written at the end of all.
 * @param owner the number of the record that it belongs to
 */
export function addKey(length: u32, owner: u32): void {
  const key = keys + keysEnd;
  const headBytes = (length as usize) - MOMENT_BYTES;
  const group = groupAt(key, headBytes);
  const at = groups + group * 12;
  store<u32>(at, load<u32>(at, 8) + 1, 8);
  store<u32>(groupOf + (keyCount << 2), group);
  store<u32>(owners + (keyCount << 2), owner);
  keysEnd += length;
  store<u32>(ends + (keyCount << 2), keysEnd);
  keyCount++;
}

/** The number of the group of keys that begin with these bytes, and go on with a moment. */
function groupAt(head: usize, bytes: usize): u32 {
  let slot = hash(head, bytes) & (SLOTS - 1);
  for (;;) {
    const found = load<u32>(slots + (slot << 2));
    if (found === 0) break;
    const at = groups + (found - 1) * 12;
    const start = load<u32>(at) as usize;
    const isAsLong = (load<u32>(at, 4) as usize) - start === bytes;
    if (isAsLong && commonBytes(keys + start, head, bytes) === bytes) return found - 1;
    slot = (slot + 1) & (SLOTS - 1);
  }
  const at = groups + groupCount * 12;
  store<u32>(at, (head - keys) as u32);
  store<u32>(at, (head - keys + bytes) as u32, 4);
  store<u32>(at, 0, 8);
  store<u32>(slots + (slot << 2), ++groupCount);
  return groupCount - 1;
}

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
function hash(start: usize, bytes: usize): u32 {
  let sum: u32 = 0x811c9dc5;
  for (let at = start; at < start + bytes; at++) sum = (sum ^ load<u8>(at)) * 0x01000193;
  return sum;
}

/** The moment of an entry, from its key's time and UUID. */
function writeMoment(tail: usize, target: usize): void {
  let ms: u64 = 0;
  for (let i: usize = 0; i < 20; i++) ms = ms * 10 + ((load<u8>(tail + i) - 0x30) as u8 as u64);
  store<u64>(target, bswap(ms));
  let at = tail + 21;
  for (let i: usize = 8; i < MOMENT_BYTES; i++) {
    if (load<u8>(at) === 0x2d) at++;
    store<u8>(target + i, (nibble(load<u8>(at)) << 4) | nibble(load<u8>(at, 1)));
    at += 2;
  }
}

function nibble(digit: u8): u8 {
  return digit < 0x3a ? digit - 0x30 : digit - 0x57;
}
