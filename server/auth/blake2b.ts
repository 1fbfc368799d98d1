// BLAKE2b without a key (RFC 7693), with outputs of 1 to 64 bytes: node:crypto has only the one of 64, and
// Argon2 needs the others. A 64-bit word is two 32-bit ones, low half first: BigInt would be far slower.

const BLOCK_BYTES = 128;

// RFC 7693 section 2.6
const IV = Uint32Array.of(
  ...[0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1],
  ...[0xa54ff53a, 0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab],
  ...[0x137e2179, 0x5be0cd19],
);

// RFC 7693 section 2.7, a hexadecimal digit a message word; rounds 10 and 11 are 0 and 1 again.
const SIGMA = [
  ...["0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8"],
  ...["905724afe1bc683d", "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a"],
  ...["6fe9b308c2d714a5", "a2847615fb9e3cd0", "0123456789abcdef", "ea489fd61c02b753"],
].map((row) => Uint8Array.from(row, (digit) => Number.parseInt(digit, 16)));

/** What a round mixes: four columns, then four diagonals, as positions of a, b, c and d. */
const MIXES = [...["048c", "159d", "26ae", "37bf"], ...["05af", "16bc", "278d", "349e"]].map(
  (row) => Uint8Array.from(row, (digit) => 2 * Number.parseInt(digit, 16)),
);

/** The hash of all `parts`, one after the other, `length` (1 to 64) bytes long. */
export function blake2b(length: number, ...parts: Uint8Array[]): Uint8Array {
  const input = Buffer.concat(parts);
  const state = IV.slice();
  // RFC 7693 section 2.5: the parameter block says the length, no key, fanout 1, depth 1
  state[0] = at(state, 0) ^ 0x01010000 ^ length;
  const message = new Uint32Array(32);
  const work = new Uint32Array(32);
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let start = 0; start === 0 || start < input.length; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, input.length);
    block.fill(0);
    input.copy(block, 0, start, end);
    for (let word = 0; word < 32; word++) message[word] = block.readUInt32LE(4 * word);
    work.set(state);
    work.set(IV, 16);
    work[24] = at(work, 24) ^ end;
    if (end === input.length) {
      work[28] = ~at(work, 28);
      work[29] = ~at(work, 29);
    }
    for (const sigma of SIGMA) round(work, message, sigma);
    for (let i = 0; i < 16; i++) state[i] = at(state, i) ^ at(work, i) ^ at(work, i + 16);
  }
  const output = Buffer.alloc(64);
  for (let word = 0; word < 16; word++) output.writeUInt32LE(at(state, word), 4 * word);
  return output.subarray(0, length);
}

/** An element that is there. */
function at(words: Uint32Array | Uint8Array, index: number): number {
  return words[index] as number;
}

/** RFC 7693 section 3.1, eight times: the columns, then the diagonals. */
function round(v: Uint32Array, message: Uint32Array, sigma: Uint8Array): void {
  for (let i = 0; i < 8; i++) {
    const positions = MIXES[i] as Uint8Array;
    const a = at(positions, 0);
    const b = at(positions, 1);
    const c = at(positions, 2);
    const d = at(positions, 3);
    const x = 2 * at(sigma, 2 * i);
    const y = 2 * at(sigma, 2 * i + 1);
    let aLow = at(v, a);
    let aHigh = at(v, a + 1);
    let bLow = at(v, b);
    let bHigh = at(v, b + 1);
    let cLow = at(v, c);
    let cHigh = at(v, c + 1);
    let dLow = at(v, d);
    let dHigh = at(v, d + 1);
    let low: number;

    // a += b + x; d = (d ^ a) >>> 32
    low = aLow + bLow + at(message, x);
    aHigh = (aHigh + bHigh + at(message, x + 1) + carry(low)) >>> 0;
    aLow = low >>> 0;
    low = dHigh ^ aHigh;
    dHigh = (dLow ^ aLow) >>> 0;
    dLow = low >>> 0;
    // c += d; b = (b ^ c) >>> 24
    low = cLow + dLow;
    cHigh = (cHigh + dHigh + carry(low)) >>> 0;
    cLow = low >>> 0;
    low = bLow ^ cLow;
    bHigh ^= cHigh;
    bLow = ((low >>> 24) | (bHigh << 8)) >>> 0;
    bHigh = ((bHigh >>> 24) | (low << 8)) >>> 0;
    // a += b + y; d = (d ^ a) >>> 16
    low = aLow + bLow + at(message, y);
    aHigh = (aHigh + bHigh + at(message, y + 1) + carry(low)) >>> 0;
    aLow = low >>> 0;
    low = dLow ^ aLow;
    dHigh ^= aHigh;
    dLow = ((low >>> 16) | (dHigh << 16)) >>> 0;
    dHigh = ((dHigh >>> 16) | (low << 16)) >>> 0;
    // c += d; b = (b ^ c) >>> 63
    low = cLow + dLow;
    cHigh = (cHigh + dHigh + carry(low)) >>> 0;
    cLow = low >>> 0;
    low = bLow ^ cLow;
    bHigh ^= cHigh;
    bLow = ((low << 1) | (bHigh >>> 31)) >>> 0;
    bHigh = ((bHigh << 1) | (low >>> 31)) >>> 0;

    v[a] = aLow;
    v[a + 1] = aHigh;
    v[b] = bLow;
    v[b + 1] = bHigh;
    v[c] = cLow;
    v[c + 1] = cHigh;
    v[d] = dLow;
    v[d + 1] = dHigh;
  }
}

/** What a sum of low halves carries over. */
function carry(sum: number): number {
  return Math.floor(sum / 0x1_0000_0000);
}
