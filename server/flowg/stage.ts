// The first pass of an import: every key with its newest version only, in the scratch environment.

import { createHash } from "node:crypto";
import { keyHead, SEPARATOR_BYTE } from "../database/keys.js";
import type { DatabaseKind } from "../database/kinds.js";
import { nameProblem } from "../database/names.js";
import { printable } from "../database/records.js";
import { FlowgError } from "../errors.js";
import { type BadgerKv, META_DELETED } from "./badger-kv.js";
import {
  databaseOf,
  type EntryKey,
  firstWord,
  hasEscape,
  isOurs,
  parseEntryKey,
  streamName,
  TAIL_BYTES,
  TAIL_SEPARATOR,
} from "./keys.js";
import { decodeName } from "./names.js";
import type { Scratch } from "./scratch.js";

/** What a key's newest version is, ahead of its value: version, expiry, meta. */
const HEAD_BYTES = 17;
const BATCH_BYTES = 4 * 2 ** 20;
/** Longer keys (of old value indexes, say) are staged under their hash, and stand before the value. */
const MAX_STAGED_KEY = 1900;
const RANK_DIGIT = 0x30;
const SHORT = 0x73; // s
const LONG = 0x7a; // z: after the others

export interface StageFacts {
  /** Keys with a version and a value, as they stand in the file. */
  keyValues: number;
  distinctKeys: number;
  /** Older versions of a key that has a newer one. */
  superseded: number;
  /** Those of the logs' value indexes, of whatever version: our own are made anew, so these aren't staged. */
  valueIndexKeyValues: number;
}

export class Stage {
  readonly facts: StageFacts = {
    ...{ keyValues: 0, distinctKeys: 0, superseded: 0, valueIndexKeyValues: 0 },
  };
  /** Whether any key has the separator of FlowG 0.61 and later. */
  hasEscape = false;
  /** Whether there is any key of FlowG's, also one that doesn't tell the database. */
  hasFlowgKey = false;
  /** The first key of all. */
  firstKey: Buffer | undefined;
  /** What the keys say the file is of. */
  database: DatabaseKind | undefined;
  readonly #scratch: Scratch;
  readonly #expected: DatabaseKind | undefined;
  /** The first segment, with its separator, of the last key that was looked at. */
  #lastHead: Buffer | undefined;
  #batch: BadgerKv[] = [];
  #batchBytes = 0;
  #lastStream: { raw: Buffer; rank: number; prefix: Buffer | undefined } | undefined;

  constructor(scratch: Scratch, expected: DatabaseKind | undefined) {
    this.#scratch = scratch;
    this.#expected = expected;
  }

  /** @throws SNAPSHOT_WRONG_DATABASE, SNAPSHOT_CORRUPT (keys of two databases) */
  add(kv: BadgerKv): void {
    this.facts.keyValues++;
    const isNeeded = this.#isLikeLast(kv.key) || this.#decide(kv) !== "value-index";
    if (isNeeded) this.#batch.push(kv);
    else this.facts.valueIndexKeyValues++;
    // also of those that aren't kept: what is kept are views, which hold all that was read around them
    this.#batchBytes += kv.key.length + kv.value.length + 64;
    if (this.#batchBytes >= BATCH_BYTES) this.flush();
  }

  flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length === 0) return;
    this.#scratch.write(() => {
      for (const kv of batch) this.#put(kv);
    });
  }

  /** Almost all keys of a log file are entries and their indexes: they tell nothing new. */
  #isLikeLast(key: Buffer): boolean {
    const head = this.#lastHead;
    if (head === undefined) return false;
    for (let i = 0; i < head.length; i++) if (key[i] !== head[i]) return false;
    return true;
  }

  #decide({ key, value }: BadgerKv): "value-index" | undefined {
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
    // what an index is of stands further on in its key
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
        hint: "in FlowG a backup of one database was restored into another: make a backup of before",
      },
    );
  }

  #put(kv: BadgerKv): void {
    const entry = parseEntryKey(kv.key);
    const ourKey = entry && this.#entryKey(kv.key, entry);
    const table = ourKey ? this.#scratch.entries : this.#scratch.staged;
    const { key, prefix } = ourKey ? { key: ourKey, prefix: undefined } : stagedKey(kv.key);
    const old = table.get(key);
    if (old) this.facts.superseded++;
    else this.facts.distinctKeys++;
    if (old && !isNewer(kv, old)) return;
    const prefixBytes = prefix?.length ?? 0;
    const row = Buffer.allocUnsafe(HEAD_BYTES + prefixBytes + kv.value.length);
    row.writeBigUInt64BE(kv.version);
    row.writeBigUInt64BE(kv.expiresAt, 8);
    row[16] = kv.meta;
    prefix?.copy(row, HEAD_BYTES);
    kv.value.copy(row, HEAD_BYTES + prefixBytes);
    table.putSync(key, row);
  }

  /** Our key and a last byte for the rank; undefined if the stream's name can't stand in a key. */
  #entryKey(flowgs: Buffer, entry: EntryKey): Buffer | undefined {
    const { streamStart, streamEnd, tailStart, rank } = entry;
    let last = this.#lastStream;
    if (
      !last ||
      last.rank !== rank ||
      flowgs.compare(last.raw, 0, last.raw.length, streamStart, streamEnd) !== 0
    ) {
      const name = decodeName(streamName(flowgs, entry));
      const clean = name.valid && nameProblem(name.text) === undefined;
      const prefix = clean ? keyHead("entry", name.text) : undefined;
      last = { raw: Buffer.from(flowgs.subarray(streamStart, streamEnd)), rank, prefix };
      this.#lastStream = last;
    }
    if (last.prefix === undefined) return undefined;
    const { prefix } = last;
    const key = Buffer.allocUnsafe(prefix.length + TAIL_BYTES + 1);
    prefix.copy(key);
    flowgs.copy(key, prefix.length, tailStart);
    key[prefix.length + TAIL_SEPARATOR] = SEPARATOR_BYTE;
    key[key.length - 1] = RANK_DIGIT + rank;
    return key;
  }
}

/** Of two with one version the deletion counts. */
function isNewer(kv: BadgerKv, old: Buffer): boolean {
  const version = old.readBigUInt64BE();
  return kv.version > version || (kv.version === version && (kv.meta & META_DELETED) !== 0);
}

function stagedKey(key: Buffer): { key: Buffer; prefix: Buffer | undefined } {
  if (key.length <= MAX_STAGED_KEY) {
    return { key: Buffer.concat([Buffer.of(SHORT), key]), prefix: undefined };
  }
  const length = Buffer.alloc(4);
  length.writeUInt32BE(key.length);
  const hash = createHash("sha256").update(key).digest();
  return {
    key: Buffer.concat([Buffer.of(LONG), hash]),
    prefix: Buffer.concat([length, key]),
  };
}

/** The value of the newest version that was staged, from the row of an entry. */
export const stagedValue = (row: Buffer): Buffer => row.subarray(HEAD_BYTES);

/** FlowG's key and the newest version's value, from a row of `staged`. */
export function readStagedRow(key: Buffer, row: Buffer): { key: Buffer; value: Buffer } {
  const value = stagedValue(row);
  if (key[0] === SHORT) return { key: key.subarray(1), value };
  const length = value.readUInt32BE();
  return { key: value.subarray(4, 4 + length), value: value.subarray(4 + length) };
}

/** What stands in the place of an entry that is left out. */
export const LEFT_OUT = Buffer.concat([Buffer.alloc(HEAD_BYTES - 1), Buffer.of(META_DELETED)]);

/** An entry's row with another value. */
export function withValue(row: Buffer, value: Buffer): Buffer {
  return Buffer.concat([row.subarray(0, HEAD_BYTES), value]);
}

/** Whether what was staged is gone: deleted, or expired at `now` (Unix seconds). */
export function fate(row: Buffer, now: bigint): "live" | "deleted" | "expired" {
  if (((row[16] as number) & META_DELETED) !== 0) return "deleted";
  // nearly all never expire: no bigint for them
  if (row.readUInt32BE(8) === 0 && row.readUInt32BE(12) === 0) return "live";
  return row.readBigUInt64BE(8) <= now ? "expired" : "live";
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
