// Argon2id (RFC 9106) for hashes that came from FlowG: up to its version 0.60 it wrote them with m=1 and a
// salt of 4 bytes, below the RFC's minimums, and every npm library refuses to verify those. Like Go's
// x/crypto, the initial hash takes m as declared, while the memory really has at least 8 blocks a lane.
//
// This only verifies restored hashes. @node-rs/argon2 makes the new ones, with OWASP's parameters.

import { timingSafeEqual } from "node:crypto";
import { type LegacyParameters, readLegacyHash } from "../../records/auth/argon2-bounds.js";
import { BLOCK_WORDS, compress, multiplyHigh } from "./argon2-block.js";
import { blake2b } from "./blake2b.js";

const VERSION = 0x13;
const TYPE_ARGON2ID = 2;
const SLICES = 4;

/**
 * Whether `hash`, an Argon2id string, was made from `password`. It blocks while it computes: far below a millisecond for
 * FlowG's parameters.
 * @returns false also for anything malformed, or beyond t = 16, p = 16 or m × t = 64 KiB, 8 KiB a lane at least
 */
export function verifyLegacyArgon2id(hash: string, password: string): boolean {
  const read = readLegacyHash(hash);
  return read !== undefined && timingSafeEqual(argon2id(password, read.parameters), read.key);
}

/** RFC 9106 section 3.2 */
function argon2id(password: string, parameters: LegacyParameters): Uint8Array {
  const { memoryKib, passes, lanes, salt, keyBytes } = parameters;
  const text = Buffer.from(password);
  const numbers = [lanes, keyBytes, memoryKib, passes, VERSION, TYPE_ARGON2ID];
  const none = u32(0);
  const seed = blake2b(
    64,
    ...numbers.map(u32),
    u32(text.length),
    text,
    u32(salt.length),
    salt,
    none,
    none, // no secret, no associated data
  );

  const memory = new Memory(memoryKib, lanes);
  for (let lane = 0; lane < lanes; lane++) {
    for (let index = 0; index < 2; index++) {
      const bytes = variableHash(1024, seed, u32(index), u32(lane));
      const block = memory.block(lane, index);
      for (let i = 0; i < BLOCK_WORDS; i++) block[i] = bytes.readUInt32LE(4 * i);
    }
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let slice = 0; slice < SLICES; slice++) {
      for (let lane = 0; lane < lanes; lane++) {
        fillSegment(memory, { pass, slice, lane, passes });
      }
    }
  }

  const last = new Uint32Array(BLOCK_WORDS);
  for (let lane = 0; lane < lanes; lane++) {
    const block = memory.block(lane, memory.laneBlocks - 1);
    for (let i = 0; i < BLOCK_WORDS; i++) last[i] = (last[i] as number) ^ (block[i] as number);
  }
  const bytes = Buffer.alloc(4 * BLOCK_WORDS);
  last.forEach((word, i) => {
    bytes.writeUInt32LE(word, 4 * i);
  });
  return variableHash(keyBytes, bytes);
}

class Memory {
  readonly lanes: number;
  readonly segmentBlocks: number;
  readonly laneBlocks: number;
  readonly #words: Uint32Array;

  constructor(memoryKib: number, lanes: number) {
    this.lanes = lanes;
    this.segmentBlocks = Math.max(2, Math.floor(memoryKib / (SLICES * lanes)));
    this.laneBlocks = SLICES * this.segmentBlocks;
    this.#words = new Uint32Array(this.laneBlocks * lanes * BLOCK_WORDS);
  }

  get blocks(): number {
    return this.laneBlocks * this.lanes;
  }

  block(lane: number, index: number): Uint32Array {
    const start = (lane * this.laneBlocks + index) * BLOCK_WORDS;
    return this.#words.subarray(start, start + BLOCK_WORDS);
  }
}

interface Segment {
  pass: number;
  slice: number;
  lane: number;
  passes: number;
}

function fillSegment(memory: Memory, segment: Segment): void {
  const { pass, slice, lane } = segment;
  // RFC 9106 section 3.4.1.3: the first half of the first pass doesn't depend on the password
  const addresses = pass === 0 && slice < 2 ? new Addresses(memory, segment) : undefined;
  for (let index = pass === 0 && slice === 0 ? 2 : 0; index < memory.segmentBlocks; index++) {
    const position = slice * memory.segmentBlocks + index;
    const before = memory.block(lane, (position || memory.laneBlocks) - 1);
    const source = addresses?.at(index) ?? before;
    const word = addresses ? 2 * (index % 128) : 0;
    const [first, second] = [source[word] as number, source[word + 1] as number];
    const fromLane = pass === 0 && slice === 0 ? lane : second % memory.lanes;
    const from = reference(memory, segment, { index, first, sameLane: fromLane === lane });
    compress({
      x: before,
      y: memory.block(fromLane, from),
      into: memory.block(lane, position),
      onto: pass > 0,
    });
  }
}

/** RFC 9106 section 3.4.2: which earlier block of the chosen lane is mixed in. */
function reference(
  memory: Memory,
  { pass, slice }: Segment,
  { index, first, sameLane }: { index: number; first: number; sameLane: boolean },
): number {
  const { laneBlocks, segmentBlocks } = memory;
  const finished = pass === 0 ? slice * segmentBlocks : laneBlocks - segmentBlocks;
  const size = sameLane ? finished + index - 1 : finished - (index === 0 ? 1 : 0);
  const back = multiplyHigh(size, multiplyHigh(first, first));
  const start = pass === 0 ? 0 : (slice + 1) * segmentBlocks;
  return (start + size - 1 - back) % laneBlocks;
}

/** The pseudo-random words of a segment that must not depend on the password, 128 a block. */
class Addresses {
  readonly #input = new Uint32Array(BLOCK_WORDS);
  readonly #block = new Uint32Array(BLOCK_WORDS);

  constructor(memory: Memory, { pass, slice, lane, passes }: Segment) {
    [pass, lane, slice, memory.blocks, passes, TYPE_ARGON2ID].forEach((value, i) => {
      this.#input[2 * i] = value;
    });
  }

  /** The block that covers `index`; indexes are asked for in order. */
  at(index: number): Uint32Array {
    const counter = Math.floor(index / 128) + 1;
    if (this.#input[12] !== counter) {
      this.#input[12] = counter;
      const zero = new Uint32Array(BLOCK_WORDS);
      compress({ x: zero, y: this.#input, into: this.#block, onto: false });
      compress({ x: zero, y: this.#block, into: this.#block, onto: false });
    }
    return this.#block;
  }
}

/** H' of RFC 9106 section 3.3: a hash of any length. */
function variableHash(length: number, ...parts: Uint8Array[]): Buffer {
  if (length <= 64) return Buffer.from(blake2b(length, u32(length), ...parts));
  const output = Buffer.alloc(length);
  let hash = blake2b(64, u32(length), ...parts);
  let done = 0;
  while (length - done > 64) {
    output.set(hash.subarray(0, 32), done);
    done += 32;
    hash = blake2b(Math.min(64, length - done), hash);
  }
  output.set(hash, done);
  return output;
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
