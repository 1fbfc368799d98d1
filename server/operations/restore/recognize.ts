// Tells the kind of a file from its first bytes, never from its name.

import {
  describeBytes,
  looksLikeBadgerStream,
  looksLikeConfigArchive,
} from "../../formats/flowg/recognize.js";
import { FORMAT, HEADER_MAGIC, ZSTD_MAGIC } from "../../formats/snapshot/layout.js";
import { FlowgError } from "../../platform/errors.js";
import type { SourceFormat } from "../../records/reports.js";
import { DECOMPRESSORS, insideGzip } from "./compressed-again.js";

/** How many first bytes are enough, also for what lies in a gzip file. */
export const RECOGNIZE_BYTES = 4096;

/**
 * @param first the first bytes of the file: RECOGNIZE_BYTES of them, or all there are
 * @param size of the file, bytes
 * @throws SNAPSHOT_TRUNCATED for an empty file, SNAPSHOT_UNRECOGNIZED saying what it looks like
 */
export function recognizeFormat(first: Buffer, size: number): SourceFormat {
  if (size === 0) {
    throw new FlowgError("SNAPSHOT_TRUNCATED", "the file is empty (0 bytes)", {
      hint: "make it or download it again; FlowG writes an empty file for an empty database: leave that one out",
      details: { offset: 0, block: 0 },
    });
  }
  if (looksLikeConfigArchive(first)) {
    const inside = insideGzip(first);
    if (inside) throw compressedAgain(`${inside}, compressed once more by gzip`, "gunzip");
    return "flowg-config-archive";
  }
  // comes before the lenient check of snapshots, since a small compressed snapshot still shows its format's name
  refuseCompressed(first);
  if (isSnapshot(first)) return "snapshot";
  if (looksLikeBadgerStream(first, size)) return "flowg-badger";
  const what = describeBytes(first);
  throw new FlowgError("SNAPSHOT_UNRECOGNIZED", `this is not a snapshot: it looks like ${what}`, {
    hint: /\btar\b/.test(what)
      ? "it may be a backup of all three: `flowg admin restore`, `verify` and `inspect` take it as it is; else unpack it, and give the files in it"
      : "give a file made by `flowg admin backup`, the backup API, or FlowG itself",
    details: { looksLike: what },
  });
}

/** @throws SNAPSHOT_UNRECOGNIZED */
function refuseCompressed(first: Buffer): void {
  const isZstd = first.byteLength >= 4 && first.readUInt32LE(0) === ZSTD_MAGIC;
  const what = isZstd ? "a zstd file without a snapshot header" : describeBytes(first);
  const tool = isZstd ? "zstd -d" : DECOMPRESSORS.get(what);
  if (tool) throw compressedAgain(what, tool);
}

/** The error says that it may well be a sound backup, so that it isn't thrown away. */
function compressedAgain(what: string, tool: string): FlowgError {
  return new FlowgError("SNAPSHOT_UNRECOGNIZED", `this is not a snapshot: it looks like ${what}`, {
    hint: `if a backup was compressed once more, decompress it first: ${tool}`,
    details: { looksLike: what },
  });
}

/** Lenient, so that a snapshot with a damaged first byte is called damaged, not unknown. */
function isSnapshot(first: Buffer): boolean {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(HEADER_MAGIC);
  const have = Math.min(4, first.byteLength);
  if (first.compare(magic, 0, have, 0, have) === 0) return true;
  return first.subarray(0, 64).includes(FORMAT);
}
