// What deltas change of a database's records, sorted by key: for each key only the last change. It is in memory up to a bound;
// beyond that, sorted runs lie in a file without a name, and are merged when they are read.

import { tmpdir } from "node:os";
import { NamelessFile, type NamelessUse } from "../../platform/files/nameless-file.js";
import { PUT, REMOVE_RANGE } from "../../records/commit.js";
import { isInRange, type KeyRange } from "../../records/keys.js";

export interface OverlayRecord {
  key: Buffer;
  /** The record's value; undefined where the record is gone. */
  value: Buffer | undefined;
}

/** The most bytes of keys and values in memory, and what each record takes beside them. */
const MEMORY_BYTES = 48 * 1024 * 1024;
const RECORD_BYTES = 200;
const HEAD_BYTES = 7;
const READ_BYTES = 256 * 1024;
const MERGED_AT_ONCE = 64;

interface Run {
  start: number;
  end: number;
}

interface GoneRange extends KeyRange {
  /** The number of the run; runs with a lower number were before it. */
  run: number;
}

export class Overlay {
  /** Bytes of the keys and values that were put. */
  bytes = 0;
  #now = new Map<string, Buffer | undefined>();
  #nowBytes = 0;
  #runs: Run[] = [];
  readonly #gone: GoneRange[] = [];
  #file: RunFile | undefined;
  readonly #memoryBytes: number;

  constructor({ memoryBytes = MEMORY_BYTES }: { memoryBytes?: number } = {}) {
    this.#memoryBytes = memoryBytes;
  }

  /**
   * Adds a change; changes come in the order in which they were made.
   * @param key and value may lie in memory that is used again
   */
  add(what: number, key: Buffer, value: Buffer): void {
    if (what === REMOVE_RANGE) {
      this.#removeRange({ start: Buffer.from(key), end: Buffer.from(value) });
      return;
    }
    const name = key.toString("latin1");
    const isNew = !this.#now.has(name);
    this.#now.set(name, what === PUT ? Buffer.from(value) : undefined);
    this.#nowBytes += value.length + (isNew ? key.length + RECORD_BYTES : 0);
    if (what === PUT) this.bytes += key.length + value.length;
    if (this.#nowBytes > this.#memoryBytes) this.#spill();
  }

  /** Whether a segment's record is gone, unless the overlay has a record of that key. */
  isGone(key: Uint8Array): boolean {
    return this.#gone.some((range) => isInRange(key, range));
  }

  /** Whether a range of a segment's records, both ends in it, loses some in this way. */
  hasGone(firstKey: Buffer, lastKey: Buffer): boolean {
    return this.#gone.some(
      ({ start, end }) => Buffer.compare(start, lastKey) <= 0 && Buffer.compare(end, firstKey) > 0,
    );
  }

  /** All changes in the order of their keys. This can be called several times. */
  *records(): Generator<OverlayRecord> {
    const now = { index: this.#runs.length, records: sorted(this.#now) };
    yield* this.#latest([...this.#stored(), now]);
  }

  #removeRange(range: KeyRange): void {
    for (const name of this.#now.keys())
      if (isInRange(Buffer.from(name, "latin1"), range)) this.#now.set(name, undefined);
    this.#gone.push({ ...range, run: this.#runs.length });
  }

  #spill(): void {
    this.#file ??= new RunFile();
    this.#runs.push(this.#file.write(sorted(this.#now)));
    this.#now = new Map();
    this.#nowBytes = 0;
    if (this.#runs.length >= MERGED_AT_ONCE) this.#mergeRuns();
  }

  /** Merges the runs into one. The ranges that are gone are applied to it, so from here on they concern only segments. */
  #mergeRuns(): void {
    const file = new RunFile();
    const old = this.#file as RunFile;
    this.#runs = [file.write(this.#latest(this.#stored()))];
    for (const range of this.#gone) range.run = 0;
    this.#file = file;
    old.close();
  }

  #stored(): Sorted[] {
    const file = this.#file as RunFile;
    return this.#runs.map((run, index) => ({ index, records: file.read(run) }));
  }

  /** Of each key the last record; those that a later range removes are gone. */
  *#latest(sources: readonly Sorted[]): Generator<OverlayRecord> {
    for (const { key, value, index } of merged(sources)) {
      const isGone = this.#gone.some((range) => range.run > index && isInRange(key, range));
      yield { key, value: isGone ? undefined : value };
    }
  }
}

function* sorted(records: ReadonlyMap<string, Buffer | undefined>): Generator<OverlayRecord> {
  // latin1 text sorts as its bytes do
  for (const name of [...records.keys()].sort())
    yield { key: Buffer.from(name, "latin1"), value: records.get(name) };
}

/** Records in the order of their keys; of two such sources, the one with the higher number is the later one. */
interface Sorted {
  index: number;
  records: Generator<OverlayRecord>;
}

interface Numbered extends OverlayRecord {
  index: number;
}

/** Merges runs: of each key the record of the latest run. */
function* merged(sources: readonly Sorted[]): Generator<Numbered> {
  const heads = sources.flatMap(({ index, records }) => {
    const first = records.next();
    return first.done ? [] : [{ index, records, head: first.value }];
  });
  while (heads.length > 0) {
    let best = heads[0] as (typeof heads)[number];
    for (const one of heads) {
      const order = Buffer.compare(one.head.key, best.head.key);
      if (order < 0 || (order === 0 && one.index > best.index)) best = one;
    }
    const { index, head } = best;
    yield { ...head, index };
    for (let at = heads.length - 1; at >= 0; at--) {
      const one = heads[at] as (typeof heads)[number];
      if (!one.head.key.equals(head.key)) continue;
      const next = one.records.next();
      if (next.done) heads.splice(at, 1);
      else one.head = next.value;
    }
  }
}

const USE: NamelessUse = {
  to: "sort the changes of deltas",
  onFull: "give another directory by TMPDIR",
  onFault: "changes are sorted in scratch files: give a directory to write in by TMPDIR",
};

/** Sorted runs in a file that has no name. It goes with the last that can read it. */
class RunFile {
  readonly #file = new NamelessFile(tmpdir(), USE);

  constructor() {
    closing.register(this, this.#file, this);
  }

  /** Writes for each record: u8 whether it is there, u16 length of the key, u32 length of the value, key, value. */
  write(records: Iterable<OverlayRecord>): Run {
    const start = this.#file.size;
    let pieces: Buffer[] = [];
    let bytes = 0;
    const flush = () => {
      this.#file.append(Buffer.concat(pieces));
      pieces = [];
      bytes = 0;
    };
    for (const { key, value } of records) {
      const head = Buffer.allocUnsafe(HEAD_BYTES);
      head[0] = value === undefined ? 0 : 1;
      head.writeUInt16LE(key.length, 1);
      head.writeUInt32LE(value?.length ?? 0, 3);
      pieces.push(head, key, ...(value ? [value] : []));
      bytes += HEAD_BYTES + key.length + (value?.length ?? 0);
      if (bytes > READ_BYTES) flush();
    }
    flush();
    return { start, end: this.#file.size };
  }

  *read({ start, end }: Run): Generator<OverlayRecord> {
    let buffer: Buffer = Buffer.alloc(0);
    let at = 0;
    let next = start;
    const need = (count: number) => {
      if (buffer.length - at >= count) return;
      const more = this.#file.read(next, Math.min(end - next, Math.max(READ_BYTES, count)));
      next += more.length;
      buffer = Buffer.concat([buffer.subarray(at), more]);
      at = 0;
    };
    while (next < end || at < buffer.length) {
      need(HEAD_BYTES);
      const isThere = buffer[at] === 1;
      const keyLength = buffer.readUInt16LE(at + 1);
      const valueLength = buffer.readUInt32LE(at + 3);
      need(HEAD_BYTES + keyLength + valueLength);
      const keyStart = at + HEAD_BYTES;
      const valueStart = keyStart + keyLength;
      at = valueStart + valueLength;
      const value = isThere ? buffer.subarray(valueStart, at) : undefined;
      yield { key: buffer.subarray(keyStart, valueStart), value };
    }
  }

  close(): void {
    closing.unregister(this);
    this.#file.close();
  }
}

const closing = new FinalizationRegistry<NamelessFile>((file) => file.close());
