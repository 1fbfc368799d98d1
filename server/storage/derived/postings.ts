// Posting lists. A list holds, for one value of an indexed field, the moments (time and UUID) of all entries that have it,
// ascending. It is stored in pieces, because it may have millions of postings and grows at its end:
//
//     HEAD MOMENT      MOMENT*        the piece's first posting is in its key, those after it are its value
//
// A posting's bytes alone decide whether it begins a piece. So a list's pieces don't depend on the order in which its entries
// came, as the law of derived data demands. A piece has sixteen postings on average. It ends after 1,024 at the latest, because
// the maker of a snapshot can choose UUIDs.

import { MOMENT_BYTES, momentOf } from "../../records/logs/entry-key.js";
import { type FieldIndex, indexHeads } from "../../records/logs/log-index.js";
import type { ReadTable, WriteTable } from "../tables.js";

/** One posting in 2^4 begins a piece. */
const PIECE_BITS = 4;
/** The most postings of a piece. With random UUIDs, one run in 10^28 is as long. */
const MOST = 1024;
const MOST_BYTES = MOST * MOMENT_BYTES;

export interface Piece {
  key: Buffer;
  value: Buffer;
}

/** Whether the posting at `at` begins a piece wherever it stands in its list. The first of a list always does. */
function beginsPiece(moments: Buffer, at: number): boolean {
  // time and UUID, mixed; 0x9e3779b1 is 2^32 divided by the golden ratio (Knuth, TAOCP 3, section 6.4)
  let mixed = 0;
  for (let i = at + 4; i < at + MOMENT_BYTES; i += 4) {
    mixed = Math.imul(mixed ^ moments.readInt32BE(i), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> (32 - PIECE_BITS) === 0;
}

/**
 * Cuts a list, or a part of one that begins a piece, into its pieces.
 * @param moments ascending, one after the other
 * @param onPiece gets where each piece begins and ends
 */
export function eachPiece(moments: Buffer, onPiece: (start: number, end: number) => void): void {
  let start = 0;
  for (let at = MOMENT_BYTES; at <= moments.length; at += MOMENT_BYTES) {
    const isCut = at - start === MOST_BYTES || at === moments.length || beginsPiece(moments, at);
    if (!isCut) continue;
    onPiece(start, at);
    start = at;
  }
}

/** A list's pieces as they are stored. */
export function piecesOf(head: Buffer, moments: Buffer): Piece[] {
  const pieces: Piece[] = [];
  eachPiece(moments, (start, end) => {
    const first = start + MOMENT_BYTES;
    const key = Buffer.concat([head, moments.subarray(start, first)]);
    pieces.push({ key, value: moments.subarray(first, end) });
  });
  return pieces;
}

/** The last piece of a list, as moments; empty for a missing list. */
export function lastPiece(derived: ReadTable, head: Buffer): Buffer {
  const range = { start: head, end: after(head), reverse: true, limit: 1 };
  for (const piece of derived.range(range)) return momentsOf(head, piece);
  return NONE;
}

/**
 * Adds postings to a list, or removes them. It doesn't matter whether they are there already. Only inside a write transaction.
 * @param moments ascending
 */
export function changePostings(
  derived: WriteTable,
  head: Buffer,
  { moments, how }: { moments: readonly Buffer[]; how: "add" | "remove" },
): void {
  const all = moments.filter((moment, i) => !moments[i - 1]?.equals(moment));
  if (all.length === 0 || (how === "add" && append(derived, head, all))) return;
  for (let begin = 0; begin < all.length; ) {
    // a list may be long, so only the pieces around are changed, up to a posting that always begins a piece
    const { pieces, next } = piecesAround(derived, head, all[begin] as Buffer);
    let end = next ? begin : all.length;
    while (next && end < all.length && precedes(all[end] as Buffer, head, next)) end++;
    const list = Buffer.concat(pieces.map((piece) => momentsOf(head, piece)));
    const changed = Buffer.concat(merged(list, all.slice(begin, end), how));
    replace(derived, pieces, piecesOf(head, changed));
    begin = end;
  }
}

/**
 * Adds postings at the end of a list, where nearly all belong. @returns false, and changes nothing, if they don't belong there
 */
function append(derived: WriteTable, head: Buffer, moments: readonly Buffer[]): boolean {
  const last = lastPiece(derived, head);
  const end = last.subarray(Math.max(0, last.length - MOMENT_BYTES));
  if (end.length > 0 && end.compare(moments[0] as Buffer) >= 0) return false;
  const list = Buffer.concat([last, ...moments]);
  for (const { key, value } of piecesOf(head, list)) derived.put(key, value);
  return true;
}

/** The piece of a moment, the one before, and the one after. Removing a piece's first posting changes the one before. */
const PIECES_AT_HAND = 3;

/** The pieces that change with a moment, and the next piece, if there is one. */
function piecesAround(
  derived: WriteTable,
  head: Buffer,
  moment: Buffer,
): { pieces: Piece[]; next: Piece | undefined } {
  const own = Buffer.concat([head, moment]);
  let start: Buffer = own;
  const upToOwn = { start: head, end: Buffer.concat([own, ZERO]), reverse: true, limit: 2 };
  for (const key of derived.keys(upToOwn)) {
    start = key;
    if (!start.equals(own)) break;
  }
  const pieces: Piece[] = [];
  for (const piece of derived.range({ start, end: after(head) })) {
    if (pieces.length >= PIECES_AT_HAND && beginsPiece(piece.key, head.length))
      return { pieces, next: piece };
    pieces.push(piece);
  }
  return { pieces, next: undefined };
}

function merged(list: Buffer, given: readonly Buffer[], how: "add" | "remove"): Buffer[] {
  const result: Buffer[] = [];
  let i = 0;
  for (let at = 0; at < list.length; at += MOMENT_BYTES) {
    const moment = list.subarray(at, at + MOMENT_BYTES);
    for (; i < given.length && Buffer.compare(given[i] as Buffer, moment) < 0; i++)
      if (how === "add") result.push(given[i] as Buffer);
    const isGiven = given[i]?.equals(moment) ?? false;
    if (isGiven) i++;
    if (!isGiven || how === "add") result.push(moment);
  }
  if (how === "add") result.push(...given.slice(i));
  return result;
}

function replace(derived: WriteTable, before: readonly Piece[], now: readonly Piece[]): void {
  const values = new Map(before.map(({ key, value }) => [key.toString("latin1"), value]));
  for (const { key, value } of now) {
    const name = key.toString("latin1");
    if (!values.get(name)?.equals(value)) derived.put(key, value);
    values.delete(name);
  }
  for (const name of values.keys()) derived.remove(Buffer.from(name, "latin1"));
}

/**
 * Gives postings, the newest first.
 * @param from the first wanted moment
 * @param before the first moment after those that are wanted
 */
export function* newestPostings(
  derived: ReadTable,
  head: Buffer,
  { from, before }: { from: Buffer; before: Buffer },
): Generator<Buffer> {
  // a piece that begins at `before` holds no wanted posting
  const end = Buffer.concat([head, before]);
  for (const piece of derived.range({ start: head, end, reverse: true })) {
    const moments = momentsOf(head, piece);
    for (let at = moments.length; at > 0; at -= MOMENT_BYTES) {
      const moment = moments.subarray(at - MOMENT_BYTES, at);
      if (moment.compare(from) < 0) return;
      if (moment.compare(before) < 0) yield moment;
    }
  }
}

/** Postings of entries that come or go in one transaction, collected: each list is then changed once. */
export class PostingChanges {
  readonly #lists = new Map<string, { head: Buffer; moments: Buffer[] }>();

  /** @param key of the entry, as it stands in the records */
  note(
    indexes: readonly FieldIndex[],
    key: Uint8Array,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    for (const head of indexHeads(indexes, fields)) {
      const name = head.toString("latin1");
      const list = this.#lists.get(name) ?? { head, moments: [] };
      this.#lists.set(name, list);
      list.moments.push(momentOf(key));
    }
  }

  /** Takes out the lists. The moments of each ascend. */
  *take(): Generator<{ head: Buffer; moments: Buffer[] }> {
    for (const { head, moments } of this.#lists.values())
      yield { head, moments: moments.sort(Buffer.compare) };
    this.#lists.clear();
  }

  /** Only inside a write transaction. */
  write(derived: WriteTable, how: "add" | "remove"): void {
    for (const { head, moments } of this.take()) changePostings(derived, head, { moments, how });
  }
}

const NONE = Buffer.alloc(0);
const ZERO = Buffer.alloc(1);
const LATEST = Buffer.alloc(MOMENT_BYTES + 1, 0xff);

/** A key after all pieces of a list. */
const after = (head: Buffer): Buffer => Buffer.concat([head, LATEST]);

const momentsOf = (head: Buffer, { key, value }: Piece): Buffer =>
  Buffer.concat([key.subarray(head.length), value]);

const precedes = (moment: Buffer, head: Buffer, { key }: Piece): boolean =>
  key.compare(moment, 0, MOMENT_BYTES, head.length) > 0;
