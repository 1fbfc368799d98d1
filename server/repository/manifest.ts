// What a snapshot in a repository consists of. This JSON is written last, and makes the snapshot exist.

import type { DatabaseKind } from "../records/kinds.js";
import type { TrackingPoint } from "../records/tracking-point.js";
import type { LockMode } from "./places/place.js";

export type { TrackingPoint } from "../records/tracking-point.js";

export const MANIFEST_FORMAT = "flowg-repository-snapshot";
export const MANIFEST_VERSION = 1;

/** A range of a database's records, stored as one object. */
export interface SegmentEntry {
  /** The name of its object: see RepositoryKeys.nameOf. */
  name: string;
  /** SHA-256 of its records, that is of the raw bytes of its blocks: lower-case hex. */
  contentSha256: string;
  /** Its first and last key, as text, since all keys are UTF-8. */
  firstKey: string;
  lastKey: string;
  /** How many records it has. */
  entries: number;
  /** Bytes of its blocks before compression. */
  rawBytes: number;
  blocks: number;
  /** Bytes of its blocks in its snapshot file, prefixes included. */
  bytes: number;
  /** Bytes of its object, and their SHA-256 as lower-case hex. */
  storedBytes: number;
  storedSha256: string;
  /** The sum of its records' checksums modulo 2^32; absent where they are unknown. */
  checksums?: number;
  /**
   * It is only a piece: the next segment goes on with it. Together they are the segment that the rules of cuts would make. See
   * records/cut.ts.
   */
  goesOn?: true;
  /** When the object's lock ends, RFC 3339, as far as was known when the manifest was written. Absent if it wasn't locked. */
  lockedUntil?: string;
}

export interface DatabaseManifest {
  entries: number;
  rawBytes: number;
  storedBytes: number;
  /** SHA-256 over its segments' contentSha256 (32 bytes each), one after the other: lower-case hex. */
  sha256: string;
  /** When the database was made, RFC 3339; absent where that is unknown. */
  databaseMadeAt?: string;
  /** How many damaged records of the database were left out of the snapshot. Absent if there were none. */
  leftOut?: number;
  /** How many records the repository has lost; a repair made the snapshot of the rest. Absent if it has lost none. */
  lost?: number;
  tracking?: TrackingPoint;
  /** In the order of their keys. Empty for a database without records. */
  segments: SegmentEntry[];
}

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  version: typeof MANIFEST_VERSION;
  /** The snapshot's id, a UUID. */
  setId: string;
  /** The instant, RFC 3339, UTC. */
  createdAt: string;
  /** Name and version of the program that made the snapshot. */
  producer: string;
  host: string;
  /** The id of the installation whose job has made the snapshot; absent where a person has made it. */
  installation?: string;
  tags: string[];
  /** The manifest's own lock, where it is locked; its segments are locked at least as long. */
  objectLock?: { mode: LockMode; until: string };
  databases: Partial<Record<DatabaseKind, DatabaseManifest>>;
}
