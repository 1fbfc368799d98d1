// Recognizes backups that a script has compressed once more. They are sound, but a restore can't read them.

import { constants, gunzipSync } from "node:zlib";
import { looksLikeBadgerStream } from "../../formats/flowg/recognize.js";
import { FORMAT } from "../../formats/snapshot/layout.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";

const NAMES = Object.values(BACKUP_FILE_NAMES).flat().join("|").replaceAll(".", "\\.");

/** Matches a tar whose first member is a backup, and not an item of FlowG's archive of the configuration. */
const BACKUP_NAME = new RegExp(
  `^(?![^\\0]*(?:transformers|pipelines|alerts|forwarders)/)(?:[^\\0]*/)?(?:${NAMES})\\0`,
);

/**
 * The kind of file inside a gzip file, as far as its first bytes tell: `"a snapshot"`; undefined if it isn't a backup.
 * @param first the first bytes of the file
 */
export function insideGzip(first: Buffer): string | undefined {
  const inner = beginningOf(first);
  if (inner.subarray(0, 64).includes(FORMAT)) return "a snapshot";
  if (looksLikeBadgerStream(inner)) return "a FlowG backup";
  if (inner.subarray(257, 262).toString("latin1") !== "ustar") return undefined;
  return BACKUP_NAME.test(inner.toString("latin1", 0, 100)) ? "a tar of backups" : undefined;
}

/** Expands the first bytes of a gzip file; empty if they are something else. */
function beginningOf(first: Buffer): Buffer {
  try {
    return gunzipSync(first, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * 1024 });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Commands that decompress a file, by what `describeBytes` calls it. */
export const DECOMPRESSORS: ReadonlyMap<string, string> = new Map([
  ["an xz file", "xz -d"],
  ["a bzip2 file", "bunzip2"],
  ["a zip archive", "unzip"],
  ["a 7z archive", "7z x"],
  ["a gzip file", "gunzip"],
  ["an lz4 file", "lz4 -d"],
]);
