// Looks through the raw blocks of log snapshots in WebAssembly, several times as fast as JavaScript can: where the
// records are, whether each may enter the database, and the index keys of entries. It only knows what nearly all
// blocks are like. Of any other it says that it can't tell, and the caller walks that one in JavaScript, which is what
// finds the words for whatever is wrong with it. Made from `assembly/`; its memory is of a fixed size, one a thread.

import type { FieldIndex } from "../logs/derived.js";
import { MODULE } from "./module.js";

/** What is used of WebAssembly: TypeScript describes it only together with browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
};

interface Exports {
  memory: { buffer: ArrayBuffer };
  scan(bytes: number, check: number): number;
  beginKeys(): void;
  addKeys(first: number, last: number, scopeBytes: number, fields: number): number;
  addKey(bytes: number, owner: number): void;
}

/** Of each record 4 numbers: where its key begins and ends in the block, where its value begins and ends. */
export type RecordTable = Uint32Array<ArrayBuffer>;

/** Neighbouring records whose keys begin with the same `kind␛` or, for log entries, `entry␛STREAM␛`. */
export interface ScannedRun {
  /** The number of its first record. */
  first: number;
  records: number;
  /** Of the beginning that its keys share. */
  scopeBytes: number;
  /** Keys and values, bytes. */
  bytes: number;
}

export interface ScannedBlock {
  records: RecordTable;
  runs: ScannedRun[];
  /** The numbers of records that only the rules can judge. */
  unsure: Uint32Array;
}

/** Index keys of the entries of one block. */
export interface IndexKeys {
  /** One after the other, in the order of the entries. */
  keys: Uint8Array;
  /** Where each ends in `keys`. */
  ends: Uint32Array;
  /** The number of the record that each belongs to. */
  owners: Uint32Array;
  /** The numbers of the keys, so that the keys ascend. */
  order: Uint32Array;
}

export class BlockScanner {
  static #own: BlockScanner | undefined;
  readonly #exports: Exports;
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;
  readonly #at: (name: string) => number;

  /** This thread's. */
  static get(): BlockScanner {
    BlockScanner.#own ??= new BlockScanner();
    return BlockScanner.#own;
  }

  private constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE), {});
    this.#exports = exports as Exports;
    this.#bytes = Buffer.from(this.#exports.memory.buffer);
    this.#words = new Uint32Array(this.#exports.memory.buffer);
    const globals = exports as Record<string, { value: number }>;
    this.#at = (name) => Number(globals[name]?.value);
  }

  /**
   * Looks through a raw block.
   * @param check whether to tell which records only the rules can judge; all others may enter the log database
   * @returns undefined if it holds anything unusual: then nothing is known
   */
  scan(block: Uint8Array, check: boolean): ScannedBlock | undefined {
    if (block.length > this.#at("BLOCK_BYTES")) return undefined;
    this.#bytes.set(block, this.#at("block"));
    if (!this.#exports.scan(block.length, Number(check))) return undefined;
    const table = this.#view("runs", 4 * this.#at("runCount"));
    const runs: ScannedRun[] = [];
    for (let i = 0; i < table.length; i += 4) {
      const [first = 0, scopeBytes = 0, records = 0, bytes = 0] = table.subarray(i, i + 4);
      runs.push({ first, records, scopeBytes, bytes });
    }
    return {
      records: this.#view("records", 4 * this.#at("recordCount")).slice(),
      unsure: this.#view("unsure", this.#at("unsureCount")).slice(),
      runs,
    };
  }

  /** Begins with the index keys of the block that was scanned last. */
  beginKeys(): void {
    this.#exports.beginKeys();
  }

  /**
   * Makes the keys of a run of entries.
   * @param workOut gives the keys of the record with this number, where the scan can't tell
   * @returns false if this block is too much for it: then nothing is known
   */
  addKeys(
    { first, records, scopeBytes }: ScannedRun,
    indexes: readonly FieldIndex[],
    workOut: (record: number) => readonly Uint8Array[],
  ): boolean {
    if (!this.#setFields(indexes)) return false;
    const last = first + records;
    let at = first;
    for (;;) {
      at = this.#exports.addKeys(at, last, scopeBytes, indexes.length);
      if (at === last) return true;
      for (const key of workOut(at)) {
        const end = this.#at("keysEnd");
        if (end + key.length > this.#at("KEYS_BYTES")) return false;
        if (this.#at("keyCount") === this.#at("MAX_KEYS")) return false;
        this.#bytes.set(key, this.#at("keys") + end);
        this.#exports.addKey(key.length, at);
      }
      at++;
    }
  }

  /** All keys since `beginKeys`, in memory of their own that can be transferred. */
  takeKeys(): IndexKeys {
    const count = this.#at("keyCount");
    const keys = this.#at("keys");
    return {
      keys: new Uint8Array(this.#bytes.subarray(keys, keys + this.#at("keysEnd"))),
      ends: this.#view("ends", count).slice(),
      owners: this.#view("owners", count).slice(),
      order: this.#order(count),
    };
  }

  /**
   * The numbers of the keys in the order of the keys. Entries come in order of time, so those of one stream, field and
   * value have their keys in order already: only these groups are to be sorted.
   */
  #order(count: number): Uint32Array {
    const groupOf = this.#view("groupOf", count);
    // of each group: where its first key begins and where the moment in it, and how many keys it has
    const groups = this.#view("groups", 3 * this.#at("groupCount"));
    const keys = this.#at("keys");
    const start = (group: number) => keys + (groups[3 * group] as number);
    const end = (group: number) => keys + (groups[3 * group + 1] as number);
    const ascending = Array.from({ length: groups.length / 3 }, (_, group) => group).sort((a, b) =>
      this.#bytes.compare(this.#bytes, start(b), end(b), start(a), end(a)),
    );
    const next = new Uint32Array(ascending.length);
    let before = 0;
    for (const group of ascending) {
      next[group] = before;
      before += groups[3 * group + 2] as number;
    }
    const order = new Uint32Array(count);
    for (let key = 0; key < count; key++) {
      const group = groupOf[key] as number;
      order[next[group] as number] = key;
      next[group] = (next[group] as number) + 1;
    }
    return order;
  }

  /** Tells the module which fields are indexed. False if it can't find them all. */
  #setFields(indexes: readonly FieldIndex[]): boolean {
    if (indexes.length > this.#at("MAX_FIELDS")) return false;
    const names = this.#at("names");
    const end = names + this.#at("NAMES_BYTES");
    const table = this.#view("fields", 4 * indexes.length);
    let at = names;
    const put = (bytes: Uint8Array) => {
      if (at + bytes.length > end) return false;
      this.#bytes.set(bytes, at);
      at += bytes.length;
      return true;
    };
    for (const [i, { field, prefix }] of indexes.entries()) {
      const name = Buffer.from(field);
      // bytes that aren't UTF-8 are read as U+FFFD: only the parser can tell whether they make such a name
      if (name.toString().includes("\ufffd")) return false;
      table.set([at, name.length, at + name.length, prefix.length], 4 * i);
      if (!put(name) || !put(prefix)) return false;
    }
    return true;
  }

  #view(name: string, length: number): Uint32Array<ArrayBuffer> {
    const start = this.#at(name) / 4;
    return this.#words.subarray(start, start + length) as Uint32Array<ArrayBuffer>;
  }
}
