// Reads a part of an open file. A single read(2) may give fewer bytes than it was asked for.

import type { FileHandle } from "node:fs/promises";

/** Bytes of a file. */
export interface Span {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Reads all bytes of a span of a file, or fewer where the file ends before. */
export async function readSpan(file: FileHandle, { start, end }: Span): Promise<Buffer> {
  // memory of its own, because it may move to another thread
  const memory = Buffer.allocUnsafeSlow(end - start);
  let done = 0;
  while (done < memory.byteLength) {
    const { bytesRead } = await file.read(memory, done, memory.byteLength - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return memory.subarray(0, done);
}
