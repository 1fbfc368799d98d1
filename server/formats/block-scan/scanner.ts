// Scans raw blocks in WebAssembly, above all those of logs, several times as fast as JavaScript can. It finds the records,
// whether each may enter the database, and the postings of entries. It knows only plain blocks, as nearly all are. For any
// other it says that it can't tell. The caller then walks that block in JavaScript, which finds the words for what is wrong
// with it. It is made from `assembly/`. Each thread has one, with a memory of a fixed size.

import { randomInt } from "node:crypto";
import { webAssemblyExports } from "../../platform/web-assembly.js";
import { MOMENT_BYTES } from "../../records/logs/entry-key.js";
import type { FieldIndex } from "../../records/logs/log-index.js";
import { MODULE } from "./module.js";

interface Exports {
  memory: { buffer: ArrayBuffer };
  scan(bytes: number, check: number, sum: number): number;
  beginPostings(seed: number): void;
  addPostings(first: number, last: number, scopeBytes: number, fields: number): number;
  addPosting(headBytes: number, owner: number): void;
  sortPostings(): void;
}

/** 4 numbers for each record: where its key begins and ends in the block, where its value begins and ends. */
export type RecordTable = Uint32Array<ArrayBuffer>;

/** Neighbouring records whose keys begin with the same `kind␛` or, for log entries, `entry␛STREAM␛`. */
export interface ScannedRun {
  /** The number of its first record. */
  first: number;
  records: number;
  /** How many of their first bytes all keys share. */
  scopeBytes: number;
  /** Keys and values, bytes. */
  bytes: number;
}

export interface ScannedBlock {
  records: RecordTable;
  runs: ScannedRun[];
  /** The numbers of records that only the rules can judge. */
  unsure: Uint32Array;
  /** The checksum of each record; empty unless `sum` was set. */
  checksums: Uint32Array<ArrayBuffer>;
}

export interface ScanOptions {
  /** Whether to tell which records only the rules can judge; all others may enter the log database. */
  check?: boolean;
  /** Whether to work out the checksum of each record. */
  sum?: boolean;
}

/** The postings of the entries of one block, list by list. */
export interface BlockPostings {
  /** The heads of the lists, one after the other. */
  heads: Uint8Array;
  /** 3 numbers for each list: where its head begins and ends in `heads`, and how many postings it has. */
  lists: Uint32Array;
  /** 24 bytes each; those of a list ascend. */
  moments: Uint8Array;
  /** The number of the record that each belongs to. */
  owners: Uint32Array;
}

/** A posting that JavaScript has made. */
export interface Posting {
  head: Buffer;
  moment: Buffer;
}

/** Undefined where a limit (`ulimit -v`) forbids the 10 GiB of addresses that Node reserves for each module. */
function instantiate(): Exports | undefined {
  try {
    return webAssemblyExports(MODULE) as Exports;
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

export class BlockScanner {
  static #own: BlockScanner | undefined;
  readonly #exports: Exports | undefined;
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;
  readonly #at: (name: string) => number;
  readonly #seed = randomInt(2 ** 31);

  /** This thread's scanner. */
  static get(): BlockScanner {
    BlockScanner.#own ??= new BlockScanner();
    return BlockScanner.#own;
  }

  private constructor() {
    const exports = instantiate();
    const buffer = exports?.memory.buffer ?? new ArrayBuffer(0);
    this.#exports = exports;
    this.#bytes = Buffer.from(buffer);
    this.#words = new Uint32Array(buffer);
    const globals = (exports ?? {}) as Record<string, { value: number }>;
    this.#at = (name) => Number(globals[name]?.value);
  }

  /**
   * Scans a raw block.
   * @returns undefined if it holds anything unusual, and must be walked
   */
  scan(block: Uint8Array, { check, sum }: ScanOptions = {}): ScannedBlock | undefined {
    if (this.#exports === undefined) return undefined;
    if (block.length > this.#at("BLOCK_BYTES")) return undefined;
    this.#bytes.set(block, this.#at("block"));
    if (!this.#exports.scan(block.length, Number(check === true), Number(sum === true)))
      return undefined;
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
      checksums: this.#view("checksums", sum ? this.#at("recordCount") : 0).slice(),
    };
  }

  /** Begins the postings of the block that was scanned last. */
  beginPostings(): void {
    this.#exports?.beginPostings(this.#seed);
  }

  /**
   * Makes the postings of a run of entries.
   * @param workOut gives those of the record with this number, where the scan can't tell
   * @returns false if this block is too much for it: then nothing is known
   */
  addPostings(
    { first, records, scopeBytes }: ScannedRun,
    indexes: readonly FieldIndex[],
    workOut: (record: number) => readonly Posting[],
  ): boolean {
    if (this.#exports === undefined || !this.#setFields(indexes)) return false;
    const last = first + records;
    let at = first;
    for (;;) {
      at = this.#exports.addPostings(at, last, scopeBytes, indexes.length);
      if (at === last) return true;
      for (const posting of workOut(at)) if (!this.#add(posting, at)) return false;
      at++;
    }
  }

  #add({ head, moment }: Posting, record: number): boolean {
    const end = this.#at("headsEnd");
    const count = this.#at("postingCount");
    if (end + head.length > this.#at("HEADS_BYTES") || count === this.#at("MAX_POSTINGS"))
      return false;
    this.#bytes.set(head, this.#at("heads") + end);
    this.#bytes.set(moment, this.#at("momentOf") + count * moment.length);
    this.#exports?.addPosting(head.length, record);
    return true;
  }

  /** All postings since `beginPostings`, in memory of their own that can be transferred. */
  takePostings(): BlockPostings {
    this.#exports?.sortPostings();
    const count = this.#at("postingCount");
    const heads = this.#at("heads");
    const moments = this.#at("moments");
    const table = this.#view("lists", 4 * this.#at("listCount"));
    return {
      heads: new Uint8Array(this.#bytes.subarray(heads, heads + this.#at("headsEnd"))),
      lists: table.filter((_, i) => i % 4 !== 3),
      moments: new Uint8Array(this.#bytes.subarray(moments, moments + count * MOMENT_BYTES)),
      owners: this.#view("owners", count).slice(),
    };
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
