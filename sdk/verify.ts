// verifySnapshot: the check that every download gets, for any snapshot.

import type { RestoreSource } from "./resources/restore.js";
import type { SnapshotInfo } from "./snapshot-info.js";
import type { DatabaseName } from "./types.js";

/** How to verify. @example `const options: VerifyOptions = { database: "logs" }` */
export interface VerifyOptions {
  /** The database it must be of. */
  database?: DatabaseName | undefined;
  /** Stops it. */
  signal?: AbortSignal | undefined;
  /** Told as bytes are read. */
  onProgress?:
    | ((progress: { bytes: number; totalBytes: number | undefined; records: number }) => void)
    | undefined;
}

/**
 * Reads a snapshot to its end: frames, CRC-32 of each block, counts, and the SHA-256 in its seal, in constant memory. Only
 * in Node. It doesn't look inside the blocks: a server's dry run does.
 * @throws SnapshotIncompleteError, SnapshotDamagedError, WrongDatabaseError, SnapshotError, FileError
 * @example
 * const { database, entries, createdAt } = await verifySnapshot("/srv/backup/log.db");
 */
export async function verifySnapshot(
  source: RestoreSource,
  options: VerifyOptions = {},
): Promise<SnapshotInfo> {
  const { checkSource } = await import("./node/verify.js");
  return await checkSource(source, options);
}
