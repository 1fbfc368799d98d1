// Reads protobuf's wire format (protobuf.dev, Encoding), as FlowG's backups and the blocks of our snapshots use it. They may
// come from anywhere, so each step gets the end of what it lies in, and no number counts before it is checked against that.

import { BadgerFault } from "./badger-fault.js";

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

/** The highest possible tag: a field's number has 29 bits, and its wire type 3. */
const MAX_TAG = 2 ** 32 - 1;
const FIELD_ONE = 1 << 3;

export const fieldOf = (tag: number): number => tag >>> 3;
export const wireOf = (tag: number): number => tag & 7;

export class ProtobufReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  /** The byte before the current one: 0 after a zero varint, an empty string or one zero byte. */
  get lastByte(): number {
    return this.bytes[this.at - 1] as number;
  }

  /** A field's number and wire type in one. */
  tag(end: number): number {
    const start = this.at;
    const tag = this.varint(end);
    if (!isTag(tag)) throw new BadgerFault("no field has that number", start);
    return tag;
  }

  /** An unsigned varint of at most 64 bits. Exact up to 2^53. */
  varint(end: number): number {
    const bytes = this.bytes;
    let at = this.at;
    let byte = at < end ? (bytes[at] as number) : 0x80;
    if (byte < 0x80) {
      this.at = at + 1;
      return byte;
    }
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 9; count++) {
      if (at >= end) throw new BadgerFault("a number runs past its record", this.at);
      byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        this.at = at;
        return value;
      }
    }
    return value + this.#lastBit(at, end) * scale;
  }

  /** The tenth byte of a varint. */
  #lastBit(at: number, end: number): number {
    if (at >= end) throw new BadgerFault("a number runs past its record", this.at);
    const bit = this.bytes[at] as number;
    if (bit > 1) throw new BadgerFault("a number is longer than 64 bits", this.at);
    this.at = at + 1;
    return bit;
  }

  /** The same, exact. */
  bigVarint(end: number): bigint {
    const start = this.at;
    const value = this.varint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let i = start; i < this.at; i++) {
      exact |= BigInt((this.bytes[i] as number) & 0x7f) << BigInt(7 * (i - start));
    }
    return exact;
  }

  /** The same, exact: a bigint only above 2^53. */
  exactVarint(end: number): number | bigint {
    const start = this.at;
    const value = this.varint(end);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.at = start;
    return this.bigVarint(end);
  }

  /** Reads a length. @returns the end of the bytes that it spans, which must not pass `end` */
  lengthEnd(end: number): number {
    const start = this.at;
    const length = this.varint(end);
    if (length > end - this.at) {
      throw new BadgerFault(`a length of ${length} runs past its record`, start);
    }
    return this.at + length;
  }

  /** Skips the field that `tag` begins. It also checks the tag, because loops that know their tags read them as plain numbers. */
  skip(tag: number, end: number): void {
    const wire = wireOf(tag);
    const start = this.at;
    if (!isTag(tag)) throw new BadgerFault("no field has that number", start);
    if (wire === WIRE_VARINT) this.varint(end);
    else if (wire === WIRE_BYTES) this.at = this.lengthEnd(end);
    else {
      this.at += fixedBytes(wire, start);
      if (this.at > end) throw new BadgerFault("a number runs past its record", start);
    }
  }
}

/** Whether a number is a tag of a field from 1 to 2^29 - 1. */
const isTag = (tag: number): boolean => tag >= FIELD_ONE && tag <= MAX_TAG;

/** How many bytes a field of fixed length has. */
export function fixedBytes(wire: number, offset: number): number {
  if (wire === WIRE_FIXED64) return 8;
  if (wire === WIRE_FIXED32) return 4;
  throw new BadgerFault(`a field has the unknown wire type ${wire}`, offset);
}
