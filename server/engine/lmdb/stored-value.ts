// The form of a stored value: the value, then four bytes of checksum over its key and itself, little-endian. LMDB has no
// checksums of its own. Values of schema 1 and 2 have none either.

import {
  CHECKSUM_BYTES,
  readChecksum,
  recordChecksum,
  sealInRoom,
  sealingRoom,
  writeChecksum,
} from "../../platform/checksum/checksum.js";
import { partOf } from "./part-of-buffer.js";

export { CHECKSUM_BYTES } from "../../platform/checksum/checksum.js";

/** A value as it is stored. */
export function seal(key: Uint8Array, value: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(value.length + CHECKSUM_BYTES);
  stored.set(value);
  writeChecksum(stored, value.length, recordChecksum(key, value));
  return stored;
}

/** A value that is about to be written. */
export interface SealedValue {
  /** The bytes as they are stored. */
  stored: Buffer;
  checksum: number;
}

const inRoom = sealingRoom && { stored: partOf(sealingRoom), checksum: 0 };

/** The same for a write that copies the bytes at once. They are nearly always in memory that the next call uses again. */
export function sealToWrite(key: Uint8Array, value: Uint8Array): SealedValue {
  const checksum = sealInRoom(key, value);
  if (checksum === undefined || !inRoom) {
    const stored = seal(key, value);
    return { stored, checksum: readChecksum(stored, value.length) };
  }
  const { stored } = inRoom;
  stored.start = stored.byteOffset + key.length;
  stored.end = stored.start + value.length + CHECKSUM_BYTES;
  inRoom.checksum = checksum;
  return inRoom;
}

/** A value that was found under a key. */
export interface OpenedValue {
  /** The value as it was read, which is not what was written unless `isWhole`. */
  value: Buffer;
  /** The checksum in the database now. */
  checksum: number;
  /** Whether key and value are what was written. */
  isWhole: boolean;
}

export function openStored(key: Uint8Array, stored: Buffer): OpenedValue {
  const end = stored.length - CHECKSUM_BYTES;
  if (end < 0) return { value: stored, checksum: 0, isWhole: false };
  const value = stored.subarray(0, end);
  const checksum = readChecksum(stored, end);
  return { value, checksum, isWhole: recordChecksum(key, value) === checksum };
}
