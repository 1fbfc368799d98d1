// A file that is to be verified, inspected or restored: recognised by its bytes, turned into a snapshot if it is
// one of FlowG's own, and read once from end to end, with every check, before anybody uses it.

import { open, stat } from "node:fs/promises";
import { ConfigWarnings } from "../config/warnings.js";
import { segments } from "../database/keys.js";
import type { DatabaseKind, RecordKind } from "../database/kinds.js";
import { decodeValue, type StreamRecord } from "../database/records.js";
import { FlowgError } from "../errors.js";
import { fileError } from "../files/file-error.js";
import { makeScratchDirectory } from "../files/scratch-directory.js";
import type { OnProgress, SourceFormat, StreamSummary, VerifyReport } from "../reports.js";
import { readFileBytes } from "../snapshot/file.js";
import { type ReadResult, readSnapshot } from "../snapshot/read.js";
import { RECOGNIZE_BYTES, recognizeFormat } from "../snapshot/recognize.js";
import type { BlockSummary, Run } from "../snapshot/summarize.js";
import { MemoryLimit } from "./memory-limit.js";

export interface SourceOptions {
  /** The database it must be of, where that matters. */
  expected?: DatabaseKind | undefined;
  /** Where there is room for the translation of a FlowG file: a directory that exists. */
  scratchDir: string;
  /** Of memory that its restore may take, where others need it too. */
  maxMemory?: number | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** An error about a file that says which one, and what came of it. */
export function aboutFile(error: unknown, path: string, outcome = ""): unknown {
  if (!(error instanceof FlowgError) || error.code === "CANCELLED") return error;
  const { code, hint, details } = error;
  const message = error.message.includes(path) ? error.message : `${path}: ${error.message}`;
  return new FlowgError(code, `${message}${outcome}`, { hint, details, cause: error });
}

/** A file that has passed every check. */
export interface VerifiedSource {
  report: VerifyReport;
  /** The snapshot's header and seal; of the translation, for a FlowG file. */
  read: ReadResult;
  /** Its streams' configurations, by name. */
  streams: Map<string, StreamRecord>;
  /** What it holds of each stream, by name. */
  summaries: StreamSummary[];
  /** The bytes of the snapshot, from the start. */
  bytes(): AsyncIterable<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Reads a file to its end and checks all of it.
 * @throws FILE_UNAVAILABLE, the five SNAPSHOT_ errors, DISK_FULL, CANCELLED
 */
export async function verifySource(path: string, options: SourceOptions): Promise<VerifiedSource> {
  const started = performance.now();
  const { format, size } = await recognizeFile(path);
  if (format === "snapshot") {
    const parts = await readParts(path, size, options);
    return {
      ...sourceFacts({ path, format, size, started, parts }),
      async [Symbol.asyncDispose]() {},
    };
  }
  // most files are none of FlowG's own, and a look into one should start quickly
  const { convertFlowgFile } = await import("./convert.js");
  const scratch = await makeScratchDirectory(options.scratchDir);
  const dispose = () => scratch[Symbol.asyncDispose]();
  try {
    const converted = await convertFlowgFile({
      ...{
        path,
        format,
        expected: options.expected,
        scratchDir: scratch.path,
        signal: options.signal,
      },
      onProgress: (bytes, totalBytes) =>
        options.onProgress?.({
          ...{ database: options.expected ?? "logs", phase: "importing" },
          ...{ records: 0, bytes, totalBytes },
        }),
    });
    // how far it is, the translation's own size tells: it is a fraction of what FlowG's file takes
    const translated = await stat(converted.path);
    const parts = await readParts(converted.path, translated.size, options);
    const facts = sourceFacts({ path, format, size, started, parts });
    facts.report.warnings.push(...converted.warnings);
    return { ...facts, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** @throws FILE_UNAVAILABLE, SNAPSHOT_TRUNCATED, SNAPSHOT_UNRECOGNIZED */
export async function recognizeFile(path: string): Promise<{ format: SourceFormat; size: number }> {
  try {
    // first: opening a named pipe waits for its writer, and then it could be read only once
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new Error("it is not a regular file");
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const first = Buffer.alloc(RECOGNIZE_BYTES);
    const { bytesRead } = await file.read(first, 0, RECOGNIZE_BYTES, 0);
    return { format: recognizeFormat(first.subarray(0, bytesRead), size), size };
  } catch (cause) {
    if (cause instanceof FlowgError) throw cause;
    throw fileError(cause, "read", path);
  }
}

/** What one reading gathers. */
interface Parts {
  snapshotPath: string;
  read: ReadResult;
  runs: Run[];
  streams: Map<string, StreamRecord>;
  warnings: string[];
}

async function readParts(path: string, totalBytes: number, options: SourceOptions): Promise<Parts> {
  const streams = new Map<string, StreamRecord>();
  const runs = new Map<string, Run>();
  const warnings = new ConfigWarnings();
  let database: DatabaseKind = options.expected ?? "logs";
  let limit: MemoryLimit | undefined;
  const onSummary = (summary: BlockSummary) => {
    limit?.summary(summary);
    for (const run of summary.runs) addRun(runs, run);
    for (const warning of summary.warnings) warnings.add(warning);
    for (const record of summary.streams) {
      const [, name = ""] = segments(record.key);
      streams.set(name, decodeValue<StreamRecord>(record.value));
    }
  };
  const read = await readSnapshot(readFileBytes(path), {
    ...{ expected: options.expected, signal: options.signal, onSummary, checkRecords: true },
    onPrefix: (prefix) => limit?.prefix(prefix),
    onHeader: (header) => {
      database = header.database;
      if (options.maxMemory !== undefined) limit = new MemoryLimit(database, options.maxMemory);
      options.onProgress?.({ database, phase: "verifying", records: 0, bytes: 0, totalBytes });
    },
    onProgress: (records, bytes) =>
      options.onProgress?.({ database, phase: "verifying", records, bytes, totalBytes }),
  });
  return {
    snapshotPath: path,
    read,
    runs: [...runs.values()],
    streams,
    warnings: [...warnings.list(), ...leftOutWarnings(read.seal.leftOut)],
  };
}

/** Runs of neighbouring blocks are one. */
function addRun(runs: Map<string, Run>, run: Run): void {
  const id = `${run.kind}\x1b${run.stream ?? ""}`;
  const known = runs.get(id);
  if (!known) {
    runs.set(id, { ...run });
    return;
  }
  known.records += run.records;
  known.bytes += run.bytes;
  if (run.newest !== undefined) known.newest = run.newest;
}

function sourceFacts(of: {
  path: string;
  format: SourceFormat;
  size: number;
  started: number;
  parts: Parts;
}): Omit<VerifiedSource, typeof Symbol.asyncDispose> {
  const { path, format, size, started, parts } = of;
  const { header, seal } = parts.read;
  const kinds: Partial<Record<RecordKind, number>> = {};
  for (const { kind, records } of parts.runs) kinds[kind] = (kinds[kind] ?? 0) + records;
  const ours =
    format === "snapshot"
      ? {
          ...{ createdAt: header.createdAt, setId: header.setId, sha256: seal.sha256 },
          fileSha256: parts.read.fileSha256,
        }
      : {};
  const report: VerifyReport = {
    ...{ path, format, database: header.database, bytes: size, rawBytes: seal.rawBytes },
    ...{
      entries: seal.entries,
      blocks: seal.blocks,
      ...ours,
      kinds,
      warnings: [...parts.warnings],
    },
    seconds: (performance.now() - started) / 1000,
  };
  return {
    report,
    read: parts.read,
    streams: parts.streams,
    summaries: streamSummaries(parts),
    bytes: () => readFileBytes(parts.snapshotPath),
  };
}

function streamSummaries({ runs, streams }: Parts): StreamSummary[] {
  const summaries = new Map<string, StreamSummary>();
  for (const name of streams.keys()) summaries.set(name, { name, entries: 0, bytes: 0 });
  for (const { stream, records, bytes, oldest, newest } of runs) {
    if (stream === undefined) continue;
    summaries.set(stream, {
      ...{ name: stream, entries: records, bytes },
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

/** A backup that was told to go on without what was damaged. */
const leftOutWarnings = (leftOut = 0): string[] =>
  leftOut > 0
    ? [
        `the backup is without ${leftOut} record${leftOut === 1 ? "" : "s"} that were damaged in the database`,
      ]
    : [];
