// Finds the frames of a snapshot file in memory, without a look at what is in its blocks.

import type { DatabaseKind } from "../../records/kinds.js";
import { decodeHeader, decodeSeal, type SnapshotSeal } from "./header.js";
import { BLOCK_MAGIC, FRAME_HEAD_BYTES, HEADER_MAGIC, PREFIX_BYTES, SEAL_MAGIC } from "./layout.js";

/**
 * The blocks of a segment's file, with their prefixes, and its seal.
 * @returns undefined if it isn't one of that database
 */
export function segmentBlocks(
  file: Buffer,
  database: DatabaseKind,
): { blocks: Buffer; seal: SnapshotSeal } | undefined {
  const header = payloadAt(file, 0, HEADER_MAGIC);
  const said = header && decodeHeader(header.payload);
  if (!said || !("segment" in said) || said.segment.database !== database) return undefined;
  let at = header.end;
  for (;;) {
    const prefix = payloadAt(file, at, BLOCK_MAGIC);
    if (prefix?.payload.byteLength !== PREFIX_BYTES) break;
    at = prefix.end + prefix.payload.readUInt32LE(0);
  }
  const found = payloadAt(file, at, SEAL_MAGIC);
  const seal = found && decodeSeal(found.payload);
  return seal && found.end === file.byteLength
    ? { blocks: file.subarray(header.end, at), seal }
    : undefined;
}

/** The zstd frames of these blocks, without their prefixes. */
export function* eachFrame(blocks: Buffer): Generator<Buffer> {
  for (let at = 0; at < blocks.byteLength; ) {
    const prefix = payloadAt(blocks, at, BLOCK_MAGIC);
    if (prefix?.payload.byteLength !== PREFIX_BYTES) return;
    at = prefix.end + prefix.payload.readUInt32LE(0);
    yield blocks.subarray(prefix.end, at);
  }
}

function payloadAt(file: Buffer, at: number, magic: number) {
  const start = at + FRAME_HEAD_BYTES;
  if (start > file.byteLength || file.readUInt32LE(at) !== magic) return undefined;
  const end = start + file.readUInt32LE(at + 4);
  return end > file.byteLength ? undefined : { payload: file.subarray(start, end), end };
}
