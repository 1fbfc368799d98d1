// Reads a bare BadgerDB backup (`DB.Backup`): frames of a u64 LE length and as many bytes of a protobuf KVList, until the end
// of the file. It has no magic number, no checksum and no count, so this believes nothing: it compares each length with what is
// left, and never holds more than one KV in memory.

import { FlowgError } from "../../platform/errors.js";
import { beginsWith } from "../../records/keys.js";
import { printable } from "../../records/records.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../../records/values.js";
import { BadgerFault } from "../badger-fault.js";
import {
  fieldOf,
  fixedBytes,
  ProtobufReader,
  WIRE_BYTES,
  WIRE_VARINT,
  wireOf,
} from "../protobuf-reader.js";
import { type BadgerKv, blob, decodeKv } from "./badger-kv.js";
import { ERROR_TEXT, MAX_FRAME_BYTES, MAX_KEY_BYTES } from "./recognize.js";

const MAX_KV_BYTES = 2 ** 30;
const FRAME_HEAD = 8;
/** The longest tag and length before a KV: two varints. */
const KV_HEAD = 20;
const BADGER_INTERNAL = Buffer.from("!badger!");

export interface BadgerStreamOptions {
  /** The size of the file, where it is known. A frame that runs past it is then refused unread. */
  size?: number | undefined;
}

/**
 * Gives the KVs of a stream in the file's order, those of one chunk at a time. They are views of the chunks.
 * BadgerDB's own keys and its stream marks are passed over.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED (a value of 64 MiB or more)
 */
export async function* readBadgerStream(
  chunks: AsyncIterable<Uint8Array>,
  { size }: BadgerStreamOptions = {},
): AsyncGenerator<BadgerKv[]> {
  const reader = new FrameReader(size);
  for await (const chunk of chunks) {
    const kvs = reader.push(chunk);
    if (kvs.length > 0) yield kvs;
  }
  reader.end();
}

class FrameReader {
  readonly #size: number | undefined;
  #parts: Buffer[] = [];
  #available = 0;
  /** How many bytes the next step needs. */
  #needed = FRAME_HEAD;
  /** The file's offset of the first byte in `#parts`. */
  #offset = 0;
  #frameStart = 0;
  /** Bytes of the current frame that are still to come. */
  #frameLeft = 0;
  /** Bytes of an unknown field that are still to come. */
  #skipLeft = 0;

  constructor(size: number | undefined) {
    this.#size = size;
  }

  push(chunk: Uint8Array): BadgerKv[] {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#available += chunk.length;
    if (this.#available < this.#needed && this.#skipLeft === 0) return [];
    const bytes =
      this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const kvs: BadgerKv[] = [];
    const reader = new ProtobufReader(bytes);
    let position = 0;
    try {
      for (;;) {
        reader.at = position;
        const length = this.#step(bytes, reader, kvs);
        if (length === 0) break;
        position += length;
        this.#offset += length;
        this.#needed = 1;
      }
    } catch (error) {
      throw error instanceof BadgerFault ? this.#corrupt(error, position) : error;
    }
    this.#parts = [bytes.subarray(position)];
    this.#available = bytes.length - position;
    return kvs;
  }

  end(): void {
    if (this.#frameLeft === 0 && this.#available === 0) return;
    const at = this.#offset + this.#available;
    const where =
      this.#frameLeft > 0
        ? `inside the frame that begins at byte ${count(this.#frameStart)}`
        : "inside the length of a frame";
    throw truncated(`the BadgerDB stream ends at byte ${count(at)}, ${where}`, at);
  }

  /**
   * Consumes the piece at the reader's place.
   * @returns 0 if more bytes are needed first
   */
  #step(bytes: Buffer, reader: ProtobufReader, kvs: BadgerKv[]): number {
    const position = reader.at;
    const available = bytes.length - position;
    if (this.#skipLeft > 0) {
      const length = Math.min(this.#skipLeft, available);
      this.#skipLeft -= length;
      this.#frameLeft -= length;
      return length;
    }
    if (this.#frameLeft === 0) return this.#frameHead(bytes, position);
    const headNeeded = Math.min(KV_HEAD, this.#frameLeft);
    if (available < headNeeded) return this.#wait(headNeeded);

    const end = position + Math.min(available, this.#frameLeft);
    const tag = reader.tag(end);
    const wire = wireOf(tag);
    if (fieldOf(tag) !== 1) {
      reader.at = position;
      const length = lengthAhead(reader, end);
      return this.#skipField(reader.at - position, length, position);
    }
    if (wire !== WIRE_BYTES) throw new BadgerFault(`an entry of wire type ${wire}`, position);
    const kvLength = reader.varint(end);
    const length = reader.at - position + kvLength;
    if (length > this.#frameLeft || kvLength > MAX_KV_BYTES) {
      throw new BadgerFault(`an entry of ${kvLength} bytes, past the end of its frame`, position);
    }
    if (kvLength > IMPORTED_VALUE_MAX_BYTES + MAX_KEY_BYTES + KV_HEAD) {
      const needed = Math.min(this.#frameLeft, KV_HEAD + KV_HEAD + MAX_KEY_BYTES);
      if (available < needed) return this.#wait(needed);
      throw tooBig(keyAhead(bytes, reader, end), kvLength);
    }
    if (available < length) return this.#wait(length);
    const kv = decodeKv(bytes, reader, position + length);
    if (kv && kv.value.length > IMPORTED_VALUE_MAX_BYTES) throw tooBig(kv.key, kv.value.length);
    if (kv && !isInternal(kv.key)) kvs.push(kv);
    this.#frameLeft -= length;
    return length;
  }

  #wait(needed: number): 0 {
    this.#needed = needed;
    return 0;
  }

  #frameHead(bytes: Buffer, position: number): number {
    if (bytes.length - position < FRAME_HEAD) return this.#wait(FRAME_HEAD);
    if (beginsWith(bytes, position, ERROR_TEXT)) {
      throw truncated(
        `at byte ${count(this.#offset)} the BadgerDB stream goes over into an error message of FlowG: the export failed`,
        this.#offset,
      );
    }
    const length = bytes.readUInt32LE(position) + bytes.readUInt32LE(position + 4) * 2 ** 32;
    if (length > MAX_FRAME_BYTES) {
      const exact = bytes.readBigUInt64LE(position);
      throw corrupt(
        `the frame at byte ${count(this.#offset)} says it is ${exact} bytes long`,
        this.#offset,
      );
    }
    const left = this.#size === undefined ? undefined : this.#size - this.#offset - FRAME_HEAD;
    if (left !== undefined && length > left) {
      throw truncated(
        `the file ends inside the frame at byte ${count(this.#offset)}: ${count(left)} of its ${count(length)} bytes are there`,
        this.#size as number,
      );
    }
    this.#frameStart = this.#offset;
    this.#frameLeft = length;
    return FRAME_HEAD;
  }

  /**
   * Skips a field of the KVList that isn't a KV (alloc_ref, or one of a later BadgerDB): its head now, its `length` bytes as
   * they come.
   */
  #skipField(head: number, length: number, position: number): number {
    if (head + length > this.#frameLeft) {
      throw new BadgerFault(`a field of ${length} bytes, past the end of its frame`, position);
    }
    this.#skipLeft = length;
    this.#frameLeft -= head;
    return head;
  }

  #corrupt(fault: BadgerFault, position: number): FlowgError {
    // the fault counts from the start of the buffer, which is at `#offset - position` in the file
    const offset = this.#offset - position + fault.offset;
    return corrupt(
      `the BadgerDB stream makes no sense at byte ${count(offset)}: ${fault.message}`,
      offset,
    );
  }
}

/** Reads the part of a field before its bytes. @returns how many bytes follow */
function lengthAhead(reader: ProtobufReader, end: number): number {
  const start = reader.at;
  const wire = wireOf(reader.tag(end));
  if (wire === WIRE_BYTES) return reader.varint(end);
  if (wire !== WIRE_VARINT) return fixedBytes(wire, start);
  reader.varint(end);
  return 0;
}

/** Reads the key of a KV. It comes first, so the value need not be there yet. */
function keyAhead(bytes: Buffer, reader: ProtobufReader, end: number): Buffer {
  const tag = reader.tag(end);
  const isKey = fieldOf(tag) === 1 && wireOf(tag) === WIRE_BYTES;
  return isKey ? blob(bytes, reader, end) : Buffer.alloc(0);
}

function isInternal(key: Buffer): boolean {
  return key[0] === 0x21 && key.subarray(0, BADGER_INTERNAL.length).equals(BADGER_INTERNAL);
}

const count = (value: number): string => value.toLocaleString("en-US");

function corrupt(message: string, offset: number): FlowgError {
  return new FlowgError("SNAPSHOT_CORRUPT", message, {
    hint: "make the backup again, or copy the file again from where it was made",
    details: { offset },
  });
}

function truncated(message: string, offset: number): FlowgError {
  return new FlowgError("SNAPSHOT_TRUNCATED", message, {
    hint: "make the backup again, or download it again",
    details: { offset },
  });
}

function tooBig(key: Buffer, bytes: number): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `the key "${printable(key.toString())}" has ${count(bytes)} bytes of value, more than the ${count(IMPORTED_VALUE_MAX_BYTES)} that fit in a record`,
    { hint: "delete that entry in FlowG and make the backup again" },
  );
}
