// XXH64, as its specification has it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): a checksum that takes about forty
// nanoseconds for a record of some hundred bytes. It protects against faults of hardware, not against a person who means harm.

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;

/** Four lanes take eight bytes each at a time. */
const STRIPE_BYTES: usize = 32;

let lane1: u64 = 0;
let lane2: u64 = 0;
let lane3: u64 = 0;
let lane4: u64 = 0;
let seed: u64 = 0;

/** Begins a run of bytes. */
export function begin(itsSeed: u64): void {
  seed = itsSeed;
  lane1 = seed + PRIME_1 + PRIME_2;
  lane2 = seed + PRIME_2;
  lane3 = seed;
  lane4 = seed - PRIME_1;
}

/** Takes the whole stripes between two places. @returns where they end */
export function takeStripes(start: usize, end: usize): usize {
  let at = start;
  let one = lane1;
  let two = lane2;
  let three = lane3;
  let four = lane4;
  while (end - at >= STRIPE_BYTES) {
    one = round(one, load<u64>(at));
    two = round(two, load<u64>(at, 8));
    three = round(three, load<u64>(at, 16));
    four = round(four, load<u64>(at, 24));
    at += STRIPE_BYTES;
  }
  lane1 = one;
  lane2 = two;
  lane3 = three;
  lane4 = four;
  return at;
}

/** Takes the rest of `total` bytes, less than a stripe, and gives the hash. */
export function finish(start: usize, end: usize, total: u64): u64 {
  let hash = seed + PRIME_5;
  if (total >= (STRIPE_BYTES as u64)) {
    hash = rotl(lane1, 1) + rotl(lane2, 7) + rotl(lane3, 12) + rotl(lane4, 18);
    hash = mergeRound(hash, lane1);
    hash = mergeRound(hash, lane2);
    hash = mergeRound(hash, lane3);
    hash = mergeRound(hash, lane4);
  }
  hash += total;
  let at = start;
  for (; at + 8 <= end; at += 8)
    hash = rotl(hash ^ round(0, load<u64>(at)), 27) * PRIME_1 + PRIME_4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ ((load<u32>(at) as u64) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ ((load<u8>(at) as u64) * PRIME_5), 11) * PRIME_1;
  hash ^= hash >> 33;
  hash *= PRIME_2;
  hash ^= hash >> 29;
  hash *= PRIME_3;
  return hash ^ (hash >> 32);
}

/** The hash of one run of bytes. */
export function xxh64(start: usize, end: usize, itsSeed: u64): u64 {
  begin(itsSeed);
  return finish(takeStripes(start, end), end, (end - start) as u64);
}

/** The checksum of a record hashes its value, with the hash of its key as the seed. So it also covers where the key ends. */
export function recordChecksum(
  keyStart: usize,
  keyEnd: usize,
  valueStart: usize,
  valueEnd: usize,
): u32 {
  return xxh64(valueStart, valueEnd, xxh64(keyStart, keyEnd, 0)) as u32;
}

function round(lane: u64, word: u64): u64 {
  return rotl(lane + word * PRIME_2, 31) * PRIME_1;
}

function mergeRound(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
}
