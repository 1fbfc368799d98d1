// A log backup as FlowG v0.24.1 writes it: a BadgerDB stream of its entry, index and stream keys. From the format's
// description, and fast enough for millions.

import { FIELDS } from "./databases.js";
import { type Entry, entries, INDEXED, STREAMS } from "./entries.js";

const CHUNK_BYTES = 1024 * 1024;
const FRAME_HEAD = 8;

/** The bytes of the file, whole frames a chunk. They are only valid until the next. */
export function* flowgStream(count: number): Generator<Uint8Array> {
  const chunk = new Chunk();
  for (const { key, value } of keyValues(count)) {
    if (!chunk.fits(key, value)) yield chunk.take();
    chunk.add(key, value);
  }
  yield chunk.take();
}

interface KeyValue {
  key: string;
  value: string;
}

/** Keys ascending. */
function* keyValues(count: number): Generator<KeyValue> {
  for (const entry of entries(count)) yield { key: entryKey(entry), value: entry.json };
  yield* indexes(count);
  const config = JSON.stringify({ ttl: 0, size: 0, indexed_fields: [INDEXED] });
  for (const stream of STREAMS) yield { key: `stream:config:${stream}`, value: config };
  for (const stream of STREAMS) {
    for (const field of FIELDS) yield { key: `stream:field:${stream}:${field}`, value: "" };
  }
}

/** Index entries by stream and value, then by time. */
function* indexes(count: number): Generator<KeyValue> {
  let stream = "";
  let byValue = new Map<string, Texts>();
  function* ofStream(): Generator<KeyValue> {
    for (const value of [...byValue.keys()].sort()) {
      const head = `index:${stream}:field:${INDEXED}:${value}:`;
      for (const key of byValue.get(value)?.all() ?? []) yield { key: head + key, value: "" };
    }
    byValue = new Map();
  }
  for (const entry of entries(count)) {
    if (entry.stream !== stream) yield* ofStream();
    stream = entry.stream;
    const value = Buffer.from(entry.level).toString("base64");
    let keys = byValue.get(value);
    if (!keys) {
      keys = new Texts();
      byValue.set(value, keys);
    }
    keys.add(entryKey(entry));
  }
  yield* ofStream();
}

/** Millions of lines, many in one string: each alone would take five times its bytes. */
class Texts {
  readonly #joined: string[] = [];
  #last: string[] = [];

  add(line: string): void {
    this.#last.push(line);
    if (this.#last.length < 1000) return;
    this.#joined.push(this.#last.join("\n"));
    this.#last = [];
  }

  *all(): Generator<string> {
    for (const lines of this.#joined) yield* lines.split("\n");
    yield* this.#last;
  }
}

const entryKey = ({ stream, ms, uuid }: Entry) =>
  `entry:${stream}:${String(ms).padStart(20, "0")}:${uuid}`;

/** Frames of one KVList with one KV each: BadgerDB's own have more, which a reader sees as the same. */
class Chunk {
  readonly #bytes = Buffer.alloc(CHUNK_BYTES);
  #end = 0;

  fits(key: string, value: string): boolean {
    return this.#end + key.length + 3 * value.length + 64 < CHUNK_BYTES;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#end);
    this.#end = 0;
    return taken;
  }

  add(key: string, value: string): void {
    // key, value, user_meta 00, version 1, meta 00, stream_id 1: what FlowG writes for each
    const kvBytes = blobBytes(key.length) + (value === "" ? 0 : blobBytes(value.length)) + 10;
    this.#bytes.writeUInt32LE(1 + varintBytes(kvBytes) + kvBytes, this.#end);
    this.#bytes.writeUInt32LE(0, this.#end + 4);
    this.#end += FRAME_HEAD;
    this.#tag(1, kvBytes);
    this.#text(1, key);
    if (value !== "") this.#text(2, value);
    for (const byte of [0x1a, 1, 0, 0x20, 1, 0x32, 1, 0, 0x50, 1]) this.#bytes[this.#end++] = byte;
  }

  #text(field: number, text: string): void {
    this.#tag(field, text.length);
    this.#end += this.#bytes.write(text, this.#end, "latin1");
  }

  #tag(field: number, length: number): void {
    this.#bytes[this.#end++] = (field << 3) | 2;
    let rest = length;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#end++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#end++] = rest;
  }
}

const varintBytes = (n: number): number => (n < 0x80 ? 1 : n < 0x4000 ? 2 : 3);
const blobBytes = (length: number): number => 1 + varintBytes(length) + length;
