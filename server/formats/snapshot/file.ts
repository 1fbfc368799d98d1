// Writes snapshots to files, and reads the bytes of files.

import { createReadStream } from "node:fs";
import { fileError } from "../../platform/files/file-error.js";
import type { StagedFile } from "../../platform/files/staged-file.js";
import { nativeMemoryKeeper } from "../../platform/native-memory.js";
import type { SealedFile } from "./header.js";
import { type WriteOptions, writeSnapshotTo } from "./write.js";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes a snapshot under its staged name and flushes it.
 * @returns its seal, and its size in bytes
 */
export async function writeSnapshotFile(
  file: StagedFile,
  options: WriteOptions & { onProgress?: ((records: number, bytes: number) => void) | undefined },
): Promise<{ seal: SealedFile; bytes: number }> {
  let records = 0;
  let bytes = 0;
  const seal = await writeSnapshotTo(
    async (piece) => {
      await file.write(piece);
      bytes += piece.byteLength;
      options.onProgress?.(records, bytes);
    },
    { ...options, onBlock: (entries) => (records += entries) },
  );
  await file.flush();
  return { seal, bytes };
}

/** The bytes of a file, in chunks. */
export async function* readFileBytes(path: string): AsyncGenerator<Uint8Array> {
  const chunkPassed = nativeMemoryKeeper();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      chunkPassed((chunk as Buffer).byteLength);
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
}
