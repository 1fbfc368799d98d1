// What a snapshot in a repository consists of: the JSON that is written last, and makes it exist.

import type { DatabaseKind } from "../records/kinds.js";
import type { TrackingPoint } from "../records/tracking-point.js";

export type { TrackingPoint } from "../records/tracking-point.js";

export const MANIFEST_FORMAT = "flowg-repository-snapshot";
export const MANIFEST_VERSION = 1;

/** A range of a database's records, in an object of its own. */
export interface SegmentEntry {
  /** Of the object: see RepositoryKeys.nameOf. */
  name: string;
  /** Of its records: SHA-256, lower-case hex, of the raw bytes of its blocks. */
  contentSha256: string;
  /** Keys, as text: all keys are UTF-8. Both are in the segment. */
  firstKey: string;
  lastKey: string;
  /** Records. */
  entries: number;
  /** Bytes of its blocks before compression. */
  rawBytes: number;
  blocks: number;
  /** Bytes of its blocks as they stand in its snapshot file, with their prefixes. */
  bytes: number;
  /** Bytes of the object, and its SHA-256, lower-case hex. */
  storedBytes: number;
  storedSha256: string;
  /** Sum of the checksums of its records, modulo 2^32; absent where they are not known. */
  checksums?: number;
  /** It is a piece of what is one segment once that ends by its records, and the next one goes on with it: see records/cut.ts. */
  goesOn?: true;
}

export interface DatabaseManifest {
  entries: number;
  rawBytes: number;
  storedBytes: number;
  /** SHA-256, lower-case hex, of its segments' contentSha256 (32 bytes each), one after the other. */
  sha256: string;
  /** When the database was made, RFC 3339; where that is known. */
  databaseMadeAt?: string;
  /** Records that were damaged in the database, and are not in the snapshot. Absent if there were none. */
  leftOut?: number;
  /** Records that the repository has lost: a repair made the snapshot of the rest. Absent if it has lost none. */
  lost?: number;
  tracking?: TrackingPoint;
  /** In order of their keys. None of a database without records. */
  segments: SegmentEntry[];
}

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  version: typeof MANIFEST_VERSION;
  /** UUID: the snapshot's id. */
  setId: string;
  /** The instant, RFC 3339, UTC. */
  createdAt: string;
  /** Name and version of the program that made it. */
  producer: string;
  host: string;
  tags: string[];
  databases: Partial<Record<DatabaseKind, DatabaseManifest>>;
}
