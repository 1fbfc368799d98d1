// Sorts more rows than fit in memory. As many as fit are sorted there and written to a file of their own, a run. In the end the
// runs are merged. FlowG's files are sorted in long stretches, which cost next to nothing here. A database doesn't do this,
// because one whose disk is full can end the process.

import { setImmediate } from "node:timers/promises";
import { MergedRows, type Supersedes } from "./merge-rows.js";
import { compareKeys, isSameKey, ROW_HEAD_BYTES, type Row, type RowSource } from "./row.js";
import { RunFile } from "./run-file.js";

/** How many runs are merged into one. */
const RUNS_AT_ONCE = 64;
const WRITE_BYTES = 2 ** 20;
const FIRST_BYTES = 64 * 1024;

export interface SorterOptions {
  /** The caller's directory for the runs. */
  dir: string;
  /** How much is sorted in memory. */
  runBytes: number;
  /** Decides which of two rows with the same key stays. Without it all stay, in the order in which they came. */
  supersedes?: Supersedes | undefined;
}

export class Sorter {
  /** How many rows gave way to another with their key. */
  superseded = 0;
  /** The memory to write a row to. */
  memory: Buffer;
  readonly #options: SorterOptions;
  #end = 0;
  #nextEnd = 0;
  #starts: number[] = [];
  #isAscending = true;
  /** The runs of each level. Those merged from a full level stand on the next one. */
  readonly #levels: RunFile[][] = [[]];
  /** The last key of the last run. */
  #lastKey: Buffer | undefined;
  #bytes = 0;

  constructor(options: SorterOptions) {
    this.#options = options;
    this.memory = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, options.runBytes));
  }

  /** About how many bytes all rows take. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Makes room for one more row. Write the key to `memory` there and the value after it, then call `commit()`.
   * @throws DISK_FULL, FILE_UNAVAILABLE
   */
  room(keyLength: number, valueLength: number): number {
    const length = ROW_HEAD_BYTES + keyLength + valueLength;
    if (this.#end + length > this.#options.runBytes && this.#starts.length > 0) this.#spill();
    if (this.#end + length > this.memory.length) this.#grow(this.#end + length);
    const start = this.#end;
    this.memory.writeUInt32LE(keyLength, start);
    this.memory.writeUInt32LE(valueLength, start + 4);
    this.#nextEnd = start + length;
    return start + ROW_HEAD_BYTES;
  }

  commit(): void {
    const start = this.#end;
    const length = this.#nextEnd - start;
    const previous = this.#starts.at(-1);
    const order = previous === undefined ? -1 : compareKeys(this.memory, previous, start);
    const { supersedes } = this.#options;
    if (order === 0 && previous !== undefined && supersedes) {
      this.superseded++;
      if (!supersedes(this.#valueAt(start), this.#valueAt(previous))) return;
      this.memory.copyWithin(previous, start, this.#nextEnd);
      this.#bytes += length - (start - previous);
      this.#end = previous + length;
      return;
    }
    if (order > 0) this.#isAscending = false;
    this.#starts.push(start);
    this.#bytes += length;
    this.#end = this.#nextEnd;
  }

  add(key: Uint8Array, value: Uint8Array): void {
    const start = this.room(key.byteLength, value.byteLength);
    this.memory.set(key, start);
    this.memory.set(value, start + key.byteLength);
    this.commit();
  }

  /** Merges runs when they have become many. Call it now and then. */
  async mergeRuns(pause: () => void): Promise<void> {
    for (let level = 0; level < this.#levels.length; level++) {
      const runs = this.#levels[level] as RunFile[];
      if (runs.length < RUNS_AT_ONCE) continue;
      const merged = new RunFile(this.#options.dir);
      this.#levels[level + 1] ??= [];
      // listed at once, so that it is closed whatever happens
      this.#levels[level + 1]?.push(merged);
      for (const _ of this.#copy(
        merged,
        runs.map((run) => run.rows()),
      )) {
        await setImmediate();
        pause();
      }
      this.#levels[level] = [];
      for (const run of runs) run.close();
    }
  }

  /** Gives all rows in order. No row may be added after this. It can be called again. */
  *rows(): Generator<Row> {
    yield* this.#distinct([...this.#runs().map((run) => run.rows()), this.#inMemory()]);
  }

  close(): void {
    for (const run of this.#runs()) run.close();
    this.#levels.splice(0, this.#levels.length, []);
    this.memory = Buffer.alloc(0);
  }

  /** The older ones first. */
  #runs(): RunFile[] {
    return [...this.#levels].reverse().flat();
  }

  #spill(): void {
    const rows = this.#inMemory();
    const run = this.#runFor(rows.key as Buffer);
    this.#lastKey = Buffer.from(this.#keyAt(this.#starts.at(-1) as number));
    if (this.#isAscending) run.append(this.memory.subarray(0, this.#end));
    else for (const _ of this.#copy(run, [rows]));
    this.#end = 0;
    this.#starts = [];
    this.#isAscending = true;
    // memory for one large row is not kept
    if (this.memory.length > this.#options.runBytes) {
      this.memory = Buffer.allocUnsafeSlow(this.#options.runBytes);
    }
  }

  /** The last run, if these rows follow its last one. So a file that is sorted throughout makes one run. */
  #runFor(firstKey: Buffer): RunFile {
    const last = this.#levels[0]?.at(-1);
    if (last && this.#lastKey && Buffer.compare(this.#lastKey, firstKey) < 0) return last;
    const run = new RunFile(this.#options.dir);
    this.#levels[0]?.push(run);
    return run;
  }

  #grow(needed: number): void {
    const wanted = Math.min(this.memory.length * 2, this.#options.runBytes);
    const memory = Buffer.allocUnsafeSlow(Math.max(wanted, needed));
    this.memory.copy(memory, 0, 0, this.#end);
    this.memory = memory;
  }

  /** Writes rows to a run, and yields after each piece. */
  *#copy(run: RunFile, sources: RowSource[]): Generator<void> {
    let piece = Buffer.allocUnsafeSlow(WRITE_BYTES);
    let end = 0;
    for (const { key, value } of this.#distinct(sources)) {
      const length = ROW_HEAD_BYTES + key.length + value.length;
      if (end + length > piece.length) {
        run.append(piece.subarray(0, end));
        end = 0;
        yield;
        if (length > piece.length) piece = Buffer.allocUnsafeSlow(length);
      }
      piece.writeUInt32LE(key.length, end);
      piece.writeUInt32LE(value.length, end + 4);
      piece.set(key, end + ROW_HEAD_BYTES);
      piece.set(value, end + ROW_HEAD_BYTES + key.length);
      end += length;
    }
    run.append(piece.subarray(0, end));
  }

  *#distinct(sources: RowSource[]): Generator<Row> {
    const { supersedes } = this.#options;
    const merged = new MergedRows(sources);
    for (let row = merged.next(); row; row = merged.next()) {
      while (supersedes && merged.nextKey && isSameKey(merged.nextKey, row.key)) {
        const other = merged.next() as Row;
        this.superseded++;
        this.#bytes -= ROW_HEAD_BYTES + other.key.length + other.value.length;
        if (supersedes(other.value, row.value)) row = other;
      }
      yield row;
    }
  }

  #inMemory(): RowSource {
    const { memory } = this;
    // natural runs cost this sort (V8's Timsort) one comparison a row
    if (!this.#isAscending) this.#starts.sort((a, b) => compareKeys(memory, a, b));
    return new MemoryRows(memory, this.#starts);
  }

  #keyAt(start: number): Buffer {
    const keyStart = start + ROW_HEAD_BYTES;
    return this.memory.subarray(keyStart, keyStart + this.memory.readUInt32LE(start));
  }

  #valueAt(start: number): Buffer {
    const valueStart = start + ROW_HEAD_BYTES + this.memory.readUInt32LE(start);
    return this.memory.subarray(valueStart, valueStart + this.memory.readUInt32LE(start + 4));
  }
}

class MemoryRows implements RowSource {
  key: Buffer | undefined;
  #next = 0;
  #valueStart = 0;
  #valueEnd = 0;

  constructor(
    private readonly memory: Buffer,
    private readonly starts: readonly number[],
  ) {
    this.advance();
  }

  value(): Buffer {
    return this.memory.subarray(this.#valueStart, this.#valueEnd);
  }

  advance(): void {
    const start = this.starts[this.#next++];
    if (start === undefined) {
      this.key = undefined;
      return;
    }
    const keyStart = start + ROW_HEAD_BYTES;
    this.#valueStart = keyStart + this.memory.readUInt32LE(start);
    this.#valueEnd = this.#valueStart + this.memory.readUInt32LE(start + 4);
    this.key = this.memory.subarray(keyStart, this.#valueStart);
  }
}
