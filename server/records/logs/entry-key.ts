// The key of an entry, `entry␛STREAM␛MS(20 digits)␛UUID`, taken apart from its fixed end, and the 24 bytes
// that stand for time and UUID in postings: u64 big-endian milliseconds, 16 bytes of UUID.
// A restore does this for every entry, so it works on bytes and allocates little.

import { key as joinKey, SEPARATOR_BYTE } from "../keys.js";
import { entryTime } from "../records.js";

/** `entry␛` */
const HEAD_BYTES = 6;
/** The part of a key after `entry␛STREAM␛`: 20 digits, `␛`, 36 characters of UUID. */
export const ENTRY_TAIL_BYTES = 57;
/** Time and UUID of a posting. */
export const MOMENT_BYTES = 24;

export interface EntryKeyParts {
  stream: string;
  /** Milliseconds since 1970. */
  ms: number;
  uuid: string;
}

/** The end of the stream's name, which begins after `entry␛`. */
export const streamEnd = (key: Uint8Array): number => key.length - ENTRY_TAIL_BYTES - 1;

/** Whether the bytes begin with `entry␛`. */
export function isEntryKey(key: Uint8Array): boolean {
  return (
    key.length > HEAD_BYTES + 1 + ENTRY_TAIL_BYTES &&
    key[5] === SEPARATOR_BYTE &&
    key[0] === 0x65 &&
    key[1] === 0x6e &&
    key[2] === 0x74 &&
    key[3] === 0x72 &&
    key[4] === 0x79
  );
}

/** The name of an entry's stream. */
export function streamOf(key: Uint8Array): string {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return bytes.toString("utf8", HEAD_BYTES, streamEnd(key));
}

/** @param key of an entry, as it stands in the records */
export function parseEntryKey(key: Uint8Array): EntryKeyParts {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const end = streamEnd(key);
  return {
    stream: streamOf(key),
    ms: Number(bytes.toString("latin1", end + 1, end + 21)),
    uuid: bytes.toString("latin1", end + 22),
  };
}

/** Milliseconds of an entry's key. */
export function entryMs(key: Uint8Array): number {
  const end = streamEnd(key);
  let ms = 0;
  for (let i = end + 1; i < end + 21; i += 1) ms = ms * 10 + ((key[i] as number) - 0x30);
  return ms;
}

/** The 24 bytes of time and UUID of an entry's key. */
export function momentOf(key: Uint8Array): Buffer {
  const moment = Buffer.allocUnsafe(MOMENT_BYTES);
  writeMoment(key, moment, 0);
  return moment;
}

/** The moment before all others of a millisecond. @param ms at most 2^53 - 1 */
export function firstMomentOf(ms: number): Buffer {
  const moment = Buffer.alloc(MOMENT_BYTES);
  writeMs(ms, moment, 0);
  return moment;
}

/** Writes the 24 bytes of time and UUID of an entry's key. */
export function writeMoment(key: Uint8Array, target: Buffer, offset: number): void {
  const end = streamEnd(key);
  const ms = entryMs(key);
  if (ms <= Number.MAX_SAFE_INTEGER) {
    writeMs(ms, target, offset);
  } else {
    const digits = Buffer.from(key.buffer, key.byteOffset + end + 1, 20).toString("latin1");
    target.writeBigUInt64BE(BigInt(digits), offset);
  }
  let at = end + 22;
  for (let i = offset + 8; i < offset + MOMENT_BYTES; i += 1) {
    if (key[at] === 0x2d) at += 1;
    target[i] = (nibble(key[at] as number) << 4) | nibble(key[at + 1] as number);
    at += 2;
  }
}

/** Milliseconds as 8 bytes, big-endian. @param ms at most 2^53 - 1 */
function writeMs(ms: number, target: Buffer, offset: number): void {
  const high = Math.floor(ms / 0x1_0000_0000);
  target.writeUInt32BE(high, offset);
  target.writeUInt32BE(ms - high * 0x1_0000_0000, offset + 4);
}

/** The key of the entry that a posting points to: the last 24 bytes, given back their form. */
export function entryKeyOfMoment(stream: string, key: Uint8Array): Buffer {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const at = bytes.length - MOMENT_BYTES;
  const ms = bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
  const time = Number.isSafeInteger(ms)
    ? entryTime(ms)
    : String(bytes.readBigUInt64BE(at)).padStart(20, "0");
  const hex = bytes.toString("hex", at + 8);
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return joinKey("entry", stream, time, uuid);
}

/** The value of a lower-case hex digit. */
const nibble = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);
