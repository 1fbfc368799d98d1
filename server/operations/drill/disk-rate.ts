// Measures how fast a disk writes and flushes. A drill that restores onto another disk can't tell that of a real restore.

import { open } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../../platform/files/file-error.js";
import { demandSpace } from "../../platform/files/free-space.js";
import { makeScratchDirectory } from "../../platform/files/scratch-directory.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";

const BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

/**
 * Bytes a second. Writes 32 MiB into a private directory there, and removes them.
 * @throws DISK_FULL, FILE_UNAVAILABLE, CANCELLED
 */
export async function diskRate(directory: string, signal?: AbortSignal): Promise<number> {
  await demandSpace(directory, 2 * BYTES, "the measurement of the disk");
  await using scratch = await makeScratchDirectory(directory);
  const path = join(scratch.path, "written");
  try {
    await using file = await open(path, "wx", 0o600);
    // numbers without a pattern, which no disk can compress
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let at = 0; at < PIECE_BYTES; at += 4)
      piece.writeUInt32LE(Math.imul(at + 1, 0x9e3779b1) >>> 0, at);
    const started = performance.now();
    for (let bytes = 0; bytes < BYTES; bytes += PIECE_BYTES) {
      stopIfAborted(signal, "the drill");
      await file.write(piece);
    }
    await file.datasync();
    return BYTES / ((performance.now() - started) / 1000);
  } catch (cause) {
    throw fileError(cause, "write", path);
  }
}
