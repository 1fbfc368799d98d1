// One KV of a BadgerDB backup, decoded from its protobuf bytes (badgerpb4.proto). In file order:
// 1 key, 2 value, 3 user_meta, 4 version, 5 expires_at, 6 meta, 10 stream_id, 11 stream_done.

/** A key's value at one version. */
export interface BadgerKv {
  key: Buffer;
  value: Buffer;
  /** When it was committed: the higher is the newer. */
  version: bigint;
  /** Unix seconds; 0 is never. */
  expiresAt: bigint;
  /** Bit 0: the key was deleted. */
  meta: number;
}

export const META_DELETED = 1;

/** A protobuf fault, `offset` bytes into what was decoded. */
export class ProtobufFault extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

/** Reads protobuf from `bytes`, as far as `end`. */
export class ProtobufReader {
  readonly bytes: Buffer;
  readonly end: number;
  position: number;

  constructor(bytes: Buffer, position: number, end: number) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** An unsigned varint of at most 64 bits; not exact above 2^53. */
  varint(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw new ProtobufFault("a number is cut short", start);
      const byte = this.bytes[this.position++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break;
        return value;
      }
    }
    throw new ProtobufFault("a number is longer than 64 bits", start);
  }

  /** The same, exact. */
  bigVarint(): bigint {
    const start = this.position;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let i = start; i < this.position; i++) {
      exact |= BigInt((this.bytes[i] as number) & 0x7f) << BigInt(7 * (i - start));
    }
    return exact;
  }

  /** A length and as many bytes. */
  blob(): Buffer {
    const start = this.position;
    const length = this.varint();
    if (length > this.end - this.position) {
      throw new ProtobufFault(`a length of ${length} runs past the end of its entry`, start);
    }
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  /** A field's number and wire type. */
  tag(): { field: number; wire: number } {
    const start = this.position;
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field < 1 || field >= 2 ** 29) throw new ProtobufFault(`field ${field}`, start);
    return { field, wire };
  }

  skip(wire: number): void {
    if (wire === WIRE_VARINT) this.varint();
    else if (wire === WIRE_BYTES) this.blob();
    else this.#skipFixed(fixedBytes(wire, this.position));
  }

  #skipFixed(length: number): void {
    if (length > this.end - this.position) {
      throw new ProtobufFault("a fixed field is cut short", this.position);
    }
    this.position += length;
  }
}

/** The bytes of a field of fixed length. */
export function fixedBytes(wire: number, position: number): number {
  if (wire === WIRE_FIXED64) return 8;
  if (wire === WIRE_FIXED32) return 4;
  throw new ProtobufFault(`the wire type ${wire}`, position);
}

const KV_WIRES = new Map([
  [1, WIRE_BYTES],
  [2, WIRE_BYTES],
  [3, WIRE_BYTES],
  [4, WIRE_VARINT],
  [5, WIRE_VARINT],
  [6, WIRE_BYTES],
  [10, WIRE_VARINT],
  [11, WIRE_VARINT],
]);

const NOTHING = Buffer.alloc(0);

/**
 * The KV in all of `reader`'s bytes, as views of them.
 * @returns undefined for the mark at the end of a stream, which isn't a key
 */
export function decodeKv(reader: ProtobufReader, maxKeyBytes: number): BadgerKv | undefined {
  const start = reader.position;
  const kv: BadgerKv = { key: NOTHING, value: NOTHING, version: 0n, expiresAt: 0n, meta: 0 };
  let streamDone = false;
  while (reader.position < reader.end) {
    const fieldStart = reader.position;
    const { field, wire } = reader.tag();
    const wanted = KV_WIRES.get(field);
    if (wanted !== undefined && wire !== wanted) {
      throw new ProtobufFault(`field ${field} with the wire type ${wire}`, fieldStart);
    }
    if (field === 1) kv.key = reader.blob();
    else if (field === 2) kv.value = reader.blob();
    else if (field === 4) kv.version = reader.bigVarint();
    else if (field === 5) kv.expiresAt = reader.bigVarint();
    else if (field === 6) {
      const meta = reader.blob();
      if (meta.length > 1) throw new ProtobufFault(`a meta of ${meta.length} bytes`, fieldStart);
      kv.meta = meta[0] ?? 0;
    } else if (field === 11) streamDone = reader.varint() !== 0;
    else reader.skip(wire);
  }
  if (streamDone) return undefined;
  if (kv.key.length === 0) throw new ProtobufFault("an entry without a key", start);
  if (kv.key.length > maxKeyBytes) {
    throw new ProtobufFault(`a key of ${kv.key.length} bytes`, start);
  }
  return kv;
}
