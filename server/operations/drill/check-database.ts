// Reads every record of a restored database as a backup would. Each must have its checksum and pass the rules of a restore.
// Together they must be as many as were restored and those of the manifest. The derived data must follow from them.

import { setImmediate } from "node:timers/promises";
import { tableOf } from "../../formats/snapshot/block-part.js";
import { recordChecksum } from "../../platform/checksum/checksum.js";
import { FlowgError } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { ENTRY_TAIL_BYTES, isEntryKey, streamOf } from "../../records/logs/entry-key.js";
import type { OnProgress } from "../../records/reports.js";
import type { DatabaseManifest, SegmentEntry } from "../../repository/manifest.js";
import type { Database } from "../../storage/database.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { derivedLaw, type SeenRecord } from "./derived-law.js";
import { SegmentCheck } from "./segment-check.js";

/** Streams that are asked for entries. */
const MOST_STREAMS = 100;
/** The report names this many problems. */
const MOST_PROBLEMS = 20;

export interface CheckDatabase {
  database: Database;
  held: HeldInstant;
  /** How many records there must be. */
  entries: number;
  /** Its part of the manifest, for a snapshot in a repository. */
  manifest: DatabaseManifest | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The first and the last entry of a stream, by their keys. */
export interface StreamEnds {
  stream: string;
  oldest: Buffer;
  newest: Buffer;
}

export interface CheckedDatabase {
  problems: string[];
  /** Bytes of its records, in blocks. */
  rawBytes: number;
  streams: StreamEnds[];
  /** Segments that the walk hasn't met. It may have cut the same records into other segments. */
  unfound: readonly SegmentEntry[];
}

/** @throws CANCELLED, and what reading the database throws, but for damage: that is a problem */
export async function checkDatabase(options: CheckDatabase): Promise<CheckedDatabase> {
  const { database, held, entries, manifest, onProgress, signal } = options;
  const { kind } = database;
  const law = derivedLaw(kind, database, signal);
  const segments = manifest && new SegmentCheck(manifest.segments);
  const ends = new Ends();
  const problems: string[] = [];
  let records = 0;
  let bytes = 0;
  try {
    for await (const block of held.blocks(kind, { check: true })) {
      stopIfAborted(signal, "the drill");
      const seen = recordsIn(kind, block.bytes);
      segments?.block(block);
      for (const { key, value } of seen) {
        if (segments) problems.push(...segments.record(key, recordChecksum(key, value)));
        if (kind === "logs") ends.see(key);
      }
      segments?.leaveBlock();
      ends.leaveBlock();
      problems.push(...(await law.see(seen)));
      records += block.records;
      bytes += block.bytes.byteLength;
      held.recycle(block.bytes.buffer as ArrayBuffer);
      const totals = { totalRecords: entries };
      onProgress?.({ database: kind, phase: "verifying", records, bytes, ...totals });
      await setImmediate();
    }
    problems.push(...(segments?.end() ?? []), ...(await law.end()));
    if (records !== entries)
      problems.push(`it has ${records} records, and ${entries} were restored`);
  } catch (error) {
    if (!(error instanceof FlowgError) || !IS_DAMAGE.has(error.code)) throw error;
    problems.push(error.message);
  }
  const { streams } = ends;
  return { problems: first(problems), rawBytes: bytes, streams, unfound: segments?.unfound ?? [] };
}

/** Codes that mean damage of the restored database itself. */
export const IS_DAMAGE: ReadonlySet<string> = new Set([
  "DATABASE_DAMAGED",
  "DATABASE_INVALID",
  "DATABASE_MISSING",
  "DATABASE_WRONG_KIND",
]);

function recordsIn(kind: Database["kind"], raw: Uint8Array): SeenRecord[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const table = tableOf(kind, raw);
  const found: SeenRecord[] = [];
  for (let at = 0; at < table.length; at += 4)
    found.push({
      key: bytes.subarray(table[at], table[at + 1]),
      value: bytes.subarray(table[at + 2], table[at + 3]),
    });
  return found;
}

/** Where each of the first streams begins and ends. */
class Ends {
  readonly streams: StreamEnds[] = [];
  #current: StreamEnds | undefined;

  see(key: Buffer): void {
    if (!isEntryKey(key)) return;
    const head = key.length - ENTRY_TAIL_BYTES;
    const { newest } = this.#current ?? {};
    if (newest?.length === key.length && newest.compare(key, 0, head, 0, head) === 0) {
      (this.#current as StreamEnds).newest = key;
      return;
    }
    this.leaveBlock();
    this.#current = { stream: streamOf(key), oldest: Buffer.from(key), newest: key };
    if (this.streams.length < MOST_STREAMS) this.streams.push(this.#current);
  }

  /** Copies the key that it keeps, before the memory of its block is used again. */
  leaveBlock(): void {
    if (this.#current) this.#current.newest = Buffer.from(this.#current.newest);
  }
}

function first(problems: readonly string[]): string[] {
  if (problems.length <= MOST_PROBLEMS) return [...problems];
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    `and ${problems.length - MOST_PROBLEMS} more of the kind`,
  ];
}
