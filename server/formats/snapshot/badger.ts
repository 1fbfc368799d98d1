// Records in BadgerDB's backup format: u64 LE length, then a protobuf KVList (pb/badgerpb4.proto):
//   KVList { repeated KV kv = 1; }
//   KV     { bytes key = 1; bytes value = 2; uint64 version = 4; … }
// A block of ours is one such record with many KVs; a reader takes any number of them.
//
// Every backup spends most of its time writing these, so nothing is allocated for an entry. `block-scan` reads nearly all
// blocks of logs; this reads all others.

import { KEY_MAX_BYTES } from "../../records/keys.js";
import { BadgerFault } from "../badger-fault.js";
import type { RecordTable } from "../block-scan/scanner.js";
import { fieldOf, ProtobufReader } from "../protobuf-reader.js";
import { BLOCK_TARGET_BYTES, RECORD_OVERHEAD_BYTES } from "./layout.js";

/** The record's u64 length at the start of a block. */
const LENGTH_BYTES = 8;
const TAG_KV = 0x0a;
const TAG_KEY = 0x0a;
const TAG_VALUE = 0x12;
const TAG_VERSION = 0x20;
const TAG_EXPIRES_AT = 0x28;
const TAG_META = 0x32;

/** A raw block that is being filled. */
export class BlockBuilder {
  entries = 0;
  #bytes: Uint8Array;
  #end = LENGTH_BYTES;

  /** @param buffer memory to use again, of any size */
  constructor(buffer?: ArrayBuffer) {
    this.#bytes = new Uint8Array(buffer ?? new ArrayBuffer(BLOCK_TARGET_BYTES));
  }

  get isEmpty(): boolean {
    return this.entries === 0;
  }

  /** Whether a record fits without the block growing past its target size. */
  fits(keyLength: number, valueLength: number): boolean {
    return this.#end + keyLength + valueLength + RECORD_OVERHEAD_BYTES <= this.#bytes.byteLength;
  }

  /** Adds a record. One that doesn't fit is only taken by an empty block, which grows to hold it. */
  add(key: Uint8Array, value: Uint8Array): void {
    this.addParts(key, 0, key.byteLength, value, value.byteLength);
  }

  /**
   * The same from memory that is larger than the record: the key from `keyStart` to `keyEnd`, the first `valueLength` bytes of
   * `value`.
   */
  addParts(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueLength: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    if (!this.fits(keyLength, valueLength)) {
      this.#bytes = new Uint8Array(LENGTH_BYTES + keyLength + valueLength + RECORD_OVERHEAD_BYTES);
    }
    const bytes = this.#bytes;
    let at = this.#end;
    const valuePart = valueLength === 0 ? 0 : 1 + varintBytes(valueLength) + valueLength;
    bytes[at++] = TAG_KV;
    at = putVarint(bytes, at, 1 + varintBytes(keyLength) + keyLength + valuePart + 2);
    bytes[at++] = TAG_KEY;
    at = putVarint(bytes, at, keyLength);
    const isWholeKey = keyLength === key.byteLength;
    bytes.set(isWholeKey ? key : keyViews.view(key, keyStart, keyLength), at);
    at += keyLength;
    if (valueLength > 0) {
      bytes[at++] = TAG_VALUE;
      at = putVarint(bytes, at, valueLength);
      const isWholeValue = valueLength === value.byteLength;
      bytes.set(isWholeValue ? value : valueViews.view(value, 0, valueLength), at);
      at += valueLength;
    }
    bytes[at++] = TAG_VERSION;
    bytes[at++] = 1;
    this.#end = at;
    this.entries++;
  }

  /** The finished block, in memory of its own that can be transferred. The builder can't be used after this. */
  finish(): Uint8Array<ArrayBuffer> {
    const view = new DataView(this.#bytes.buffer);
    view.setBigUint64(0, BigInt(this.#end - LENGTH_BYTES), true);
    return new Uint8Array(this.#bytes.buffer as ArrayBuffer, 0, this.#end);
  }
}

/** Gets the places of a record's key and value in a raw block. `valueStart === valueEnd` for an empty value. */
export type OnRecord = (
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

/**
 * Walks the records of a raw block.
 * @returns how many there are
 * @throws BadgerFault
 */
export function eachRecord(block: Uint8Array, onRecord: OnRecord): number {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const reader = new ProtobufReader(block);
  let entries = 0;
  while (reader.at < block.byteLength) {
    const start = reader.at;
    if (block.byteLength - start < LENGTH_BYTES) throw new BadgerFault("a length is cut", start);
    const length = view.getBigUint64(start, true);
    reader.at += LENGTH_BYTES;
    if (length > BigInt(block.byteLength - reader.at)) {
      throw new BadgerFault(`a record claims ${length} bytes, more than its block has left`, start);
    }
    const end = reader.at + Number(length);
    while (reader.at < end) entries += readKvOrSkip(reader, end, onRecord);
  }
  return entries;
}

/**
 * Finds the first and the last key of a raw block as we write them, without reading the records between.
 * @throws BadgerFault
 */
export function keySpan(block: Uint8Array): { first: Uint8Array; last: Uint8Array } {
  const reader = new ProtobufReader(block, LENGTH_BYTES);
  const end = block.byteLength;
  const first = LENGTH_BYTES;
  let last = first;
  while (reader.at < end) {
    last = reader.at;
    if (reader.varint(end) !== TAG_KV) throw new BadgerFault("a record is not a KV", last);
    reader.at = reader.lengthEnd(end);
  }
  return { first: keyAt(reader, first), last: keyAt(reader, last) };
}

function keyAt(reader: ProtobufReader, kv: number): Uint8Array {
  reader.at = kv + 1;
  const kvEnd = reader.lengthEnd(reader.bytes.byteLength);
  if (reader.varint(kvEnd) !== TAG_KEY) throw new BadgerFault("a record has no key", kv);
  const keyEnd = reader.lengthEnd(kvEnd);
  return reader.bytes.slice(reader.at, keyEnd);
}

/**
 * Gives 4 numbers for each record of a raw block: where its key begins and ends, where its value begins and ends.
 * @throws BadgerFault
 */
export function recordTable(block: Uint8Array): RecordTable {
  const table: number[] = [];
  eachRecord(block, (...parts) => table.push(...parts));
  return Uint32Array.from(table);
}

/** Reads one field of a KVList. @returns 1 for a KV, 0 for a field of a later Badger */
function readKvOrSkip(reader: ProtobufReader, end: number, onRecord: OnRecord): number {
  const tag = reader.varint(end);
  if (tag !== TAG_KV) {
    if (fieldOf(tag) === 1) throw new BadgerFault("a KV has a wrong wire type", reader.at);
    reader.skip(tag, end);
    return 0;
  }
  const kvEnd = reader.lengthEnd(end);
  const kvStart = reader.at;
  let keyStart = 0;
  let keyEnd = 0;
  let valueStart = 0;
  let valueEnd = 0;
  while (reader.at < kvEnd) {
    const tag = reader.varint(kvEnd);
    if (tag === TAG_KEY) {
      keyEnd = reader.lengthEnd(kvEnd);
      keyStart = reader.at;
      reader.at = keyEnd;
    } else if (tag === TAG_VALUE) {
      valueEnd = reader.lengthEnd(kvEnd);
      valueStart = reader.at;
      reader.at = valueEnd;
    } else {
      if (fieldOf(tag) === 1 || fieldOf(tag) === 2) {
        throw new BadgerFault("a key or value has a wrong wire type", reader.at);
      }
      const fieldStart = reader.at;
      reader.skip(tag, kvEnd);
      // Badger's marks of deleted and expiring keys: a snapshot holds only live records
      if ((tag === TAG_META || tag === TAG_EXPIRES_AT) && reader.lastByte !== 0) {
        throw new BadgerFault("a record is marked deleted or expiring", fieldStart);
      }
    }
  }
  if (keyStart === keyEnd) throw new BadgerFault("a record has no key", kvStart);
  if (keyEnd - keyStart > KEY_MAX_BYTES) {
    throw new BadgerFault(`a key is ${keyEnd - keyStart} bytes long`, kvStart);
  }
  onRecord(keyStart, keyEnd, valueStart, valueEnd);
  return 1;
}

function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/**
 * Keeps views of memory that comes again and again, as lmdb-js's own does with each key and each value. Making a view takes
 * longer than copying what it shows.
 */
class KeptViews {
  #memory: Uint8Array | undefined;
  #start = 0;
  /** Views by their length. */
  #views: (Uint8Array | undefined)[] = [];

  view(memory: Uint8Array, start: number, length: number): Uint8Array {
    if (length >= KEPT_BELOW_BYTES) return viewOf(memory, start, length);
    if (memory !== this.#memory || start !== this.#start) {
      this.#memory = memory;
      this.#start = start;
      this.#views = [];
      return viewOf(memory, start, length);
    }
    const kept = this.#views[length];
    // a view whose memory has moved to another thread is empty
    if (kept?.byteLength === length) return kept;
    const view = viewOf(memory, start, length);
    this.#views[length] = view;
    return view;
  }
}

const KEPT_BELOW_BYTES = 4096;
const keyViews = new KeptViews();
const valueViews = new KeptViews();

const viewOf = (memory: Uint8Array, start: number, length: number): Uint8Array =>
  new Uint8Array(memory.buffer, memory.byteOffset + start, length);
