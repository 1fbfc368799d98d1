// A commit as journals and deltas hold it: one line of JSON, then the changes of records in their order.
//
//     {"database":"logs","history":TEXT,"run":TEXT,"change":n,"time":ms,"bytes":n,"ops":n}\n
//     u8 what, u16 length of the key, u32 length of the value, both little-endian, key, value     for each
//
// What: 0 sets the record; 1 removes it; 2 removes the records from the key up to the value, which is a key.

import type { DatabaseKind } from "./kinds.js";

export interface CommitHead {
  database: DatabaseKind;
  /** The history of the database's changes; `run` is the writer's run in it: see TrackingPoint. */
  history: string;
  run: string;
  /** The number of the change in its history. */
  change: number;
  /** Milliseconds since 1970. */
  time: number;
  /** Bytes of the changes of records that follow; `ops` is their number. */
  bytes: number;
  ops: number;
}

export const PUT = 0;
export const REMOVE = 1;
export const REMOVE_RANGE = 2;
const OP_HEAD_BYTES = 7;
const NEWLINE = 0x0a;
const FIRST_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

/** Gathers the changes of records of one commit. */
export class CommitOps {
  ops = 0;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;

  add(what: number, key: Uint8Array, value: Uint8Array = NOTHING): void {
    const start = this.#end;
    const end = start + OP_HEAD_BYTES + key.length + value.length;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    bytes[start] = what;
    bytes.writeUInt16LE(key.length, start + 1);
    bytes.writeUInt32LE(value.length, start + 3);
    bytes.set(key, start + OP_HEAD_BYTES);
    bytes.set(value, start + OP_HEAD_BYTES + key.length);
    this.#end = end;
    this.ops++;
  }

  /** Writes the commit, and begins an empty one. */
  finish(head: Omit<CommitHead, "bytes" | "ops">): Buffer {
    const whole = { ...head, bytes: this.#end, ops: this.ops };
    const commit = Buffer.concat([
      Buffer.from(`${JSON.stringify(whole)}\n`),
      this.#bytes.subarray(0, this.#end),
    ]);
    this.clear();
    return commit;
  }

  clear(): void {
    this.ops = this.#end = 0;
    if (this.#bytes.length > 16 * FIRST_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafe(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}

export interface Commit {
  head: CommitHead;
  /** The changes of records, as bytes. */
  ops: Buffer;
  /** The whole commit, as bytes. */
  bytes: Buffer;
}

/**
 * Reads the commit that begins at this place.
 * @throws Error if none does
 */
export function commitAt(bytes: Buffer, at: number): Commit {
  const lineEnd = bytes.indexOf(NEWLINE, at);
  if (lineEnd < 0) throw new Error("a commit has no first line");
  const head = JSON.parse(bytes.toString("utf8", at, lineEnd)) as CommitHead;
  const isHead =
    Number.isSafeInteger(head.change) &&
    Number.isSafeInteger(head.time) &&
    Number.isSafeInteger(head.bytes) &&
    typeof head.history === "string" &&
    typeof head.run === "string";
  const start = lineEnd + 1;
  if (!isHead || head.bytes < 0 || start + head.bytes > bytes.length)
    throw new Error("a commit is cut, or its first line isn't one");
  const end = start + head.bytes;
  return { head, ops: bytes.subarray(start, end), bytes: bytes.subarray(at, end) };
}

export type OnOp = (what: number, key: Buffer, value: Buffer) => void;

/**
 * Reads the changes of a commit.
 * @throws Error if the bytes hold anything else
 */
export function eachOp({ head, ops }: Pick<Commit, "head" | "ops">, onOp: OnOp): void {
  let count = 0;
  for (let at = 0; at < ops.length; count++) {
    if (at + OP_HEAD_BYTES > ops.length) throw new Error("a change is cut");
    const keyStart = at + OP_HEAD_BYTES;
    const valueStart = keyStart + ops.readUInt16LE(at + 1);
    const end = valueStart + ops.readUInt32LE(at + 3);
    const what = ops[at] as number;
    if (end > ops.length || what > REMOVE_RANGE || valueStart === keyStart)
      throw new Error("a change isn't one");
    onOp(what, ops.subarray(keyStart, valueStart), ops.subarray(valueStart, end));
    at = end;
  }
  if (count !== head.ops) throw new Error(`it has ${count} changes where ${head.ops} were made`);
}
