// Adds the postings of a restore's entries. They come block after block in order of time, so they nearly always belong at the
// end of their list. This remembers the ends of lists, and the values that it has seen, and so seldom reads the database.

import { beginsWith, SEPARATOR_BYTE, segments, under } from "../../../records/keys.js";
import { MOMENT_BYTES } from "../../../records/logs/entry-key.js";
import { changePostings, eachPiece, lastPiece } from "../../../storage/derived/postings.js";
import type { WriteTable } from "../../../storage/tables.js";
import type { TableWriter } from "../table-writer.js";

/** The most ends of lists that are remembered. */
const MAX_ENDS = 20_000;
const NONE = Buffer.alloc(0);

export class PostingAppender {
  /** The last piece of each list, by its head. */
  readonly #ends = new Map<string, Buffer>();
  readonly #seen = new SeenHeads();
  #piece = NONE;
  #prefix = NONE;
  #wasEmpty = false;
  readonly #wereEmpty = new Map<string, boolean>();

  constructor(
    private readonly derived: WriteTable,
    private readonly writer: TableWriter,
  ) {}

  /** @param moments ascending, one after the other; both are only read during the call */
  add(head: Buffer, moments: Buffer): void {
    const name = head.toString("latin1");
    const end = this.#ends.get(name) ?? this.#findEnd(head);
    if (end.length > 0 && end.compare(moments, 0, MOMENT_BYTES, end.length - MOMENT_BYTES) >= 0) {
      this.#change(head, splitMoments(moments), "add");
      return;
    }
    const list = end.length > 0 ? Buffer.concat([end, moments]) : moments;
    const piece = this.#room(head.length + list.length);
    head.copy(piece);
    const keyEnd = head.length + MOMENT_BYTES;
    let last = 0;
    eachPiece(list, (start, pieceEnd) => {
      last = start;
      // the pieces before are unchanged
      if (pieceEnd <= end.length) return;
      list.copy(piece, head.length, start, pieceEnd);
      this.writer.key(0, keyEnd).put(keyEnd, head.length + pieceEnd - start, false);
    });
    if (this.#ends.size >= MAX_ENDS) this.#ends.clear();
    this.#ends.set(name, Buffer.from(list.subarray(last)));
  }

  /** Memory to put a piece together in, key and value. */
  #room(bytes: number): Buffer {
    if (this.#piece.length < bytes) {
      this.#piece = Buffer.allocUnsafeSlow(2 * bytes);
      this.writer.from(this.#piece, this.#piece);
    }
    return this.#piece;
  }

  /** @param moments ascending */
  remove(head: Buffer, moments: readonly Buffer[]): void {
    this.#change(head, moments, "remove");
  }

  #change(head: Buffer, moments: readonly Buffer[], how: "add" | "remove"): void {
    changePostings(this.derived, head, { moments, how });
    this.#ends.delete(head.toString("latin1"));
  }

  /** The last piece in the database, without a look-up where there can't be one. */
  #findEnd(head: Buffer): Buffer {
    const isNew = this.#seen.add(head);
    return isNew && this.#indexWasEmpty(head) ? NONE : lastPiece(this.derived, head);
  }

  /** Whether the head's index was empty before the first write to it. */
  #indexWasEmpty(head: Buffer): boolean {
    if (this.#prefix.length > 0 && beginsWith(head, 0, this.#prefix)) return this.#wasEmpty;
    // index␛STREAM␛FIELD␛
    let end = 0;
    for (let separators = 0; separators < 3; end++) if (head[end] === SEPARATOR_BYTE) separators++;
    const prefix = Buffer.from(head.subarray(0, end));
    const name = prefix.toString("latin1");
    let wasEmpty = this.#wereEmpty.get(name);
    if (wasEmpty === undefined) {
      const [table = "", stream = "", field = ""] = segments(prefix);
      const range = { ...under(table, stream, field), limit: 1 };
      wasEmpty = [...this.derived.keys(range)].length === 0;
      this.#wereEmpty.set(name, wasEmpty);
    }
    this.#prefix = prefix;
    this.#wasEmpty = wasEmpty;
    return wasEmpty;
  }
}

function splitMoments(moments: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < moments.length; at += MOMENT_BYTES)
    all.push(moments.subarray(at, at + MOMENT_BYTES));
  return all;
}

/** A Bloom filter that knows which heads surely were not seen. Of five million heads it takes one in fifty for another. */
class SeenHeads {
  #bits: Uint32Array | undefined;

  /** @returns whether the head surely is new */
  add(head: Buffer): boolean {
    this.#bits ??= new Uint32Array(1 << 21);
    let one = 0x811c9dc5;
    let two = 0;
    for (const byte of head) {
      // two hashes: FNV-1a, and a polynomial
      one = Math.imul(one ^ byte, 0x01000193);
      two = (Math.imul(two, 0x9e3779b1) + byte + 1) | 0;
    }
    const isOneNew = this.#set(one ^ (one >>> 13));
    const isTwoNew = this.#set(two ^ (two >>> 15));
    return isOneNew || isTwoNew;
  }

  #set(hash: number): boolean {
    const bits = this.#bits as Uint32Array;
    const at = (hash >>> 5) & (bits.length - 1);
    const bit = 1 << (hash & 31);
    const was = bits[at] as number;
    bits[at] = was | bit;
    return (was & bit) === 0;
  }
}
