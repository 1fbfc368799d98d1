// Compresses bytes other than blocks into one zstd frame, followed by a skippable frame with the SHA-256 of the first. `zstd
// -d` skips that one, and a reader finds each changed byte by it. The thread that compresses blocks does this, too, because
// there may be only one.
//
//     zstd frame                     declares its content size
//     skippable frame 0x184D2A53     32 bytes: SHA-256 of the zstd frame

import { createHash } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import { zstdContentSize } from "./block.js";
import { FRAME_HEAD_BYTES } from "./layout.js";
import { expandFrame, packBlock } from "./zstd.js";

const CHECK_MAGIC = 0x184d2a53;
const SHA256_BYTES = 32;
const CHECK_BYTES = FRAME_HEAD_BYTES + SHA256_BYTES;

export async function compressed(bytes: Uint8Array): Promise<Buffer> {
  // its memory moves to the thread
  const { frame } = await packBlock(new Uint8Array(bytes));
  return Buffer.concat([frame, checkOf(frame)]);
}

/**
 * @param most bytes that it may expand to
 * @throws SNAPSHOT_CORRUPT
 */
export async function expanded(file: Buffer, most: number): Promise<Buffer> {
  const end = Math.max(0, file.byteLength - CHECK_BYTES);
  const frame = file.subarray(0, end);
  if (!file.subarray(end).equals(checkOf(frame))) throw broken("its SHA-256 is not the one in it");
  const size = zstdContentSize(frame);
  if (size === undefined) throw broken("it is not a zstd frame that declares its content size");
  if (size > BigInt(most)) throw broken(`it claims ${size} bytes expanded, more than ${most}`);
  const found = await expandFrame(frame);
  if (typeof found === "string") throw broken(`it does not expand: ${found}`);
  if (BigInt(found.raw.byteLength) !== size) throw broken("it has another size than it claims");
  const { raw } = found;
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
}

function checkOf(frame: Uint8Array): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32LE(CHECK_MAGIC, 0);
  head.writeUInt32LE(SHA256_BYTES, 4);
  return Buffer.concat([head, createHash("sha256").update(frame).digest()]);
}

const broken = (problem: string): FlowgError => new FlowgError("SNAPSHOT_CORRUPT", problem);
