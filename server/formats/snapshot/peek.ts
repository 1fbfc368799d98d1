// Reads the two ends of a snapshot, and nothing between. That is quick, and no verification.

import { open, stat } from "node:fs/promises";
import { systemCode } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { readSpan } from "../../platform/files/read-span.js";
import { decodeHeader, decodeSeal, type SnapshotHeader, type SnapshotSeal } from "./header.js";
import { FRAME_HEAD_BYTES, HEADER_MAGIC, JSON_MAX_BYTES, SEAL_MAGIC } from "./layout.js";

const END_BYTES = FRAME_HEAD_BYTES + JSON_MAX_BYTES;

export interface Peeked {
  /** Bytes of the file. */
  size: number;
  /** Absent where it isn't a snapshot, or has lost an end. */
  ends?: { header: SnapshotHeader; seal: SnapshotSeal };
}

/**
 * @returns undefined if there is no such file
 * @throws FILE_UNAVAILABLE
 */
export async function peekSnapshot(path: string): Promise<Peeked | undefined> {
  try {
    // looked at first, because opening a named pipe waits for its writer
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    await using file = await open(path, "r");
    const { size } = found;
    const read = (start: number) =>
      readSpan(file, { start, end: start + Math.min(END_BYTES, size) });
    const header = headerAtStart(await read(0));
    const seal = header && sealAtEnd(await read(Math.max(0, size - END_BYTES)));
    return header && seal ? { size, ends: { header, seal } } : { size };
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw fileError(cause, "read", path);
  }
}

function headerAtStart(bytes: Buffer): SnapshotHeader | undefined {
  if (bytes.byteLength < FRAME_HEAD_BYTES || bytes.readUInt32LE(0) !== HEADER_MAGIC)
    return undefined;
  const end = FRAME_HEAD_BYTES + bytes.readUInt32LE(4);
  const found = decodeHeader(bytes.subarray(FRAME_HEAD_BYTES, end));
  return "header" in found ? found.header : undefined;
}

/** The seal, if a whole frame of one stands at the very end of these bytes. */
export function sealAtEnd(bytes: Buffer): SnapshotSeal | undefined {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(SEAL_MAGIC);
  const tail = bytes.subarray(Math.max(0, bytes.byteLength - END_BYTES));
  for (let at = tail.indexOf(magic); at >= 0; at = tail.indexOf(magic, at + 1)) {
    if (at + FRAME_HEAD_BYTES > tail.byteLength) return undefined;
    const end = at + FRAME_HEAD_BYTES + tail.readUInt32LE(at + 4);
    const seal = end === tail.byteLength && decodeSeal(tail.subarray(at + FRAME_HEAD_BYTES));
    if (seal) return seal;
  }
  return undefined;
}
