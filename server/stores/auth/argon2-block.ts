// The compression function of Argon2 (RFC 9106 sections 3.5 and 3.6), on blocks of 1,024 bytes: 128 words of
// 64 bits, each as two of 32 bits, low half first.

/** 32-bit words of a block. */
export const BLOCK_WORDS = 256;

/** The 64-bit words that one round mixes: 8 rows of 16, then 8 columns of pairs. As positions of low halves. */
const ROUNDS = [
  ...Array.from({ length: 8 }, (_, row) => Array.from({ length: 16 }, (_, i) => 16 * row + i)),
  ...Array.from({ length: 8 }, (_, column) =>
    Array.from({ length: 16 }, (_, i) => 16 * (i >> 1) + 2 * column + (i & 1)),
  ),
].map((words) => Uint8Array.from(words));

/** Positions of a, b, c and d in a round, as in BLAKE2b: four columns, four diagonals. */
const MIXES = ["048c", "159d", "26ae", "37bf", "05af", "16bc", "278d", "349e"].map((row) =>
  Uint8Array.from(row, (digit) => Number.parseInt(digit, 16)),
);

/** Every mix of a block in order: four positions each. */
const PLAN = Uint8Array.from(
  ROUNDS.flatMap((words) =>
    MIXES.flatMap((positions) => [...positions].map((i) => words[i] as number)),
  ),
);

export interface Compression {
  x: Uint32Array;
  y: Uint32Array;
  /** Takes the result; may be `x` or `y`. */
  into: Uint32Array;
  /** XOR the result onto what is there (Argon2 1.3, from the second pass on). */
  onto: boolean;
}

/** `into = G(x, y)` */
export function compress({ x, y, into, onto }: Compression): void {
  const mixed = new Uint32Array(BLOCK_WORDS);
  const kept = new Uint32Array(BLOCK_WORDS);
  for (let i = 0; i < BLOCK_WORDS; i++) {
    const word = at(x, i) ^ at(y, i);
    mixed[i] = word;
    kept[i] = onto ? word ^ at(into, i) : word;
  }
  for (let step = 0; step < PLAN.length; step += 4) mix(mixed, step);
  for (let i = 0; i < BLOCK_WORDS; i++) into[i] = at(kept, i) ^ at(mixed, i);
}

/** An element within bounds. */
function at(words: Uint32Array | Uint8Array, index: number): number {
  return words[index] as number;
}

function mix(v: Uint32Array, step: number): void {
  const a = 2 * at(PLAN, step);
  const b = 2 * at(PLAN, step + 1);
  const c = 2 * at(PLAN, step + 2);
  const d = 2 * at(PLAN, step + 3);
  let low: number;

  addMultiplied(v, a, b);
  // d = (d ^ a) >>> 32
  low = at(v, d + 1) ^ at(v, a + 1);
  v[d + 1] = at(v, d) ^ at(v, a);
  v[d] = low;
  addMultiplied(v, c, d);
  rotateXor24(v, b, c);
  addMultiplied(v, a, b);
  // d = (d ^ a) >>> 16
  low = at(v, d) ^ at(v, a);
  const dHigh = at(v, d + 1) ^ at(v, a + 1);
  v[d] = (low >>> 16) | (dHigh << 16);
  v[d + 1] = (dHigh >>> 16) | (low << 16);
  addMultiplied(v, c, d);
  // b = (b ^ c) >>> 63
  low = at(v, b) ^ at(v, c);
  const bHigh = at(v, b + 1) ^ at(v, c + 1);
  v[b] = (low << 1) | (bHigh >>> 31);
  v[b + 1] = (bHigh << 1) | (low >>> 31);
}

function rotateXor24(v: Uint32Array, b: number, c: number): void {
  const low = at(v, b) ^ at(v, c);
  const high = at(v, b + 1) ^ at(v, c + 1);
  v[b] = (low >>> 24) | (high << 8);
  v[b + 1] = (high >>> 24) | (low << 8);
}

/** `a += b + 2 * low(a) * low(b)`, modulo 2^64 */
function addMultiplied(v: Uint32Array, a: number, b: number): void {
  const aLow = at(v, a);
  const bLow = at(v, b);
  const low = Math.imul(aLow, bLow);
  const high = multiplyHigh(aLow, bLow);
  const sum = aLow + bLow + ((low << 1) >>> 0);
  v[a + 1] = at(v, a + 1) + at(v, b + 1) + ((high << 1) | (low >>> 31)) + Math.floor(sum / 2 ** 32);
  v[a] = sum;
}

/** The upper 32 bits of a product of two unsigned 32-bit words. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + (((aLow * bLow) / 0x1_0000) >>> 0);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(other / 0x1_0000)) >>> 0;
}
