// Decides where a segment of sorted records ends: a piece that a repository keeps as an object of its own, and that begins a
// block of its own in a plain snapshot file. It follows from the records alone, from the last end on: so records that are
// added, changed or removed change the segments near them, and all others are found again, here and by others'
// deduplication.
//
// A segment ends
// - after a record whose hash is below a bound, in proportion to the record's bytes, once the segment has SEGMENT_MIN_BYTES;
// - before the first record of another stream, or of another kind, once it has SEGMENT_SCOPE_BYTES: what is added at the
//   end of a stream changes only that stream's last segment then;
// - when it has SEGMENT_MAX_BYTES.
// The hash is the checksum that each record carries anyway: nothing is worked out for this.
//
// At the end of a stream, what hasn't ended by its records yet is cut into pieces. They end as segments do, but are smaller. What
// is added there changes only the last piece, and once the segment ends, the pieces are one segment. So each record is stored
// twice, at most, by backups that find little that is new, and most pieces are gone with the snapshots that name them.
//
// The sizes were measured: of three streams with 5,000,000 entries that grow by 0.1 %, a backup stores the last segment of each
// stream, and a line in the manifest for each segment there is. About 1 MiB makes the sum of both the smallest. After an
// insertion, one or two segments later the cuts are the old ones again; with a higher least size it takes many.

import { keyHead, SEPARATOR_BYTE } from "./keys.js";

/** Keys and values, bytes. */
export const SEGMENT_MIN_BYTES = 640 * 1024;
/** A segment has so much more, on average. */
const SEGMENT_MORE_BYTES = 384 * 1024;
/** But for one larger record. */
export const SEGMENT_MAX_BYTES = 4 * 1024 * 1024;
const SEGMENT_SCOPE_BYTES = 128 * 1024;
/** The same of a piece; it has no greatest size. */
const PIECE_MIN_BYTES = 64 * 1024;
const PIECE_MORE_BYTES = 64 * 1024;

/** Hashes are below it. */
const HASHES = 2 ** 32;
const HASHES_PER_BYTE = HASHES / SEGMENT_MORE_BYTES;
const PIECE_HASHES_PER_BYTE = HASHES / PIECE_MORE_BYTES;
const ENTRY_HEAD = keyHead("entry");
const NONE = new Uint8Array(0);

/** Shown records in order of their keys, it tells where segments end. */
export class SegmentCutter {
  /** Keys and values of the segment that is being filled. */
  #bytes = 0;
  /** The beginning of all keys of the last record's stream, or kind. */
  #scope: Uint8Array = NONE;
  /** The bytes of it that tell it from others: all but the rest of its kind, of which the first letter tells. */
  #tellingFrom = 0;

  /** Whether the segment ends before this record. To be asked once for each, before `endsAfter`. */
  endsBefore(key: Uint8Array, keyStart: number, keyEnd: number): boolean {
    const scope = this.#scope;
    if (key[keyStart] === scope[0]) {
      let at = this.#tellingFrom;
      while (at < scope.length && scope[at] === key[keyStart + at]) at++;
      if (at === scope.length) return false;
    }
    const kindEnd = afterSeparator(key, keyStart, keyEnd);
    const isEntry = ENTRY_HEAD.equals(key.subarray(keyStart, kindEnd));
    const end = isEntry ? afterSeparator(key, kindEnd, keyEnd) : kindEnd;
    // a copy: lmdb-js puts the next key into the same memory
    this.#scope = new Uint8Array(key.subarray(keyStart, end));
    this.#tellingFrom = kindEnd - keyStart;
    if (this.#bytes < SEGMENT_SCOPE_BYTES) return false;
    this.#bytes = 0;
    return true;
  }

  /**
   * Whether the segment ends after this record.
   * @param bytes of its key and its value
   * @param hash of both: an unsigned number of 32 bits
   */
  endsAfter(bytes: number, hash: number): boolean {
    this.#bytes += bytes;
    const ends =
      this.#bytes >= SEGMENT_MIN_BYTES &&
      (hash < bytes * HASHES_PER_BYTE || this.#bytes >= SEGMENT_MAX_BYTES);
    if (ends) this.#bytes = 0;
    return ends;
  }
}

/** Shown the records of a segment that hasn't ended by them, it tells where pieces end. */
export class PieceCutter {
  #bytes = 0;

  /** Like {@link SegmentCutter.endsAfter}. */
  endsAfter(bytes: number, hash: number): boolean {
    this.#bytes += bytes;
    const ends = this.#bytes >= PIECE_MIN_BYTES && hash < bytes * PIECE_HASHES_PER_BYTE;
    if (ends) this.#bytes = 0;
    return ends;
  }
}

function afterSeparator(key: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (key[at] === SEPARATOR_BYTE) return at + 1;
  return end;
}
