// Recognizes FlowG's own backup files by their first bytes, and says what any other file looks like.

import { isUtf8 } from "node:buffer";
import { BadgerFault } from "../badger-fault.js";
import { ProtobufReader } from "../protobuf-reader.js";

/** The longest frame that a BadgerDB stream can have. BadgerDB merges up to 100 MiB, and one value may add 1 GiB. */
export const MAX_FRAME_BYTES = 2 ** 31;
/** The longest key. BadgerDB's own limit is 65,000. */
export const MAX_KEY_BYTES = 65_536;

/** A failed download from FlowG ends in this, or holds nothing else: `{"status":"INTERNAL","error":…}` */
export const ERROR_TEXT = Buffer.from('{"status');

const KEY_TAG = 0x0a;
/** The tags of a KV's fields: key, value, user_meta, version, expires_at, meta, stream_id, stream_done. */
const KV_TAGS = new Set([KEY_TAG, 0x12, 0x1a, 0x20, 0x28, 0x32, 0x50, 0x58]);
const FLOWG_WORD =
  /^(?:entry|index|stream|role|user|pat|provider|transformer|pipeline|forwarder|system|__meta__)[:\x1b]/;

/** Whether it is a gzip file, as FlowG's `config.db` was before 0.35. */
export function looksLikeConfigArchive(first: Uint8Array): boolean {
  if (first.length < 3 || first[0] !== 0x1f || first[1] !== 0x8b || first[2] !== 8) return false;
  // a BadgerDB frame of 559,903 bytes begins with the same bytes as Go's gzip header, but then a field's tag follows
  return first[8] !== KEY_TAG;
}

/**
 * Whether it is a bare BadgerDB stream: the length of a frame, the tag of a KV, its length, a tag inside it.
 * A frame may run past `fileSize` only if its key is one of FlowG's: then it is a backup that was cut.
 */
export function looksLikeBadgerStream(first: Uint8Array, fileSize?: number): boolean {
  if (first.length < 11 || first[8] !== KEY_TAG) return false;
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
  const frame = bytes.readBigUInt64LE(0);
  if (frame < 4n || frame > BigInt(MAX_FRAME_BYTES)) return false;
  try {
    const reader = new ProtobufReader(bytes, 9);
    const kv = reader.varint(bytes.length);
    if (kv < 2 || kv > Number(frame) - 2) return false;
    const tag = bytes[reader.at++];
    if (tag === undefined) return true;
    if (!KV_TAGS.has(tag)) return false;
    const isFlowg = tag === KEY_TAG && isFlowgKey(bytes, reader, kv);
    return isFlowg || fileSize === undefined || Number(frame) + 8 <= fileSize;
  } catch (error) {
    if (error instanceof BadgerFault) return false;
    throw error;
  }
}

/** Whether the key is one of FlowG's. The beginning of a long key is enough. @throws BadgerFault if it can't be a key */
function isFlowgKey(bytes: Buffer, reader: ProtobufReader, kv: number): boolean {
  const key = reader.varint(bytes.length);
  if (key < 1 || key > Math.min(kv, MAX_KEY_BYTES)) {
    throw new BadgerFault(`a key of ${key} bytes`, reader.at);
  }
  return FLOWG_WORD.test(bytes.toString("latin1", reader.at, reader.at + key));
}

/** First bytes, as Latin-1, and what a file that begins with them is. The first that fits counts. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\{"status/, "a FlowG error message in place of a backup"],
  [/^\x7fELF/, "an ELF program"],
  [/^MZ/, "a Windows program"],
  [/^PK[\x03\x05\x07]/, "a zip archive"],
  [/^\x1f\x8b/, "a gzip file"],
  [/^\x04\x22\x4d\x18/, "an lz4 file"],
  [/^BZh[1-9]/, "a bzip2 file"],
  [/^\xfd7zXZ\0/, "an xz file"],
  [/^7z\xbc\xaf/, "a 7z archive"],
  [/^\x28\xb5\x2f\xfd/, "a zstd file"],
  [/^.{257}ustar/s, "a tar archive"],
  [/^.{16}(?:.{8})?\xde\xc0\xef\xbe/s, "an LMDB data file"],
  [/^SQLite format 3\0/, "an SQLite database"],
  [/^\x89PNG/, "a PNG image"],
  [/^\xff\xd8\xff/, "a JPEG image"],
  [/^GIF8/, "a GIF image"],
  [/^%PDF-/, "a PDF document"],
];

/** The same for text, after a byte order mark and blanks. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^(?:<!doctype html|<html|<head|<body)/i, "HTML"],
  [/^<\?xml/i, "XML"],
  [/^(?:\{\s*(?:"|\}|$)|\[\s*(?:["{[\d\]-]|true|false|null|$))/, "JSON text"],
];

/** Says what an unknown file looks like: `"HTML"`, `"a zip archive"`, `"binary data"`. */
export function describeBytes(first: Uint8Array): string {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
  if (bytes.length === 0) return "an empty file";
  const raw = bytes.toString("latin1");
  for (const [pattern, what] of SIGNATURES) if (pattern.test(raw)) return what;
  if (!looksLikeText(bytes)) return "binary data";
  const text = bytes
    .toString()
    .replace(/^\uFEFF/, "")
    .trimStart();
  for (const [pattern, what] of TEXTS) if (pattern.test(text)) return what;
  return "text";
}

function looksLikeText(bytes: Buffer): boolean {
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes.toString("latin1"))) return false;
  // the last character may have been cut
  return [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)));
}
