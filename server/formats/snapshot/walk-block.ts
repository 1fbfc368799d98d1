// Walks a raw block record by record, in one pass that also checks it. Keys must ascend and kinds be known. Runs of records of the same kind
// (and stream) are counted.

import { SEPARATOR, SEPARATOR_BYTE } from "../../records/keys.js";
import { type DatabaseKind, RECORD_KINDS, type RecordKind } from "../../records/kinds.js";
import { recordProblem, type StoredRecord } from "../../records/records.js";
import { BadgerFault } from "../badger-fault.js";
import { eachRecord } from "./badger.js";
import type { BlockNotes } from "./block-notes.js";

/** A run of neighbouring records of one kind and, for log entries, of one stream. */
export interface Run {
  kind: RecordKind;
  /** Only for log entries. */
  stream?: string;
  records: number;
  /** Keys and values, bytes. */
  bytes: number;
  /** Milliseconds since 1970, from the keys. Only for log entries. */
  oldest?: number;
  newest?: number;
}

export interface BlockSummary {
  records: number;
  firstKey: Uint8Array;
  lastKey: Uint8Array;
  runs: Run[];
  /** The bytes of each record that takes pages of its own in LMDB. */
  large: number[];
  /** The records of streams, which a restore needs before the entries they configure. */
  streams: StoredRecord[];
  /** Only of accounts and configurations, and only where their records are checked. */
  notes?: BlockNotes;
}

export interface WalkHow {
  /** Whether each record must be one that a restore lets in. */
  checkRecords: boolean;
  /** Takes each record that has been checked. Its bytes are the block's. */
  onChecked?: ((record: StoredRecord) => void) | undefined;
}

/** A sound record of a kind that this version doesn't know. */
export class UnknownKindFault extends Error {
  constructor(readonly kind: string) {
    super(kind);
  }
}

/** A larger record has its value in pages of its own (me_nodemax in LMDB's mdb.c: half a page, less its heads). */
export const OWN_PAGES_BYTES = 2_000;

/**
 * Walks and checks any raw block.
 * @throws BadgerFault where bytes are wrong, keys out of order, or records not to be let in; UnknownKindFault
 */
export function walkBlock(
  database: DatabaseKind,
  block: Uint8Array,
  { checkRecords, onChecked }: WalkHow,
): BlockSummary {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const runs: Run[] = [];
  const streams: StoredRecord[] = [];
  const large: number[] = [];
  let run: Run | undefined;
  // bytes of the key that say which run it belongs to: `role␛`, `entry␛STREAM␛`
  let scopeLength = 0;
  let previousStart = 0;
  let previousEnd = 0;
  let firstKey: Uint8Array = new Uint8Array(0);
  const closeRun = () => {
    if (run?.stream !== undefined) run.newest = entryMs(block, previousStart + scopeLength);
  };
  const records = eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
    const common = commonPrefix(block, previousStart, previousEnd, keyStart, keyEnd);
    const ascends =
      previousStart + common === previousEnd
        ? keyStart + common < keyEnd
        : keyStart + common < keyEnd &&
          (block[previousStart + common] as number) < (block[keyStart + common] as number);
    if (!ascends) throw new BadgerFault("a key is out of order", keyStart);
    if (run === undefined || common < scopeLength) {
      closeRun();
      if (run === undefined) firstKey = block.slice(keyStart, keyEnd);
      scopeLength = scopeEnd(block, keyStart, keyEnd) - keyStart;
      run = openRun(database, block, { keyStart, keyEnd, scopeLength });
      runs.push(run);
    }
    if (checkRecords) {
      const key = bytes.subarray(keyStart, keyEnd);
      const record = { key, value: bytes.subarray(valueStart, valueEnd) };
      checkRecord(database, record, keyStart);
      onChecked?.(record);
    }
    if (run.kind === "stream") {
      const value = block.slice(valueStart, valueEnd);
      streams.push({ key: block.slice(keyStart, keyEnd), value });
    }
    const size = keyEnd - keyStart + valueEnd - valueStart;
    if (size > OWN_PAGES_BYTES) large.push(size);
    run.records++;
    run.bytes += size;
    previousStart = keyStart;
    previousEnd = keyEnd;
  });
  closeRun();
  const lastKey = block.slice(previousStart, previousEnd);
  return { records, firstKey, lastKey, runs, large, streams };
}

/**
 * Checks by the rules whether a record may enter a database. Every verification does this, so that a restore doesn't fail
 * half-way.
 * @throws BadgerFault
 */
export function checkRecord(database: DatabaseKind, record: StoredRecord, offset = 0): void {
  const problem = recordProblem(database, record);
  if (problem !== undefined) throw new BadgerFault(`holds a record that ${problem}`, offset);
}

export function openRun(
  database: DatabaseKind,
  block: Uint8Array,
  at: { keyStart: number; keyEnd: number; scopeLength: number },
): Run {
  const scope = text(block, at.keyStart, at.keyStart + at.scopeLength).split(SEPARATOR);
  const kind = (RECORD_KINDS[database] as readonly RecordKind[]).find(
    (known) => known === scope[0],
  );
  if (kind === undefined) throw new UnknownKindFault(scope[0] ?? "");
  if (kind !== "entry") return { kind, records: 0, bytes: 0 };
  const oldest = entryMs(block, at.keyStart + at.scopeLength);
  return { kind, stream: scope[1] ?? "", records: 0, bytes: 0, oldest, newest: oldest };
}

/** The end of `kind␛`, or of `entry␛STREAM␛` for log entries. */
function scopeEnd(block: Uint8Array, start: number, end: number): number {
  const first = separatorAfter(block, start, end);
  const isEntry = first - start === 6 && text(block, start, first - 1) === "entry";
  return isEntry ? separatorAfter(block, first, end) : first;
}

function separatorAfter(block: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (block[at] === SEPARATOR_BYTE) return at + 1;
  return end;
}

/** The 20 digits of an entry's time, or 0. */
export function entryMs(block: Uint8Array, start: number): number {
  return Number(text(block, start, start + 20)) || 0;
}

function text(block: Uint8Array, start: number, end: number): string {
  return Buffer.from(block.buffer, block.byteOffset + start, Math.max(0, end - start)).toString();
}

function commonPrefix(
  block: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): number {
  const most = Math.min(aEnd - aStart, bEnd - bStart);
  let common = 0;
  while (common < most && block[aStart + common] === block[bStart + common]) common++;
  return common;
}
