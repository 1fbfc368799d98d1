// A block on the wire: the prefix (a skippable frame of 16 bytes: u32 LE compressed length, decompressed
// length, CRC-32 of the compressed frame, entries), then the zstd frame. All four numbers are checked before
// anything is decompressed, so a decompression bomb is refused by arithmetic.

import { crc32 } from "node:zlib";
import {
  BLOCK_MAGIC,
  BLOCK_MAX_BYTES,
  compressBound,
  FRAME_HEAD_BYTES,
  PREFIX_BYTES,
  ZSTD_MAGIC,
} from "./layout.js";

export interface BlockPrefix {
  /** Length of the zstd frame that follows, bytes. */
  compressedLength: number;
  /** Length of what it decompresses to, bytes. */
  rawLength: number;
  /** CRC-32 (IEEE) of the zstd frame. */
  crc: number;
  /** Records in it. */
  entries: number;
}

/** The prefix frame of a block, with its 8 bytes of frame head. */
export function encodeBlockPrefix(frame: Uint8Array, rawLength: number, entries: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + PREFIX_BYTES);
  bytes.writeUInt32LE(BLOCK_MAGIC, 0);
  bytes.writeUInt32LE(PREFIX_BYTES, 4);
  bytes.writeUInt32LE(frame.byteLength, 8);
  bytes.writeUInt32LE(rawLength, 12);
  bytes.writeUInt32LE(crc32(frame), 16);
  bytes.writeUInt32LE(entries, 20);
  return bytes;
}

/** Reads the 16 bytes of a prefix's payload. */
export function decodeBlockPrefix(payload: Buffer): BlockPrefix {
  return {
    compressedLength: payload.readUInt32LE(0),
    rawLength: payload.readUInt32LE(4),
    crc: payload.readUInt32LE(8),
    entries: payload.readUInt32LE(12),
  };
}

/** Says what is impossible about a prefix, or gives undefined. It bounds the memory that the block may take. */
export function prefixProblem(prefix: BlockPrefix): string | undefined {
  if (prefix.rawLength > BLOCK_MAX_BYTES) {
    return `claims ${prefix.rawLength} bytes decompressed, more than ${BLOCK_MAX_BYTES}`;
  }
  if (prefix.compressedLength > compressBound(prefix.rawLength)) {
    return `claims ${prefix.compressedLength} compressed bytes for ${prefix.rawLength}`;
  }
  // the smallest record: one byte of key in a KV with its two tags and lengths
  if (prefix.entries === 0 || prefix.entries * 5 > prefix.rawLength) {
    return `claims ${prefix.entries} entries in ${prefix.rawLength} bytes`;
  }
  return undefined;
}

/** Says what is wrong with a zstd frame before it is decompressed, or gives undefined. */
export function frameProblem(frame: Buffer, prefix: BlockPrefix): string | undefined {
  if (crc32(frame) !== prefix.crc) return "does not match its CRC-32";
  const contentSize = zstdContentSize(frame);
  if (contentSize === undefined) return "is not a zstd frame that declares its content size";
  if (contentSize !== BigInt(prefix.rawLength)) {
    return `declares ${contentSize} bytes where its prefix says ${prefix.rawLength}`;
  }
  if (zstdFrameLength(frame) !== frame.byteLength) return "is not exactly one zstd frame";
  return undefined;
}

/** Frame_Content_Size, RFC 8878 section 3.1.1.1; undefined where the frame has none. */
export function zstdContentSize(frame: Buffer): bigint | undefined {
  const field = contentSizeField(frame);
  if (field === undefined || field.at + field.bytes > frame.byteLength) return undefined;
  if (field.bytes === 1) return BigInt(frame.readUInt8(field.at));
  if (field.bytes === 2) return BigInt(frame.readUInt16LE(field.at) + 256);
  if (field.bytes === 4) return BigInt(frame.readUInt32LE(field.at));
  return frame.readBigUInt64LE(field.at);
}

function contentSizeField(frame: Buffer): { at: number; bytes: number } | undefined {
  if (frame.byteLength < 6 || frame.readUInt32LE(0) !== ZSTD_MAGIC) return undefined;
  const descriptor = frame.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] as number;
  const bytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number;
  if (bytes === 0) return undefined;
  return { at: 5 + (singleSegment ? 0 : 1) + dictionaryId, bytes };
}

/** Length of the first frame, from its block headers (RFC 8878 section 3.1.1.2), or undefined if it runs out. */
function zstdFrameLength(frame: Buffer): number | undefined {
  const field = contentSizeField(frame);
  if (field === undefined) return undefined;
  let at = field.at + field.bytes;
  for (;;) {
    if (at + 3 > frame.byteLength) return undefined;
    const head = frame.readUIntLE(at, 3);
    const type = (head >>> 1) & 3;
    at += 3 + (type === 1 ? 1 : head >>> 3);
    if (head & 1) break;
  }
  const checksum = (frame.readUInt8(4) & 0x04) !== 0;
  return at + (checksum ? 4 : 0);
}
