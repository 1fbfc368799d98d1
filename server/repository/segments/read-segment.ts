// Reads a segment's object. The manifest has its SHA-256. If the object has another one, it may have been written anew: then its
// records decide whether it is what the manifest names.

import { createHash } from "node:crypto";
import { readSegmentFile } from "../../formats/snapshot/read.js";
import { FlowgError } from "../../platform/errors.js";
import { counted } from "../../platform/messages/counted.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { recordName } from "../../records/record-name.js";
import type { SegmentEntry } from "../manifest.js";
import type { Repository } from "../repository.js";
import { sha256 } from "./segment-object.js";
import { segmentPath } from "./segment-path.js";

/** A segment that a manifest names. */
export interface NamedSegment {
  database: DatabaseKind;
  entry: SegmentEntry;
}

export interface ReadSegmentOptions {
  /** Looks into each block even if the object is exactly what the manifest says. */
  full?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** How much larger an object that was written anew may be than the manifest says. */
const ROOM_BYTES = 1024 * 1024;

/**
 * A segment's snapshot file, after checks that leave no doubt that its records are those that the manifest names.
 * @throws REPOSITORY_DAMAGED naming the segment and what is in it; IDENTITY_REQUIRED, REPOSITORY_UNAVAILABLE
 */
export async function readSegment(
  repository: Repository,
  segment: NamedSegment,
  options: ReadSegmentOptions = {},
): Promise<Buffer> {
  const stored = await fetchStored(repository, segment.entry);
  if (stored !== undefined) return await openStored(repository, { segment, stored }, options);
  throw lost(segment, segmentPath(segment.entry.name, repository.keys.cipher), "is missing");
}

/** A segment's object. A far larger one isn't what was written, and may not fit into memory: it is cut. */
export function fetchStored(
  { place, keys }: Repository,
  { name, storedBytes }: SegmentEntry,
): Promise<Buffer | undefined> {
  return place.get(segmentPath(name, keys.cipher), { start: 0, end: 2 * storedBytes + ROOM_BYTES });
}

/** Like {@link readSegment}, for an object that is in memory already. */
export async function openStored(
  { keys }: Repository,
  { segment, stored }: { segment: NamedSegment; stored: Buffer },
  options: ReadSegmentOptions = {},
): Promise<Buffer> {
  const { entry } = segment;
  const path = segmentPath(entry.name, keys.cipher);
  const isAsStored = sha256(stored) === entry.storedSha256;
  let plain: Buffer;
  try {
    plain = await keys.cipher.decrypt(stored, path);
  } catch (cause) {
    if (!(cause instanceof FlowgError) || cause.code !== "REPOSITORY_DAMAGED") throw cause;
    throw lost(segment, path, "is not what was written", cause);
  }
  if (isAsStored && !options.full) return plain;
  const problem = await contentProblem(plain, segment, options);
  if (problem === undefined) return plain;
  throw lost(segment, path, `is not what was written: ${problem.text}`, problem.cause);
}

async function contentProblem(
  plain: Buffer,
  { database, entry }: NamedSegment,
  { signal }: ReadSegmentOptions,
): Promise<{ text: string; cause?: unknown } | undefined> {
  const hash = createHash("sha256");
  let firstKey: string | undefined;
  let lastKey = "";
  try {
    const { seal } = await readSegmentFile(pieces(plain), {
      expected: database,
      checkRecords: true,
      signal,
      onSummary: (summary) => {
        firstKey ??= text(summary.firstKey);
        lastKey = text(summary.lastKey);
      },
      onBlock: (raw) => {
        hash.update(raw);
      },
    });
    const isAsNamed =
      hash.digest("hex") === entry.contentSha256 &&
      firstKey === entry.firstKey &&
      lastKey === entry.lastKey &&
      seal.entries === entry.entries &&
      seal.rawBytes === entry.rawBytes;
    return isAsNamed ? undefined : { text: "it holds other records" };
  } catch (cause) {
    if (!(cause instanceof FlowgError) || !cause.code.startsWith("SNAPSHOT_")) throw cause;
    return { text: cause.message, cause };
  }
}

async function* pieces(plain: Buffer): AsyncGenerator<Buffer> {
  yield plain;
}

const text = (key: Uint8Array): string => Buffer.from(key).toString();

/** What is lost with a segment, for people and for programs. */
export function lost(
  { database, entry }: NamedSegment,
  path: string,
  problem: string,
  cause?: unknown,
): FlowgError {
  const { firstKey, lastKey, entries } = entry;
  const [first, last] = [firstKey, lastKey].map((key) => recordName(Buffer.from(key)));
  const range = first === last ? first : `from ${first} to ${last}`;
  return new FlowgError(
    "REPOSITORY_DAMAGED",
    `${path} ${problem}: it holds ${counted(entries, "record")} of the ${database} database, ${range}`,
    {
      hint: "restore another snapshot, or from another copy of the repository; `flowg repository check` tells what else is lost",
      details: { path, segment: entry.name, database, firstKey, lastKey, entries },
      cause,
    },
  );
}
