// Makes the postings of log entries, as `storage/derived/postings` describes them: a list for each value of an indexed field,
// with the moments of its entries. Entries come in order of time, so each list's moments ascend.

import { findFields, TAIL_BYTES } from "./entry";
import {
  block,
  fields,
  HEADS_BYTES,
  heads,
  listOf,
  lists,
  MAX_POSTINGS,
  MOMENT_BYTES,
  momentOf,
  moments,
  ownerOf,
  owners,
  records,
  SLOTS,
  slots,
  values,
} from "./memory";
import { commonBytes } from "./text";

/** The longest value that a head holds itself. */
const INDEXED_VALUE_BYTES: usize = 64;

let hashSeed: u32 = 0;
export let postingCount: u32 = 0;
export let listCount: u32 = 0;
/** Bytes of all heads. */
export let headsEnd: u32 = 0;

/**
 * Begins anew, without postings.
 * @param seed is random, so that nobody can choose values whose hashes are the same
 */
export function beginPostings(seed: u32): void {
  hashSeed = seed;
  postingCount = 0;
  listCount = 0;
  headsEnd = 0;
  memory.fill(slots, 0, SLOTS << 2);
}

/**
 * Makes the postings of the records from number `first` to before `last`, all entries of one stream.
 * @param scopeBytes the bytes of `entry␛STREAM␛`
 * @param fieldCount how many fields the stream has indexed
 * @returns the number of the first record whose postings have to be worked out elsewhere, or `last`
 */
export function addPostings(first: u32, last: u32, scopeBytes: u32, fieldCount: u32): u32 {
  for (let number = first; number < last; number++) {
    const record = records + (number << 4);
    const tail = block + load<u32>(record) + scopeBytes;
    if (block + load<u32>(record, 4) - tail !== TAIL_BYTES) return number;
    const value = block + load<u32>(record, 8);
    if (!findFields(value, block + load<u32>(record, 12), fieldCount)) return number;
    if (!hasRoom(fieldCount)) return number;
    for (let i: u32 = 0; i < fieldCount; i++) {
      const start = valueStart(i);
      if (start === 0) continue;
      const field = fields + (i << 4);
      const prefixBytes = load<u32>(field, 12) as usize;
      const valueBytes = valueEnd(i) - start;
      const head = heads + headsEnd;
      memory.copy(head, load<u32>(field, 8), prefixBytes);
      store<u8>(head + prefixBytes, valueBytes as u8);
      memory.copy(head + prefixBytes + 1, start, valueBytes);
      writeMoment(tail, momentOf + postingCount * MOMENT_BYTES);
      addPosting((prefixBytes + 1 + valueBytes) as u32, number);
    }
  }
  return last;
}

/** Whether the present entry's values are short enough for heads, and there is room for these. */
function hasRoom(fieldCount: u32): bool {
  let bytes: usize = headsEnd;
  for (let i: u32 = 0; i < fieldCount; i++) {
    const start = valueStart(i);
    if (start === 0) continue;
    const valueBytes = valueEnd(i) - start;
    if (valueBytes > INDEXED_VALUE_BYTES) return false;
    bytes += (load<u32>(fields + (i << 4), 12) as usize) + 1 + valueBytes;
  }
  return bytes <= HEADS_BYTES && postingCount + fieldCount <= MAX_POSTINGS;
}

/** Finds the beginning of a field's value in the present entry; 0 if it has none. */
function valueStart(field: u32): usize {
  return load<u32>(values + (field << 3));
}

function valueEnd(field: u32): usize {
  return load<u32>(values + (field << 3), 4);
}

/**
 * Takes the posting whose head stands after all heads, and whose moment stands after all moments.
 * @param owner the number of the record that it belongs to
 */
export function addPosting(headBytes: u32, owner: u32): void {
  const number = listAt(heads + headsEnd, headBytes);
  const list = lists + (number << 4);
  store<u32>(list, load<u32>(list, 8) + 1, 8);
  store<u32>(listOf + (postingCount << 2), number);
  store<u32>(ownerOf + (postingCount << 2), owner);
  postingCount++;
}

/** The number of the list with this head. A new head is kept. */
function listAt(head: usize, bytes: usize): u32 {
  let slot = hash(head, bytes) & (SLOTS - 1);
  while (true) {
    const found = load<u32>(slots + (slot << 2));
    if (found === 0) break;
    const list = lists + ((found - 1) << 4);
    const start = load<u32>(list) as usize;
    const isAsLong = (load<u32>(list, 4) as usize) - start === bytes;
    if (isAsLong && commonBytes(heads + start, head, bytes) === bytes) return found - 1;
    slot = (slot + 1) & (SLOTS - 1);
  }
  const list = lists + (listCount << 4);
  store<u32>(list, headsEnd);
  headsEnd += bytes as u32;
  store<u32>(list, headsEnd, 4);
  store<u64>(list, 0, 8);
  store<u32>(slots + (slot << 2), ++listCount);
  return listCount - 1;
}

/** Puts the postings in order: list by list. */
export function sortPostings(): void {
  let before: u32 = 0;
  for (let number: u32 = 0; number < listCount; number++) {
    const list = lists + (number << 4);
    store<u32>(list, before, 12);
    before += load<u32>(list, 8);
  }
  for (let posting: u32 = 0; posting < postingCount; posting++) {
    const list = lists + (load<u32>(listOf + (posting << 2)) << 4);
    const place = load<u32>(list, 12);
    store<u32>(list, place + 1, 12);
    store<u32>(owners + (place << 2), load<u32>(ownerOf + (posting << 2)));
    const from = momentOf + posting * MOMENT_BYTES;
    const to = moments + place * MOMENT_BYTES;
    v128.store(to, v128.load(from));
    store<u64>(to, load<u64>(from, 16), 16);
  }
}

/** FNV-1a (Fowler, Noll, Vo) of 32 bits from a seed of our own, its upper bits mixed into the lower ones. */
function hash(start: usize, bytes: usize): u32 {
  let sum: u32 = hashSeed;
  for (let at = start; at < start + bytes; at++) sum = (sum ^ load<u8>(at)) * 0x01000193;
  sum = (sum ^ (sum >>> 15)) * 0x9e3779b1;
  return sum ^ (sum >>> 16);
}

/** The moment of an entry, from its key's time and UUID. */
function writeMoment(tail: usize, target: usize): void {
  let ms: u64 = 0;
  for (let i: usize = 0; i < 20; i++) ms = ms * 10 + ((load<u8>(tail + i) - 0x30) as u8 as u64);
  store<u64>(target, bswap(ms));
  let at = tail + 21;
  for (let i: u32 = 8; i < MOMENT_BYTES; i++) {
    if (load<u8>(at) === 0x2d) at++;
    store<u8>(target + i, (nibble(load<u8>(at)) << 4) | nibble(load<u8>(at, 1)));
    at += 2;
  }
}

function nibble(digit: u8): u8 {
  return digit < 0x3a ? digit - 0x30 : digit - 0x57;
}
