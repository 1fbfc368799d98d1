// The form of deferred entries on the disk: frames, one for each request. A frame has the lengths of its two parts (u32, little
// endian), a checksum over these and both parts, a list of the entries as JSON, and the JSON of their fields, one after the other.

import {
  CHECKSUM_BYTES,
  readChecksum,
  recordChecksum,
  writeChecksum,
} from "../../../platform/checksum/checksum.js";
import { fieldsOf, type PreparedEntry, prepareEntry } from "../../../records/logs/entry.js";
import { WrittenFields } from "../../../records/logs/written-fields.js";

const LENGTHS_BYTES = 8;
export const FRAME_HEAD_BYTES = LENGTHS_BYTES + CHECKSUM_BYTES;
/** More than any request that is deferred has: see MAX_DEFERRED_BYTES. A longer frame is damaged. */
const MAX_PART_BYTES = 256 * 1024 * 1024;

interface Listed {
  stream: string;
  id: string;
  /** Milliseconds since 1970. */
  ms: number;
  /** The fields that can be listed. */
  names: string[];
  /** Of the JSON of its fields. */
  bytes: number;
}

export interface FrameLengths {
  list: number;
  fields: number;
}

/** The entries of one request, which are stored together or not at all. */
export function encodeFrame(entries: readonly PreparedEntry[]): Uint8Array[] {
  const json = entries.map(fieldsOf);
  const listed = entries.map(({ stream, id, ms, fieldNames: names }, at): Listed => {
    return { stream, id, ms, names, bytes: json[at]?.byteLength ?? 0 };
  });
  const list = Buffer.from(JSON.stringify(listed));
  const parts = Buffer.concat([list, ...json]);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32LE(list.length, 0);
  head.writeUInt32LE(parts.length - list.length, 4);
  writeChecksum(head, LENGTHS_BYTES, checksumOf(head, parts));
  return [head, parts];
}

/** The lengths are what is a record's key elsewhere, which must be short. */
const checksumOf = (head: Buffer, parts: Buffer): number =>
  recordChecksum(head.subarray(0, LENGTHS_BYTES), parts);

/** @returns undefined if these can't be the lengths of a frame */
export function frameLengths(head: Buffer): FrameLengths | undefined {
  const list = head.readUInt32LE(0);
  const fields = head.readUInt32LE(4);
  const isPossible = list > 0 && list <= MAX_PART_BYTES && fields <= MAX_PART_BYTES;
  return isPossible ? { list, fields } : undefined;
}

/**
 * @param parts the two parts, one after the other
 * @returns undefined if this isn't what was written
 */
export function decodeFrame(head: Buffer, parts: Buffer): PreparedEntry[] | undefined {
  if (checksumOf(head, parts) !== readChecksum(head, LENGTHS_BYTES)) return undefined;
  let at = head.readUInt32LE(0);
  const list = JSON.parse(parts.toString("utf8", 0, at)) as Listed[];
  return list.map(({ stream, id, ms, names, bytes }) => {
    const json = parts.subarray(at, at + bytes);
    at += bytes;
    return prepareEntry({ stream, id, fields: new WrittenFields(json, names) }, ms);
  });
}
