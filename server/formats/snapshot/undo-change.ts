// The change of one record by a restore, as its undo file keeps it. It is a record of a block. Its value tells what was
// written, and what was there before. An undo compares the first with the record now, and so sees whether somebody has changed
// it since.
//
//     value    1 byte     1: something was there before    2: something was written
//              4 bytes    checksum of what was written, little-endian; 0 where it was removed
//              4 bytes    its length
//              …          the value from before; where there was none: of a stream or field that came, ENTRIES BYTES of its
//                         stream from before, so that an undo can tell whether other entries need it

import { recordChecksum } from "../../platform/checksum/checksum.js";
import { BadgerFault } from "../badger-fault.js";
import { recordTable } from "./badger.js";

export const CHANGE_HEAD_BYTES = 9;
const HAD = 1;
const WROTE = 2;

/** Identifies the written value in a few bytes. */
export interface WrittenValue {
  checksum: number;
  length: number;
}

/** Puts the head of a change into memory. */
export function putChangeHead(
  memory: Uint8Array,
  { had, wrote }: { had: boolean; wrote: WrittenValue | undefined },
): void {
  memory[0] = (had ? HAD : 0) | (wrote ? WROTE : 0);
  putUint32(memory, 1, wrote?.checksum ?? 0);
  putUint32(memory, 5, wrote?.length ?? 0);
}

export interface ChangeHead {
  /** Whether there was a value before. It follows the head. */
  had: boolean;
  /** Undefined where the record was removed. */
  wrote: WrittenValue | undefined;
}

/** @param at where the record's value begins */
export function readChangeHead(block: Uint8Array, at: number): ChangeHead {
  const flags = block[at] as number;
  const wrote =
    flags & WROTE ? { checksum: uint32(block, at + 1), length: uint32(block, at + 5) } : undefined;
  return { had: (flags & HAD) !== 0, wrote };
}

/** Writes without making a view for each record. */
function putUint32(memory: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) memory[at + i] = value >>> (8 * i);
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

/**
 * Finds the records of a block of changes. Each has four numbers: the places of its key and of its value from before.
 * @param after the last key of the block before
 * @throws BadgerFault where these aren't changes in order of their keys
 */
export function changeTable(block: Uint8Array, after: Uint8Array): Uint32Array<ArrayBuffer> {
  const table = recordTable(block) as Uint32Array<ArrayBuffer>;
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  let [last, lastStart, lastEnd] = [after, 0, after.length];
  for (let at = 0; at < table.length; at += 4) {
    const [keyStart, keyEnd] = [table[at] as number, table[at + 1] as number];
    const [valueStart, valueEnd] = [table[at + 2] as number, table[at + 3] as number];
    if (bytes.compare(last, lastStart, lastEnd, keyStart, keyEnd) <= 0)
      throw new BadgerFault("a key is out of order", keyStart);
    [last, lastStart, lastEnd] = [bytes, keyStart, keyEnd];
    if (valueEnd - valueStart < CHANGE_HEAD_BYTES || !isSound(block, valueStart))
      throw new BadgerFault("a record doesn't say what a restore did", keyStart);
    table[at + 2] = valueStart + CHANGE_HEAD_BYTES;
  }
  return table;
}

/** Whether each record of a block looks like a change. Where a file has lost its header, only this tells an undo file. */
export function areChanges(block: Uint8Array): boolean {
  const table = recordTable(block);
  for (let at = 0; at < table.length; at += 4) {
    const [start, end] = [table[at + 2] as number, table[at + 3] as number];
    if (end - start < CHANGE_HEAD_BYTES || !isSound(block, start)) return false;
    const { wrote } = readChangeHead(block, start);
    if (!wrote && block.subarray(start + 1, start + CHANGE_HEAD_BYTES).some((byte) => byte !== 0))
      return false;
  }
  return true;
}

const isSound = (block: Uint8Array, at: number): boolean => {
  const flags = block[at] as number;
  return flags > 0 && flags <= (HAD | WROTE);
};

/** Whether a change says only that a stream or a user was there and stayed as it was. */
export const isNoChange = (
  { had, wrote }: ChangeHead,
  { key, old }: { key: Uint8Array; old: Uint8Array },
): boolean => had && wrote?.length === old.length && wrote.checksum === recordChecksum(key, old);

/** The outcome of an undo for a record. */
export type UndoOutcome = "put back" | "taken out" | "as before" | "changed";

/** A record as it stands in the database. */
export interface FoundNow {
  value: Uint8Array;
  checksum: number;
  isWhole: boolean;
}

/**
 * @param found the record now
 * @param how `old` is the value from before, where there was one
 */
export function outcomeOf(
  found: FoundNow | undefined,
  { had, wrote }: ChangeHead,
  { old, overwriteChanged }: { old: Uint8Array; overwriteChanged: boolean },
): { outcome: UndoOutcome; isChanged: boolean } {
  const isAsBefore = had
    ? found?.isWhole === true && Buffer.compare(found.value, old) === 0
    : found === undefined;
  if (isAsBefore) return { outcome: "as before", isChanged: false };
  const isAsWritten = wrote
    ? found?.isWhole === true &&
      found.checksum === wrote.checksum &&
      found.value.length === wrote.length
    : found === undefined;
  const isChanged = !isAsWritten;
  if (isChanged && !overwriteChanged) return { outcome: "changed", isChanged };
  return { outcome: had ? "put back" : "taken out", isChanged };
}
