// Verifies a source before an inspection or a restore uses it. It recognizes the source by its bytes, translates a file of
// FlowG's own into a snapshot, and reads it once from end to end with every check.

import type { ReadResult } from "../../formats/snapshot/read.js";
import { firstBytes, type Source } from "../../formats/sources/source.js";
import { makeScratchDirectory } from "../../platform/files/scratch-directory.js";
import type { AuthRecords } from "../../records/auth/auth-records.js";
import { kindOfName } from "../../records/backup-names.js";
import type { DatabaseKind, RecordKind } from "../../records/kinds.js";
import type { StreamRecord } from "../../records/records.js";
import type { SourceFormat, StreamSummary, VerifyReport } from "../../records/reports.js";
import type { ConfigRecords } from "./config-records.js";
import { type Parts, readParts, type SourceOptions } from "./read-parts.js";
import { RECOGNIZE_BYTES, recognizeFormat } from "./recognize.js";
import type { SelectedPart } from "./selected-part.js";

/** A source that has passed every check. */
export interface VerifiedSource {
  report: VerifyReport;
  /** The header and seal of the snapshot, or of a FlowG file's translation. */
  read: ReadResult;
  /** The selected part, if there is a selection. Then the fields below describe only that part. */
  part: SelectedPart | undefined;
  /** The configurations of streams, by name. */
  streams: Map<string, StreamRecord>;
  /** A summary of each stream, by name. */
  summaries: StreamSummary[];
  /** All records of auth, if they were wanted. */
  auth: AuthRecords | undefined;
  /** The records of a whole configuration that pipelines refer to, and the pipelines; undefined if it is too large. */
  config: ConfigRecords | undefined;
  /** The snapshot itself, or the translation of a FlowG file. */
  snapshot: Source;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Reads a source to its end and checks all of it.
 * @throws FILE_UNAVAILABLE, the five SNAPSHOT_ errors, DISK_FULL, CANCELLED; NOT_FOUND where the source lacks a selected item
 */
export async function verifySource(
  source: Source,
  options: SourceOptions,
): Promise<VerifiedSource> {
  const started = performance.now();
  const format = source.isSnapshot
    ? "snapshot"
    : recognizeFormat(await firstBytes(source, RECOGNIZE_BYTES), source.size);
  if (format === "snapshot") {
    const parts = await readParts(source, options);
    return {
      ...sourceFacts({ source, format, started, parts }),
      async [Symbol.asyncDispose]() {},
    };
  }
  // loaded only for a file of FlowG's own, so that other files are read without a delay
  const { flowgFile } = await import("../../formats/flowg/flowg-file.js");
  const scratch = await makeScratchDirectory(options.scratchDir);
  const dispose = () => scratch[Symbol.asyncDispose]();
  try {
    const translated = await flowgFile(source, {
      format,
      expected: options.expected,
      scratchDir: scratch.path,
      signal: options.signal,
      onProgress: (bytes, totalBytes) =>
        options.onProgress?.({
          database: options.expected ?? kindSeen(format, source),
          phase: "importing",
          records: 0,
          bytes,
          totalBytes,
        }),
    });
    const parts = await readParts(translated, options);
    const facts = sourceFacts({ source, format, started, parts });
    facts.report.warnings.push(...translated.warnings);
    return { ...facts, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The database to name in progress, until the file has told it. */
const kindSeen = (format: SourceFormat, { name }: Source): DatabaseKind =>
  format === "flowg-config-archive" ? "config" : (kindOfName(name) ?? "logs");

function sourceFacts(of: {
  source: Source;
  format: SourceFormat;
  started: number;
  parts: Parts;
}): Omit<VerifiedSource, typeof Symbol.asyncDispose> {
  const { source, format, started, parts } = of;
  const { name: path, size } = source;
  const { header, seal } = parts.read;
  const kinds: Partial<Record<RecordKind, number>> = {};
  for (const { kind, records } of parts.runs) kinds[kind] = (kinds[kind] ?? 0) + records;
  const ours =
    format === "snapshot"
      ? {
          createdAt: header.createdAt,
          setId: header.setId,
          sha256: seal.sha256,
          fileSha256: parts.read.fileSha256,
          ...(header.salvaged ? { salvaged: true as const } : {}),
        }
      : {};
  const report: VerifyReport = {
    path,
    format,
    database: header.database,
    bytes: size,
    rawBytes: seal.rawBytes,
    entries: seal.entries,
    blocks: seal.blocks,
    ...ours,
    kinds,
    warnings: [...parts.warnings],
    seconds: (performance.now() - started) / 1000,
  };
  return {
    report,
    read: parts.read,
    part: parts.part,
    streams: parts.streams,
    summaries: streamSummaries(parts),
    auth: parts.auth,
    config: parts.config,
    snapshot: parts.snapshot,
  };
}

function streamSummaries({ runs, streams }: Parts): StreamSummary[] {
  const summaries = new Map<string, StreamSummary>();
  for (const name of streams.keys()) summaries.set(name, { name, entries: 0, bytes: 0 });
  for (const { stream, records, bytes, oldest, newest } of runs) {
    if (stream === undefined) continue;
    summaries.set(stream, {
      name: stream,
      entries: records,
      bytes,
      ...(isDate(oldest) ? { oldest: new Date(oldest).toISOString() } : {}),
      ...(isDate(newest) ? { newest: new Date(newest).toISOString() } : {}),
    });
  }
  return [...summaries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** ECMA-262, 21.4.1.1: a time further than this from 1970 has no date. */
const LAST_DATE_MS = 8.64e15;

function isDate(ms: number | undefined): ms is number {
  return ms !== undefined && ms <= LAST_DATE_MS;
}
