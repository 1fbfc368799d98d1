// The payload of an age file (C2SP age.md, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB, each sealed with
// ChaCha20-Poly1305. A chunk's nonce is its number and whether it is the last: so chunks can't be cut off, added, repeated or
// put in another order. By node:crypto, which takes an eighth of the time that the age library's own cipher takes.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";

const CIPHER = "chacha20-poly1305";
export const NONCE_BYTES = 16;
export const TAG_BYTES = 16;
const CHUNK_BYTES = 64 * 1024;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
/** After so many chunks other work gets its turn. They take 2 ms of this thread. */
const CHUNKS_AT_A_TIME = 16;

/** @param before the bytes that come before the payload in the file: its header */
export async function encryptPayload(
  fileKey: Uint8Array,
  plain: Uint8Array,
  before: Uint8Array,
): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const key = payloadKey(fileKey, nonce);
  const chunks = Math.max(1, Math.ceil(plain.length / CHUNK_BYTES));
  const file = Buffer.allocUnsafe(before.length + NONCE_BYTES + plain.length + chunks * TAG_BYTES);
  file.set(before);
  file.set(nonce, before.length);
  let at = before.length + NONCE_BYTES;
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (chunk % CHUNKS_AT_A_TIME === CHUNKS_AT_A_TIME - 1) await setImmediate();
    const cipher = createCipheriv(CIPHER, key, chunkNonce(chunk, chunk === chunks - 1), {
      authTagLength: TAG_BYTES,
    });
    const part = plain.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    file.set(cipher.update(part), at);
    cipher.final();
    file.set(cipher.getAuthTag(), at + part.length);
    at += part.length + TAG_BYTES;
  }
  return file;
}

/** @returns undefined if the bytes aren't what was encrypted with this key */
export async function decryptPayload(
  fileKey: Uint8Array,
  payload: Uint8Array,
): Promise<Buffer | undefined> {
  const sealed = payload.subarray(NONCE_BYTES);
  const chunks = Math.ceil(sealed.length / SEALED_BYTES);
  const lastBytes = sealed.length - (chunks - 1) * SEALED_BYTES - TAG_BYTES;
  // an empty chunk is allowed only as the only chunk of an empty file
  if (chunks === 0 || lastBytes < 0 || (lastBytes === 0 && chunks > 1)) return undefined;
  const key = payloadKey(fileKey, payload.subarray(0, NONCE_BYTES));
  const plain = Buffer.allocUnsafe(sealed.length - chunks * TAG_BYTES);
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (chunk % CHUNKS_AT_A_TIME === CHUNKS_AT_A_TIME - 1) await setImmediate();
    const part = sealed.subarray(chunk * SEALED_BYTES, (chunk + 1) * SEALED_BYTES);
    const decipher = createDecipheriv(CIPHER, key, chunkNonce(chunk, chunk === chunks - 1), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(part.subarray(part.length - TAG_BYTES));
    plain.set(decipher.update(part.subarray(0, part.length - TAG_BYTES)), chunk * CHUNK_BYTES);
    try {
      decipher.final();
    } catch {
      return undefined;
    }
  }
  return plain;
}

const payloadKey = (fileKey: Uint8Array, nonce: Uint8Array): Buffer =>
  Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32));

/** A chunk's nonce: its number in 11 bytes, big-endian, then one byte that is 1 for the last chunk. */
function chunkNonce(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
