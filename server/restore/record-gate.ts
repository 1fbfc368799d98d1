// Lets a snapshot's records into a restore, or says why not. Entries come by the million, so theirs is a way of
// its own: same rules as recordProblem, and their fields are parsed once, here, for all who need them.

import type { DatabaseKind } from "../database/kinds.js";
import { recordProblem } from "../database/records.js";
import { FlowgError } from "../errors.js";
import { isEntryKey, streamEnd } from "../logs/entry-key.js";

/** A record of the snapshot. One object is used again for each; bytes are valid until the next. */
export interface SnapshotRecord {
  key: Buffer;
  value: Buffer;
  /** Only of a log entry. */
  fields: Readonly<Record<string, string>> | undefined;
}

const ESC = 0x1b;
const DASH = 0x2d;
const ZERO = 0x30;

export class RecordGate {
  /** `entry␛STREAM␛` of the last entry: a name that has been checked. */
  #head = Buffer.alloc(0);

  constructor(private readonly database: DatabaseKind) {}

  /**
   * Checks `record` and sets its `fields`.
   * @throws SNAPSHOT_CORRUPT
   */
  pass(record: SnapshotRecord): void {
    const { key, value } = record;
    record.fields = undefined;
    if (this.database === "logs" && this.#isKnownEntry(key)) {
      record.fields = fieldsOf(value);
      if (record.fields) return;
    }
    const problem = recordProblem(this.database, record);
    if (problem) {
      throw new FlowgError("SNAPSHOT_CORRUPT", `a record of the snapshot ${problem}`, {
        hint: "it was damaged before it was sealed, or made by another program: take another copy",
      });
    }
    if (this.database === "logs" && isEntryKey(key)) {
      this.#head = Buffer.from(key.subarray(0, streamEnd(key) + 1));
      record.fields = fieldsOf(value);
    }
  }

  /** Whether it is a sound entry key of the same stream as the last. */
  #isKnownEntry(key: Buffer): boolean {
    const length = this.#head.byteLength;
    if (length === 0 || key.byteLength !== length + 57) return false;
    for (let at = 0; at < length; at++) if (key[at] !== this.#head[at]) return false;
    for (let at = length; at < length + 20; at++) {
      const digit = (key[at] as number) - ZERO;
      if (digit < 0 || digit > 9 || (at < length + 4 && digit !== 0)) return false;
    }
    if (key[length + 20] !== ESC) return false;
    return isUuid(key, length + 21);
  }
}

/** 36 characters, lower-case. */
function isUuid(bytes: Buffer, start: number): boolean {
  for (let i = 0; i < 36; i++) {
    const byte = bytes[start + i] as number;
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== DASH) return false;
    } else if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) {
      return false;
    }
  }
  return true;
}

/** The fields of an entry, or undefined if its value isn't one. */
function fieldsOf(value: Buffer): Record<string, string> | undefined {
  let entry: { timestamp?: unknown; fields?: unknown };
  try {
    entry = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  const fields = entry?.fields;
  if (typeof entry?.timestamp !== "string" || typeof fields !== "object" || fields === null) {
    return undefined;
  }
  if (Array.isArray(fields)) return undefined;
  for (const name in fields) {
    if (typeof (fields as Record<string, unknown>)[name] !== "string") return undefined;
  }
  return fields as Record<string, string>;
}
