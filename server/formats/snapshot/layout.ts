// The snapshot file, version 1: the numbers that its writer and reader share.
//
//   header    skippable frame 0x184D2A50   JSON, at most 64 KiB
//   block*    skippable frame 0x184D2A51   16 bytes: what the next zstd frame must be
//             zstd frame                   one or more whole Badger records
//   seal      skippable frame 0x184D2A52   JSON, at most 64 KiB; the last bytes of the file
//
// The whole is a Zstandard file (RFC 8878; skippable frames: section 3.1.2) whose content is a BadgerDB
// backup stream, so `zstd -t` and `zstd -dc` work on it, today and in ten years.

export const FORMAT = "flowg-snapshot";
export const FORMAT_VERSION = 1;

export const HEADER_MAGIC = 0x184d2a50;
export const BLOCK_MAGIC = 0x184d2a51;
export const SEAL_MAGIC = 0x184d2a52;
/** RFC 8878, section 3.1.1. */
export const ZSTD_MAGIC = 0xfd2fb528;

/** Magic and payload length. */
export const FRAME_HEAD_BYTES = 8;
/** Largest JSON payload of a header or seal. */
export const JSON_MAX_BYTES = 64 * 1024;
/** Payload of a block's prefix. */
export const PREFIX_BYTES = 16;

/**
 * A block is closed before it grows past this. Only a single larger entry makes a larger block. Most blocks end earlier, with a
 * segment (see records/cut.ts), and have about 1 MiB.
 */
export const BLOCK_TARGET_BYTES = 1280 * 1024;
/** No block is larger than this, decompressed. */
export const BLOCK_MAX_BYTES = 64 * 1024 * 1024;
/** A record takes at most this much in a block besides its key and value, for lengths, tags and version. */
export const RECORD_OVERHEAD_BYTES = 32;

/** The most a zstd frame of `rawLength` bytes can take: ZSTD_COMPRESSBOUND in zstd.h, and room for a frame header. */
export function compressBound(rawLength: number): number {
  const small = rawLength < 131_072 ? (131_072 - rawLength) >>> 11 : 0;
  return rawLength + (rawLength >>> 8) + small + 32;
}
