// What was changed since a snapshot, a second or so of it, in an object of its own.
//
// Before it is compressed: a line of JSON (DeltaHeader), and the commits of each database, in their order (records/commit.ts).

import * as z from "zod";
import { FlowgError } from "../../platform/errors.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import { type Commit, commitAt } from "../../records/commit.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { demandKnownVersion } from "../known-version.js";

export const DELTA_FORMAT = "flowg-repository-delta";
export const DELTA_VERSION = 1;

/** What a delta has of one database. */
export interface DeltaPart {
  /** The history of the database's changes: see TrackingPoint. */
  history: string;
  /** The delta begins after this change, and ends with the one in `to`. */
  from: number;
  to: number;
  /** This delta, or one before it, holds all commits up to this millisecond. */
  until: number;
  commits: number;
  bytes: number;
}

export interface DeltaHeader {
  format: typeof DELTA_FORMAT;
  version: typeof DELTA_VERSION;
  id: string;
  /** When the delta was taken, RFC 3339: all its commits are of this time or before. */
  createdAt: string;
  producer: string;
  host: string;
  databases: Partial<Record<DatabaseKind, DeltaPart>>;
}

export interface Delta {
  header: DeltaHeader;
  commits: Partial<Record<DatabaseKind, Buffer>>;
}

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const part = z.looseObject({
  history: z.string(),
  from: count,
  to: count,
  until: count,
  commits: count,
  bytes: count,
});
const headerSchema = z.looseObject({
  format: z.literal(DELTA_FORMAT),
  version: z.literal(DELTA_VERSION),
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  producer: z.string(),
  host: z.string(),
  databases: z.strictObject({
    auth: part.optional(),
    config: part.optional(),
    logs: part.optional(),
  }),
});

const NEWLINE = 0x0a;

export function encodeDelta({ header, commits }: Delta): Buffer {
  const all = BACKUP_ORDER.flatMap((kind) => commits[kind] ?? []);
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...all]);
}

/**
 * Reads what a delta holds.
 * @throws REPOSITORY_DAMAGED; SNAPSHOT_UNSUPPORTED if it is of a later version
 */
export function decodeDelta(plain: Buffer, path: string): Delta {
  const end = plain.indexOf(NEWLINE);
  const header = parseHeader(plain.toString("utf8", 0, Math.max(0, end)), path);
  const commits: Delta["commits"] = {};
  let at = end + 1;
  for (const kind of BACKUP_ORDER) {
    const found = header.databases[kind];
    if (!found) continue;
    const next = at + found.bytes;
    if (next > plain.length) throw damagedDelta(path, "it is cut");
    commits[kind] = plain.subarray(at, next);
    demandCommits({ kind, part: found, bytes: plain.subarray(at, next) }, path);
    at = next;
  }
  if (at !== plain.length) throw damagedDelta(path, "it has more than its first line says");
  return { header, commits };
}

/**
 * The commits of a database, in their order.
 * @throws Error if the bytes hold anything else
 */
export function* commitsOf(bytes: Buffer): Generator<Commit> {
  for (let at = 0; at < bytes.length; ) {
    const commit = commitAt(bytes, at);
    yield commit;
    at += commit.bytes.length;
  }
}

/** Demands that the commits follow one another, from the first to the last that the header names. */
function demandCommits(
  { kind, part, bytes }: { kind: DatabaseKind; part: DeltaPart; bytes: Buffer },
  path: string,
): void {
  let { from: at } = part;
  let commits = 0;
  let time = 0;
  try {
    for (const { head } of commitsOf(bytes)) {
      if (head.database !== kind || head.history !== part.history || head.change !== at + 1)
        throw new Error(`after change ${at} comes ${head.change} of the ${head.database} database`);
      if (head.time < time) throw new Error("its commits are not in the order of their times");
      at = head.change;
      time = head.time;
      commits++;
    }
  } catch (cause) {
    throw damagedDelta(path, (cause as Error).message, cause);
  }
  if (at !== part.to || commits !== part.commits)
    throw damagedDelta(path, `it ends with change ${at} where ${part.to} should be`);
}

function parseHeader(text: string, path: string): DeltaHeader {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damagedDelta(path, "its first line isn't JSON", cause);
  }
  demandKnownVersion(json, { format: DELTA_FORMAT, version: DELTA_VERSION }, path);
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return parsed.data as DeltaHeader;
  const [issue] = parsed.error.issues;
  throw damagedDelta(path, `its first line isn't one: ${issue?.path.join(".")} ${issue?.message}`);
}

export const damagedDelta = (path: string, problem: string, cause?: unknown): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `${path} is not what was written: ${problem}`, {
    details: { path },
    cause,
  });
