// Bounds the memory, time and length that an Argon2id hash may ask for to be verified here.

import { readArgon2String } from "./argon2-string.js";

export interface Argon2Parameters {
  memory: number;
  passes: number;
  lanes: number;
  saltBytes: number;
}

// A hash may come from a file that somebody made: what it asks of memory and time stays bounded. The most that is let in
// takes some seven times as long as one of ours; what RFC 9106 section 4 recommends for little memory is below it.
const MEMORY_MAX = 65_536;
const PASSES_MAX = 16;
const LANES_MAX = 16;
const SALT_MAX_BYTES = 96;
const KEY_MIN_BYTES = 4;
const KEY_MAX_BYTES = 192;
/** KiB of memory times passes. */
const WORK_MAX = 262_144;

/** Whether anybody could log in with a password that this is the hash of. */
export function isVerifiable(stored: string): boolean {
  const parameters = readParameters(stored);
  if (parameters === undefined) return false;
  return !isLegacy(parameters) || isVerifiableLegacy(stored);
}

/** Undefined for what isn't Argon2id, or asks for more than we would spend. */
export function readParameters(stored: string): Argon2Parameters | undefined {
  const read = readArgon2String(stored);
  if (read === undefined) return undefined;
  const { memory, passes, lanes, salt, key } = read;
  if (salt.length > SALT_MAX_BYTES) return undefined;
  if (key.length < KEY_MIN_BYTES || key.length > KEY_MAX_BYTES) return undefined;
  if (memory > MEMORY_MAX || passes > PASSES_MAX || lanes > LANES_MAX) return undefined;
  if (memory * passes > WORK_MAX) return undefined;
  return { memory, passes, lanes, saltBytes: salt.length };
}

/** Below RFC 9106's minimums (section 3.1), which the library insists on and FlowG before 0.61 didn't. */
export const isLegacy = ({ memory, lanes, saltBytes }: Argon2Parameters): boolean =>
  memory < 8 * lanes || saltBytes < 8;

export interface LegacyParameters {
  memoryKib: number;
  passes: number;
  lanes: number;
  salt: Buffer;
  keyBytes: number;
}

/**
 * Bounds that a crafted backup cannot pass: one verification, which blocks its thread, takes some two milliseconds at
 * most, and an unknown token is compared with every hash of this kind. FlowG's own asked for 1 KiB and one pass.
 */
const LEGACY_MAX_PASSES = 16;
const LEGACY_MAX_LANES = 16;
/** KiB of memory, which a lane has 8 of at least, times passes. */
const LEGACY_MAX_WORK = 64;
const LEGACY_MAX_SALT_BYTES = 256;
const LEGACY_MIN_KEY_BYTES = 16;
const LEGACY_MAX_KEY_BYTES = 256;

const isVerifiableLegacy = (hash: string): boolean => readLegacyHash(hash) !== undefined;

/** Undefined for what is malformed, or beyond these bounds. */
export function readLegacyHash(
  hash: string,
): { parameters: LegacyParameters; key: Buffer } | undefined {
  const read = readArgon2String(hash);
  if (read === undefined) return undefined;
  const { memory: memoryKib, passes, lanes, salt, key } = read;
  const parameters = { memoryKib, passes, lanes, salt, keyBytes: key.length };
  // each lane has 8 blocks at least
  const blocks = Math.max(parameters.memoryKib, 8 * parameters.lanes);
  if (blocks * parameters.passes > LEGACY_MAX_WORK) return undefined;
  if (parameters.passes > LEGACY_MAX_PASSES) return undefined;
  if (parameters.lanes > LEGACY_MAX_LANES || parameters.salt.length > LEGACY_MAX_SALT_BYTES)
    return undefined;
  // a key of a few bytes would let in anybody that tries long enough
  if (key.length < LEGACY_MIN_KEY_BYTES || key.length > LEGACY_MAX_KEY_BYTES) return undefined;
  return { parameters, key };
}
