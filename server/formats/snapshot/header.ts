// The two JSON frames of a snapshot: the header says what it is, and the seal proves that it is whole.

import { randomUUID } from "node:crypto";
import { isObject } from "../../platform/json-object.js";
import { FLOWG_VERSION } from "../../platform/version.js";
import { type DatabaseKind, isDatabaseKind } from "../../records/kinds.js";
import { FORMAT, FORMAT_VERSION, FRAME_HEAD_BYTES, HEADER_MAGIC, SEAL_MAGIC } from "./layout.js";

export interface SnapshotHeader {
  format: typeof FORMAT;
  version: typeof FORMAT_VERSION;
  database: DatabaseKind;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** UUID that snapshots taken together at one instant share. */
  setId: string;
  /** Name and version of the program that made it. */
  producer: string;
  /** 0: a full snapshot. */
  since: 0;
  /** When the database was made, RFC 3339, UTC; where that is known. */
  databaseMadeAt?: string;
  /** Only in a snapshot that was made of the rest of a damaged one. */
  salvaged?: Salvaged;
}

/** The part that is known to be missing; absent if it can't be known. */
export interface Salvaged {
  lostEntries?: number;
  lostBlocks?: number;
  /** Set if it was made of a damaged database. */
  from?: "database";
  /** How many of its records may be in an older form, or removed since. */
  mayBeOlder?: number;
}

/** The header of a repository's segment: a part of the records of a snapshot. Nothing in it differs from run to run. */
export interface SegmentHeader {
  format: typeof FORMAT;
  version: typeof FORMAT_VERSION;
  database: DatabaseKind;
  segment: true;
}

/** The header of what a restore has overwritten, removed and added in one database. Versions that don't know it refuse it. */
export interface UndoHeader {
  format: typeof FORMAT;
  version: typeof FORMAT_VERSION;
  database: DatabaseKind;
  /** When the restore began, RFC 3339, UTC. */
  createdAt: string;
  /** The run of the restore. */
  setId: string;
  producer: string;
  /** Not 0, so that each reader sees that it isn't a full snapshot. */
  since: 1;
  undo: true;
}

export interface SnapshotSeal {
  /** Records in the file. */
  entries: number;
  blocks: number;
  /** Decompressed bytes of all blocks. */
  rawBytes: number;
  /** SHA-256, lower-case hex, of every byte before the seal frame. */
  sha256: string;
  /** Records that were damaged in the database, and are not in the file. Absent if there were none, as nearly always. */
  leftOut?: number;
}

/** Further facts of a snapshot, once it is a file. */
export interface SealedFile extends SnapshotSeal {
  /** SHA-256, lower-case hex, of the whole file: what `sha256sum` says. */
  fileSha256: string;
}

/** The header of a snapshot made now. */
export function newHeader(
  database: DatabaseKind,
  set: { setId?: string; createdAt?: Date; madeAt?: string | undefined } = {},
): SnapshotHeader {
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    database,
    createdAt: (set.createdAt ?? new Date()).toISOString(),
    setId: set.setId ?? randomUUID(),
    producer: `flowg ${FLOWG_VERSION}`,
    since: 0,
    ...(set.madeAt === undefined ? {} : { databaseMadeAt: set.madeAt }),
  };
}

export const segmentHeader = (database: DatabaseKind): SegmentHeader => ({
  format: FORMAT,
  version: FORMAT_VERSION,
  database,
  segment: true,
});

export const undoHeader = (
  database: DatabaseKind,
  { run, at }: { run: string; at: string },
): UndoHeader => ({
  format: FORMAT,
  version: FORMAT_VERSION,
  database,
  createdAt: at,
  setId: run,
  producer: `flowg ${FLOWG_VERSION}`,
  since: 1,
  undo: true,
});

export const encodeHeader = (header: SnapshotHeader | SegmentHeader | UndoHeader): Buffer =>
  jsonFrame(HEADER_MAGIC, header);
export const encodeSeal = (seal: SnapshotSeal): Buffer => jsonFrame(SEAL_MAGIC, seal);

function jsonFrame(
  magic: number,
  value: SnapshotHeader | SegmentHeader | UndoHeader | SnapshotSeal,
): Buffer {
  const payload = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(payload.byteLength, 4);
  return Buffer.concat([head, payload]);
}

/** The contents of a header frame: a header of ours, one from the future, or damage. */
export type ReadHeader =
  | { segment: SegmentHeader; raw: Record<string, unknown> }
  | { undo: UndoHeader; raw: Record<string, unknown> }
  | { header: SnapshotHeader; raw: Record<string, unknown> }
  | { unsupported: string; raw: Record<string, unknown> }
  | { damage: string };

/** Unknown keys are ignored; an unknown version or database is named. */
export function decodeHeader(payload: Buffer): ReadHeader {
  const raw = parseObject(payload);
  if (raw === undefined) return { damage: "is not JSON" };
  if (raw.format !== FORMAT) return { damage: `does not say "format":"${FORMAT}"` };
  const { version, database, since } = raw;
  if (!isCount(version) || version === 0) return { damage: "has no version" };
  if (version !== FORMAT_VERSION) return { unsupported: `format version ${version}`, raw };
  if (typeof database !== "string") return { damage: "names no database" };
  if (!isDatabaseKind(database)) {
    return { unsupported: `the unknown database ${JSON.stringify(database)}`, raw };
  }
  if (raw.segment !== undefined) {
    if (raw.segment !== true) return { damage: "has a wrong mark of a segment" };
    return { segment: segmentHeader(database), raw };
  }
  if (typeof raw.createdAt !== "string" || Number.isNaN(Date.parse(raw.createdAt))) {
    return { damage: "has no creation time" };
  }
  if (typeof raw.setId !== "string") return { damage: "has no set id" };
  if (raw.undo === true) return { undo: raw as unknown as UndoHeader, raw };
  if (since !== undefined && since !== 0) {
    return { unsupported: "an incremental snapshot (since is not 0)", raw };
  }
  return { header: raw as unknown as SnapshotHeader, raw };
}

/** The seal, or undefined if it isn't one. */
export function decodeSeal(payload: Buffer): SnapshotSeal | undefined {
  const raw = parseObject(payload);
  const sound =
    raw !== undefined &&
    isCount(raw.entries) &&
    isCount(raw.blocks) &&
    isCount(raw.rawBytes) &&
    typeof raw.sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(raw.sha256);
  return sound ? (raw as unknown as SnapshotSeal) : undefined;
}

/** Whether these bytes begin with a whole JSON object. That tells a wrong length from a cut file. */
export function beginsWithObject(bytes: Buffer): boolean {
  let end = bytes.indexOf(0x7d);
  for (let tries = 0; end >= 0 && tries < 64; tries++) {
    if (parseObject(bytes.subarray(0, end + 1)) !== undefined) return true;
    end = bytes.indexOf(0x7d, end + 1);
  }
  return false;
}

function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
