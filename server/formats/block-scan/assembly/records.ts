// Finds the records of a raw block (BadgerDB's KVLists, as `formats/snapshot/badger` writes them): where they are, whether
// their keys ascend, which runs they make, and whether each may enter the log database.

import { recordChecksum } from "../../../platform/checksum/assembly/xxh64";
import { isEntryTail, isPlainEntry, TAIL_BYTES } from "./entry";
import { block, checksums, MAX_RECORDS, MAX_RUNS, records, runs, unsure } from "./memory";
import { commonBytes } from "./text";

const TAG_KV: u8 = 0x0a;
const TAG_KEY: u8 = 0x0a;
const TAG_VALUE: u8 = 0x12;
const TAG_VERSION: u8 = 0x20;
const SEPARATOR: u8 = 0x1b;

export let recordCount: u32 = 0;
export let runCount: u32 = 0;
export let unsureCount: u32 = 0;
let at: usize = 0;

/**
 * Walks the block of `length` bytes in memory.
 * @param check whether to tell which records only the rules can judge
 * @param sum whether to work out the checksum of each record
 * @returns false for a block with anything unusual in it; the results then mean nothing
 */
export function scan(length: u32, check: bool, sum: bool): bool {
  recordCount = 0;
  runCount = 0;
  unsureCount = 0;
  at = block;
  const end = block + length;
  while (at < end) {
    if (end - at < 8) return false;
    const bytes = load<u64>(at);
    at += 8;
    if (bytes > ((end - at) as u64)) return false;
    if (!walkList(at + (bytes as usize), check, sum)) return false;
  }
  return true;
}

let previousStart: usize = 0;
let previousEnd: usize = 0;
let scopeBytes: usize = 0;
let isEntryRun: bool = false;

/** Walks the KVs of one of Badger's records. */
function walkList(end: usize, check: bool, sum: bool): bool {
  while (at < end) {
    if (load<u8>(at++) !== TAG_KV) return false;
    const kvEnd = part(end);
    if (kvEnd === 0 || at >= kvEnd || load<u8>(at++) !== TAG_KEY) return false;
    const keyEnd = part(kvEnd);
    const keyStart = at;
    if (keyEnd === 0 || keyEnd === keyStart || keyEnd - keyStart > (KEY_MAX_BYTES as usize))
      return false;
    at = keyEnd;
    let valueStart = block;
    let valueEnd = block;
    if (at < kvEnd && load<u8>(at) === TAG_VALUE) {
      at++;
      valueEnd = part(kvEnd);
      valueStart = at;
      if (valueEnd === 0) return false;
      at = valueEnd;
    }
    if (at < kvEnd) {
      if (kvEnd - at !== 2 || load<u8>(at) !== TAG_VERSION || load<u8>(at, 1) >= 0x80) return false;
      at = kvEnd;
    }
    if (recordCount === MAX_RECORDS) return false;
    if (sum) {
      const checksum = recordChecksum(keyStart, keyEnd, valueStart, valueEnd);
      store<u32>(checksums + (recordCount << 2), checksum);
    }
    if (!take(keyStart, keyEnd, valueStart, valueEnd, check)) return false;
  }
  return true;
}

/** Reads a length of at most 28 bits. @returns where the bytes end that it spans, or 0 if that is past `end` */
function part(end: usize): usize {
  let length: usize = 0;
  for (let shift: usize = 0; shift < 28 && at < end; shift += 7) {
    const byte = load<u8>(at++) as usize;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return length > end - at ? 0 : at + length;
  }
  return 0;
}

/** Takes the next record. There must be room for it. @returns false if its key doesn't ascend */
function take(
  keyStart: usize,
  keyEnd: usize,
  valueStart: usize,
  valueEnd: usize,
  check: bool,
): bool {
  const isFirst = recordCount === 0;
  const keyBytes = keyEnd - keyStart;
  let common: usize = 0;
  if (!isFirst) {
    const previousBytes = previousEnd - previousStart;
    const most = min(previousBytes, keyBytes);
    common = commonBytes(previousStart, keyStart, most);
    if (common === most) {
      if (previousBytes >= keyBytes) return false;
    } else if (load<u8>(previousStart + common) > load<u8>(keyStart + common)) return false;
  }
  let isSure = false;
  if (isFirst || common < scopeBytes) {
    if (runCount === MAX_RUNS) return false;
    openRun(keyStart, keyEnd);
  } else if (check) {
    isSure =
      isEntryRun &&
      keyBytes - scopeBytes === TAIL_BYTES &&
      isEntryTail(keyStart + scopeBytes) &&
      isPlainEntry(valueStart, valueEnd);
  }
  if (check && !isSure) store<u32>(unsure + (unsureCount++ << 2), recordCount);
  const run = runs + ((runCount - 1) << 4);
  store<u32>(run, load<u32>(run, 8) + 1, 8);
  store<u32>(run, load<u32>(run, 12) + ((keyBytes + valueEnd - valueStart) as u32), 12);
  const record = records + (recordCount << 4);
  store<u32>(record, (keyStart - block) as u32);
  store<u32>(record, (keyEnd - block) as u32, 4);
  store<u32>(record, (valueStart - block) as u32, 8);
  store<u32>(record, (valueEnd - block) as u32, 12);
  recordCount++;
  previousStart = keyStart;
  previousEnd = keyEnd;
  return true;
}

/** Begins a run: records with the same `kind␛` or, for log entries, `entry␛STREAM␛` at the beginning of their keys. */
function openRun(keyStart: usize, keyEnd: usize): void {
  const kindEnd = separatorAfter(keyStart, keyEnd);
  // entry␛
  isEntryRun =
    kindEnd - keyStart === 6 &&
    load<u32>(keyStart) === 0x72746e65 &&
    load<u16>(keyStart, 4) === 0x1b79;
  const scopeEnd = isEntryRun ? separatorAfter(kindEnd, keyEnd) : kindEnd;
  scopeBytes = scopeEnd - keyStart;
  const run = runs + (runCount++ << 4);
  store<u32>(run, recordCount);
  store<u32>(run, scopeBytes as u32, 4);
  store<u64>(run, 0, 8);
}

function separatorAfter(start: usize, end: usize): usize {
  for (let i = start; i < end; i++) if (load<u8>(i) === SEPARATOR) return i + 1;
  return end;
}
