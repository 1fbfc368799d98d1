// BLAKE2b without a key (RFC 7693), with outputs of 1 to 64 bytes. Argon2 needs all lengths, and node:crypto has only 64.

import { blake2b as hash } from "@noble/hashes/blake2.js";

/** The hash of all `parts`, one after the other, `length` (1 to 64) bytes long. */
export function blake2b(length: number, ...parts: Uint8Array[]): Uint8Array {
  const hashing = hash.create({ dkLen: length });
  for (const part of parts) hashing.update(part);
  return hashing.digest();
}
