// The form of deferred entries on the disk: frames, one for each request. A frame has the lengths of its two parts (u32, little
// endian), a checksum over both, a list of the entries as JSON, and the JSON of their fields, one after the other.

import {
  CHECKSUM_BYTES,
  readChecksum,
  recordChecksum,
  writeChecksum,
} from "../../../platform/checksum/checksum.js";
import { fieldsOf, type PreparedEntry, prepareEntry } from "../../../records/logs/entry.js";
import { WrittenFields } from "../../../records/logs/written-fields.js";

export const FRAME_HEAD_BYTES = 8 + CHECKSUM_BYTES;
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
  const fields = Buffer.concat(json);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32LE(list.length, 0);
  head.writeUInt32LE(fields.length, 4);
  writeChecksum(head, 8, recordChecksum(list, fields));
  return [head, list, fields];
}

/** @returns undefined if these can't be the lengths of a frame */
export function frameLengths(head: Buffer): FrameLengths | undefined {
  const list = head.readUInt32LE(0);
  const fields = head.readUInt32LE(4);
  const isPossible = list > 0 && list <= MAX_PART_BYTES && fields <= MAX_PART_BYTES;
  return isPossible ? { list, fields } : undefined;
}

/** @returns undefined if this isn't what was written */
export function decodeFrame(
  head: Buffer,
  list: Buffer,
  fields: Buffer,
): PreparedEntry[] | undefined {
  if (recordChecksum(list, fields) !== readChecksum(head, 8)) return undefined;
  let at = 0;
  return (JSON.parse(list.toString()) as Listed[]).map(({ stream, id, ms, names, bytes }) => {
    const json = fields.subarray(at, at + bytes);
    at += bytes;
    return prepareEntry({ stream, id, fields: new WrittenFields(json, names) }, ms);
  });
}
