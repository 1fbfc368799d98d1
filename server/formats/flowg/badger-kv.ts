// One KV of a BadgerDB backup, decoded from its protobuf bytes (badgerpb4.proto). In file order:
// 1 key, 2 value, 3 user_meta, 4 version, 5 expires_at, 6 meta, 10 stream_id, 11 stream_done.

import { BadgerFault } from "../badger-fault.js";
import {
  fieldOf,
  type ProtobufReader,
  WIRE_BYTES,
  WIRE_VARINT,
  wireOf,
} from "../protobuf-reader.js";
import { MAX_KEY_BYTES } from "./recognize.js";

/** A bigint only above 2^53: to make one for each of millions of keys takes long. */
export type Uint64 = number | bigint;

/** A key's value at one version. */
export interface BadgerKv {
  key: Buffer;
  value: Buffer;
  /** The number of its commit. A higher one is newer. */
  version: Uint64;
  /** Unix seconds; 0 means never. */
  expiresAt: Uint64;
  /** Bit 0: the key was deleted. */
  meta: number;
}

export const META_DELETED = 1;

/** The wire type of each field, by the field's number. */
const KV_WIRES: readonly (number | undefined)[] = [
  undefined,
  ...[WIRE_BYTES, WIRE_BYTES, WIRE_BYTES, WIRE_VARINT, WIRE_VARINT, WIRE_BYTES],
  ...[undefined, undefined, undefined, WIRE_VARINT, WIRE_VARINT],
];

const NOTHING = Buffer.alloc(0);

/**
 * Reads the KV from the reader's place to `end`, as views of `bytes`.
 * @returns undefined for the mark at the end of a stream, which isn't a key
 * @throws BadgerFault
 */
export function decodeKv(bytes: Buffer, reader: ProtobufReader, end: number): BadgerKv | undefined {
  const start = reader.at;
  const kv: BadgerKv = { key: NOTHING, value: NOTHING, version: 0, expiresAt: 0, meta: 0 };
  let streamDone = false;
  while (reader.at < end) {
    const fieldStart = reader.at;
    const tag = reader.tag(end);
    const field = fieldOf(tag);
    const wanted = KV_WIRES[field];
    if (wanted !== undefined && wireOf(tag) !== wanted) {
      throw new BadgerFault(`field ${field} with the wire type ${wireOf(tag)}`, fieldStart);
    }
    if (field === 1) kv.key = blob(bytes, reader, end);
    else if (field === 2) kv.value = blob(bytes, reader, end);
    else if (field === 4) kv.version = reader.exactVarint(end);
    else if (field === 5) kv.expiresAt = reader.exactVarint(end);
    else if (field === 6) {
      const metaEnd = reader.lengthEnd(end);
      const length = metaEnd - reader.at;
      if (length > 1) throw new BadgerFault(`a meta of ${length} bytes`, fieldStart);
      kv.meta = length === 1 ? (bytes[reader.at] as number) : 0;
      reader.at = metaEnd;
    } else if (field === 11) streamDone = reader.varint(end) !== 0;
    else reader.skip(tag, end);
  }
  if (streamDone) return undefined;
  if (kv.key.length === 0) throw new BadgerFault("an entry without a key", start);
  if (kv.key.length > MAX_KEY_BYTES) {
    throw new BadgerFault(`a key of ${kv.key.length} bytes`, start);
  }
  return kv;
}

/** Reads a length and as many bytes. */
export function blob(bytes: Buffer, reader: ProtobufReader, end: number): Buffer {
  const blobEnd = reader.lengthEnd(end);
  const blobStart = reader.at;
  reader.at = blobEnd;
  return bytes.subarray(blobStart, blobEnd);
}
