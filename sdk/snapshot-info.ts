// The facts of a snapshot that has passed its checks.

import type { Database } from "./types.js";

/** A whole snapshot. @example `const { setId, entries }: SnapshotInfo = await client.backup.toFile("logs", "log.db")` */
export interface SnapshotInfo {
  /** Which it is of. */
  database: Database;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** UUID that snapshots of one instant share. */
  setId: string;
  /** Size of the file, bytes. */
  bytes: number;
  /** Records in it. */
  entries: number;
  /** Parts of about 1 MiB that it is made of. */
  blocks: number;
  /** Size of what it holds before compression, bytes. */
  rawBytes: number;
  /** SHA-256 of every byte before the seal, lower-case hex. */
  sha256: string;
  /** SHA-256 of the whole file, lower-case hex: what `sha256sum` says. */
  fileSha256: string;
  /**
   * Tells of records that were damaged in the server's database and are not in the file: how many, the first of them by
   * name, and what else was found. Only in a backup of all three that was made with `skipDamaged`.
   */
  leftOut?: { records: number; items: string[]; problems: string[] };
  /**
   * What a person should know of the server's databases, such as a restore of several that was cut. Only for a download into one
   * file.
   */
  notes?: string[];
  /** The header's JSON, byte for byte as in the file. */
  header: Readonly<Record<string, unknown>>;
  /** The seal's JSON, byte for byte as in the file. */
  seal: Readonly<Record<string, unknown>>;
}
