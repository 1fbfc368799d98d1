// XXH64 where WebAssembly gets no memory: under a limit of the address space (`ulimit -v`). It gives the same hash, twenty
// times slower.

const MASK = 0xffff_ffff_ffff_ffffn;
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const times = (a: bigint, b: bigint): bigint => (a * b) & MASK;
const plus = (a: bigint, b: bigint): bigint => (a + b) & MASK;
const turned = (word: bigint, by: bigint): bigint => ((word << by) & MASK) | (word >> (64n - by));
const round = (lane: bigint, word: bigint): bigint =>
  times(turned(plus(lane, times(word, PRIME_2)), 31n), PRIME_1);

/** @returns an unsigned number of 64 bits */
export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const { byteOffset, length } = bytes;
  const view = new DataView(bytes.buffer, byteOffset, length);
  let hash = plus(seed, PRIME_5);
  let at = 0;
  if (length >= 32) {
    const lanes = [plus(plus(seed, PRIME_1), PRIME_2), plus(seed, PRIME_2), seed].concat(
      (seed - PRIME_1) & MASK,
    );
    for (; at + 32 <= length; at += 32)
      for (const [i, lane] of lanes.entries())
        lanes[i] = round(lane, view.getBigUint64(at + 8 * i, true));
    const turns = [1n, 7n, 12n, 18n];
    hash = lanes.reduce((sum, lane, i) => plus(sum, turned(lane, turns[i] as bigint)), 0n);
    for (const lane of lanes) hash = plus(times(hash ^ round(0n, lane), PRIME_1), PRIME_4);
  }
  hash = plus(hash, BigInt(length));
  for (; at + 8 <= length; at += 8)
    hash = plus(
      times(turned(hash ^ round(0n, view.getBigUint64(at, true)), 27n), PRIME_1),
      PRIME_4,
    );
  if (at + 4 <= length) {
    const word = BigInt(view.getUint32(at, true));
    hash = plus(times(turned(hash ^ times(word, PRIME_1), 23n), PRIME_2), PRIME_3);
    at += 4;
  }
  for (; at < length; at++)
    hash = times(turned(hash ^ times(BigInt(view.getUint8(at)), PRIME_5), 11n), PRIME_1);
  hash = times(hash ^ (hash >> 33n), PRIME_2);
  hash = times(hash ^ (hash >> 29n), PRIME_3);
  return hash ^ (hash >> 32n);
}

export function recordChecksum(key: Uint8Array, value: Uint8Array): number {
  return Number(xxh64(value, xxh64(key, 0n)) & 0xffff_ffffn);
}
