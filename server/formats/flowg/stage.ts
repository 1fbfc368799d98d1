// Takes the first pass of an import: every key of the file goes to a sorter, which keeps only its newest version.

import { FlowgError } from "../../platform/errors.js";
import { beginsWith, keyHead, SEPARATOR_BYTE } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { NAME_MAX_BYTES } from "../../records/names.js";
import { printable } from "../../records/records.js";
import { type BadgerKv, META_DELETED, type Uint64 } from "./badger-kv.js";
import {
  databaseOf,
  type EntryKey,
  firstWord,
  hasEscape,
  isOurs,
  isValueIndex,
  parseEntryKey,
  type Rank,
  streamName,
  TAIL_BYTES,
  TAIL_SEPARATOR,
} from "./keys.js";
import { spell } from "./names.js";
import type { Sorter } from "./sorter.js";

/** The bytes before a staged value: version, expiry, meta. */
const HEAD_BYTES = 17;
/** A rank is stored as this digit less the rank, so that the surest reading of a key comes first. */
const RANK_DIGIT = 0x39;

export interface StageSorters {
  /** Entries by our key, its rank, and FlowG's name of the stream where ours differs. */
  entries: Sorter;
  /** All other keys, as they stand in the file. */
  others: Sorter;
}

export class Stage {
  /** Keys with a version and a value, as they stand in the file. */
  keyValues = 0;
  /** How many keys of value indexes there were, of any version. They aren't staged, because our indexes are made anew. */
  valueIndexKeyValues = 0;
  /** Whether any key has the separator of FlowG 0.61 and later. */
  hasEscape = false;
  /** Whether there is any key of FlowG's, even one that doesn't tell the database. */
  hasFlowgKey = false;
  /** The first key in the file. */
  firstKey: Buffer | undefined;
  /** The database that the keys point to. */
  database: DatabaseKind | undefined;
  readonly #sorters: StageSorters;
  readonly #expected: DatabaseKind | undefined;
  /** The first segment, with its separator, of the last key that was looked at. */
  #lastHead: Buffer | undefined;
  #lastStream: StreamKey | undefined;

  constructor(sorters: StageSorters, expected: DatabaseKind | undefined) {
    this.#sorters = sorters;
    this.#expected = expected;
  }

  /** @throws SNAPSHOT_WRONG_DATABASE, SNAPSHOT_CORRUPT (keys of two databases), DISK_FULL */
  add(kv: BadgerKv): void {
    this.keyValues++;
    const isNeeded = this.#isLikeLast(kv.key) || this.#decide(kv) !== "value-index";
    if (!isNeeded) this.valueIndexKeyValues++;
    else if (!this.#addEntry(kv)) this.#addOther(kv);
  }

  /**
   * Whether a key begins as the last one. Nearly all keys of a log file are entries and their indexes, which tell nothing new.
   */
  #isLikeLast(key: Buffer): boolean {
    const head = this.#lastHead;
    return head !== undefined && beginsWith(key, 0, head);
  }

  #decide({ key, value }: BadgerKv): "value-index" | undefined {
    // half of a log file are index keys; once it is known to be one, a quick look recognizes them
    if (this.database === "logs" && isValueIndex(key)) {
      this.hasEscape ||= hasEscape(key);
      return "value-index";
    }
    this.firstKey ??= Buffer.from(key);
    const found = databaseOf(key);
    if (found === undefined) {
      if (isOurs(key, value)) throw decompressed();
      return undefined;
    }
    this.hasFlowgKey = true;
    this.hasEscape ||= hasEscape(key);
    if (found !== "marker") this.#decideDatabase(found, key);
    const word = firstWord(key);
    // an index's key says further on what it indexes
    if (word === "index") return found === "logs" ? "value-index" : undefined;
    if (isOurs(key, value)) throw decompressed();
    this.#lastHead = Buffer.from(key.subarray(0, word.length + 1));
    return undefined;
  }

  #decideDatabase(found: DatabaseKind, key: Buffer): void {
    if (found === this.database) return;
    if (this.database === undefined) {
      if (this.#expected !== undefined && found !== this.#expected) {
        throw wrongDatabase(this.#expected, found);
      }
      this.database = found;
      return;
    }
    throw new FlowgError(
      "SNAPSHOT_CORRUPT",
      `the file holds keys of two databases: of ${this.database}, and "${printable(key.toString())}" of ${found}`,
      {
        hint:
          "in FlowG a backup of one database was restored into another one: use a backup from before " +
          "that",
      },
    );
  }

  /** Adds an entry. @returns false if it can't have a key of ours */
  #addEntry(kv: BadgerKv): boolean {
    const { key, value } = kv;
    const parsed = parseEntryKey(key);
    if (parsed === undefined) return false;
    const stream = this.#streamKey(key, parsed);
    if (stream === undefined) return false;
    const { head, rank, suffix } = stream;
    const sorter = this.#sorters.entries;
    const tail = head.length + TAIL_BYTES;
    const length = tail + 1 + suffix.length;
    const start = sorter.room(length, HEAD_BYTES + value.length);
    const { memory } = sorter;
    // loops: for so few bytes, a native call and its view take longer
    for (let i = 0; i < head.length; i++) memory[start + i] = head[i] as number;
    for (let i = 0, at = start + head.length; i < TAIL_BYTES; i++)
      memory[at + i] = key[parsed.tailStart + i] as number;
    memory[start + head.length + TAIL_SEPARATOR] = SEPARATOR_BYTE;
    memory[start + tail] = RANK_DIGIT - rank;
    if (suffix.length > 0) suffix.copy(memory, start + tail + 1);
    putValue(memory, start + length, kv);
    sorter.commit();
    return true;
  }

  #addOther(kv: BadgerKv): void {
    const sorter = this.#sorters.others;
    const start = sorter.room(kv.key.length, HEAD_BYTES + kv.value.length);
    sorter.memory.set(kv.key, start);
    putValue(sorter.memory, start + kv.key.length, kv);
    sorter.commit();
  }

  /** The parts of our key for an entry; undefined if a key can't hold the stream's name. */
  #streamKey(flowgs: Buffer, entry: EntryKey): StreamKey | undefined {
    const { streamStart, streamEnd, rank } = entry;
    const last = this.#lastStream;
    if (
      last?.rank === rank &&
      last.raw.length === streamEnd - streamStart &&
      beginsWith(flowgs, streamStart, last.raw)
    ) {
      return last;
    }
    const length = streamEnd - streamStart;
    if (length === 0 || length > NAME_MAX_BYTES) return undefined;
    const raw = Buffer.from(flowgs.subarray(streamStart, streamEnd));
    const theirs = streamName(flowgs, entry);
    const name = spell(theirs);
    if (Buffer.byteLength(name) > NAME_MAX_BYTES) return undefined;
    const isSame = Buffer.from(name).toString("latin1") === theirs;
    const suffix = isSame ? NOTHING : Buffer.from(theirs, "latin1");
    this.#lastStream = { raw, rank, head: keyHead("entry", name), suffix };
    return this.#lastStream;
  }
}

/** The keys of a stream's entries. */
interface StreamKey {
  /** The stream's bytes in FlowG's key. */
  raw: Buffer;
  rank: Rank;
  /** The beginning of our keys. */
  head: Buffer;
  /** FlowG's name, if ours differs. */
  suffix: Buffer;
}

const NOTHING = Buffer.alloc(0);

function putValue(memory: Buffer, start: number, kv: BadgerKv): void {
  putUint64(memory, start, kv.version);
  putUint64(memory, start + 8, kv.expiresAt);
  memory[start + 16] = kv.meta;
  memory.set(kv.value, start + HEAD_BYTES);
}

/** Big-endian, so that bytes compare as numbers do. */
function putUint64(memory: Buffer, start: number, value: Uint64): void {
  if (typeof value === "bigint") memory.writeBigUInt64BE(value, start);
  else {
    memory.writeUInt32BE(Math.floor(value / 2 ** 32), start);
    memory.writeUInt32BE(value % 2 ** 32, start + 4);
  }
}

/** Whether a version of a key replaces another: the later one does, and of equal versions the deletion. */
export function isNewer(value: Buffer, old: Buffer): boolean {
  const order = value.compare(old, 0, 8, 0, 8);
  return order > 0 || (order === 0 && isDeleted(value));
}

const isDeleted = (row: Buffer): boolean => ((row[16] as number) & META_DELETED) !== 0;

/** The value of the newest version that was staged. */
export const stagedValue = (row: Buffer): Buffer => row.subarray(HEAD_BYTES);

/** Our key of a staged entry, and FlowG's name of its stream (as Latin-1) if that differs. */
export function readEntryKey(key: Buffer): { ours: Buffer; raw: string | undefined } {
  // the head, `entry␛STREAM␛`, ends at its second separator
  const end = key.indexOf(SEPARATOR_BYTE, ENTRY_HEAD_BYTES) + 1 + TAIL_BYTES;
  const raw = key.length > end + 1 ? key.toString("latin1", end + 1) : undefined;
  return { ours: key.subarray(0, end), raw };
}

const ENTRY_HEAD_BYTES = keyHead("entry").length;

/** When a staged key expires, in Unix seconds; 0 means never. */
export const expiry = (row: Buffer): number =>
  // dates stay below 2^53
  row.readUInt32BE(8) * 2 ** 32 + row.readUInt32BE(12);

/** Whether a staged key is live, deleted, or expired at `now` (Unix seconds). */
export function fate(row: Buffer, now: number): "live" | "deleted" | "expired" {
  if (isDeleted(row)) return "deleted";
  const expires = expiry(row);
  return expires !== 0 && expires <= now ? "expired" : "live";
}

function decompressed(): FlowgError {
  return new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    "this is what one of our snapshots holds, decompressed: without header, checksums and seal nothing tells whether it is whole",
    { hint: "give the file as the backup made it" },
  );
}

export function wrongDatabase(expected: DatabaseKind, found: DatabaseKind): FlowgError {
  return new FlowgError(
    "SNAPSHOT_WRONG_DATABASE",
    `this is a FlowG backup of the ${found} database, not of the ${expected} database`,
    { hint: "check that the files are not swapped", details: { expected, found } },
  );
}
