// Snapshots as files: writing one beside its name, and the bytes of one to read.

import { createReadStream } from "node:fs";
import { fileError, type StagedFile } from "../files/staged-file.js";
import { nativeMemoryKeeper } from "../native-memory.js";
import type { SnapshotSeal } from "./header.js";
import { type WriteOptions, writeSnapshot } from "./write.js";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes a snapshot under its staged name and flushes it.
 * @returns its seal, and its size in bytes
 */
export async function writeSnapshotFile(
  file: StagedFile,
  options: WriteOptions & { onProgress?: ((records: number, bytes: number) => void) | undefined },
): Promise<{ seal: SnapshotSeal; bytes: number }> {
  let records = 0;
  let bytes = 0;
  const writing = writeSnapshot({ ...options, onBlock: (entries) => (records += entries) });
  try {
    for (let next = await writing.next(); ; next = await writing.next()) {
      if (next.done) {
        await file.flush();
        return { seal: next.value, bytes };
      }
      await file.write(next.value);
      bytes += next.value.byteLength;
      options.onProgress?.(records, bytes);
    }
  } finally {
    // lets go of the source where writing failed half-way
    await writing.return({ entries: 0, blocks: 0, rawBytes: 0, sha256: "" });
  }
}

/** The bytes of a file, in chunks. */
export async function* readFileBytes(path: string): AsyncGenerator<Uint8Array> {
  const chunkPassed = nativeMemoryKeeper();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      chunkPassed();
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw fileError(cause, "read", path);
  }
}
