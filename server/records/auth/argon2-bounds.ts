// Bounds the memory, time and length that an Argon2id hash may ask for to be verified here.

import { readArgon2String } from "./argon2-string.js";

export interface Argon2Parameters {
  memory: number;
  passes: number;
  lanes: number;
  saltBytes: number;
}

// A hash may come from a crafted file, so these bound the memory and time that it can take. The costliest hash within them
// takes some seven times as long as one of ours. RFC 9106's recommendation for little memory (section 4) is within them.
const MEMORY_MAX = 65_536;
const PASSES_MAX = 16;
const LANES_MAX = 16;
const SALT_MAX_BYTES = 96;
const KEY_MIN_BYTES = 4;
const KEY_MAX_BYTES = 192;
/** KiB of memory times passes. */
const WORK_MAX = 262_144;

/** Whether this server would verify a password against this hash. */
export function isVerifiable(stored: string): boolean {
  const parameters = readParameters(stored);
  if (parameters === undefined) return false;
  return !isLegacy(parameters) || isVerifiableLegacy(stored);
}

/** Undefined for a hash that isn't Argon2id's, or asks for more than this server spends. */
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

/** Whether it is below RFC 9106's minimums (section 3.1). The library refuses such hashes; FlowG before 0.61 made them. */
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
 * Closer bounds for hashes below those minimums, because an unknown token is compared with each of them. One verification
 * blocks its thread for some two milliseconds at most. FlowG's own hashes ask for 1 KiB and one pass.
 */
const LEGACY_MAX_PASSES = 16;
const LEGACY_MAX_LANES = 16;
/** KiB of memory, at least 8 for each lane, times passes. */
const LEGACY_MAX_WORK = 64;
const LEGACY_MAX_SALT_BYTES = 256;
const LEGACY_MIN_KEY_BYTES = 16;
const LEGACY_MAX_KEY_BYTES = 256;

const isVerifiableLegacy = (hash: string): boolean => readLegacyHash(hash) !== undefined;

/** Undefined for a hash that is malformed, or beyond these bounds. */
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
  // a key of a few bytes could be guessed
  if (key.length < LEGACY_MIN_KEY_BYTES || key.length > LEGACY_MAX_KEY_BYTES) return undefined;
  return { parameters, key };
}
