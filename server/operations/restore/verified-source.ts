// Verifies a source before an inspection or a restore uses it. It recognizes the source by its bytes, translates a file of
// FlowG's own into a snapshot, and reads it once from end to end with every check.

import type { Salvaged } from "../../formats/snapshot/header.js";
import { type ReadResult, readSnapshot } from "../../formats/snapshot/read.js";
import type { BlockSummary, Run } from "../../formats/snapshot/summarize.js";
import { firstBytes, type Source } from "../../formats/sources/source.js";
import { FlowgError } from "../../platform/errors.js";
import { makeScratchDirectory } from "../../platform/files/scratch-directory.js";
import { release } from "../../platform/native-memory.js";
import type { AuthRecords } from "../../records/auth/auth-records.js";
import { lockedUsersWarnings } from "../../records/auth/locked-users.js";
import { kindOfName } from "../../records/backup-names.js";
import { ConfigWarnings } from "../../records/config/warnings.js";
import { segments } from "../../records/keys.js";
import type { DatabaseKind, RecordKind } from "../../records/kinds.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import type {
  OnProgress,
  RestoreMode,
  SourceFormat,
  StreamSummary,
  VerifyReport,
} from "../../records/reports.js";
import type { Selection } from "../../records/selection.js";
import { streamRecord } from "../../storage/stream-record.js";
import { addAuthRecords } from "./auth-records.js";
import { ConfigRecords } from "./config-records.js";
import { type MemoryBound, MemoryLimit } from "./memory-limit.js";
import { RECOGNIZE_BYTES, recognizeFormat } from "./recognize.js";
import { SelectedPart } from "./selected-part.js";

export interface SourceOptions {
  /** The database that the source must be of, where that matters. */
  expected?: DatabaseKind | undefined;
  /** A directory that exists, with room for the translation of a FlowG file. */
  scratchDir: string;
  /** The memory that the restore may take. */
  memory?: MemoryBound | undefined;
  /** Whether to keep all records of an auth database, to compare permissions. */
  keepAuth?: boolean | undefined;
  /** Refuses a salvaged snapshot, with this hint. If absent, takes it. */
  refuseSalvaged?: string | undefined;
  /** The part to restore. All of the source is checked all the same. */
  selection?: Selection | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** Adds the name of the file, and the outcome, to an error about it. */
export function aboutFile(error: unknown, path: string, outcome = ""): unknown {
  if (!(error instanceof FlowgError) || error.code === "CANCELLED") return error;
  const { code, hint, details } = error;
  const message = error.message.includes(path) ? error.message : `${path}: ${error.message}`;
  return new FlowgError(code, `${message}${outcome}`, { hint, details, cause: error });
}

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

/** What one reading of a snapshot gathers. */
interface Parts {
  snapshot: Source;
  part: SelectedPart | undefined;
  auth: AuthRecords | undefined;
  config: ConfigRecords | undefined;
  read: ReadResult;
  runs: Run[];
  streams: Map<string, StreamRecord>;
  warnings: string[];
}

async function readParts(snapshot: Source, options: SourceOptions): Promise<Parts> {
  const totalBytes = snapshot.size;
  const auth = options.keepAuth && options.expected === "auth" ? new Map() : undefined;
  const streams = new Map<string, StreamRecord>();
  const runs = new Map<string, Run>();
  const warnings = new ConfigWarnings();
  const lockedUsers: string[] = [];
  const config = new ConfigRecords();
  let database: DatabaseKind = options.expected ?? "logs";
  let limit: MemoryLimit | undefined;
  let part: SelectedPart | undefined;
  let whole: BlockSummary | undefined;
  const onSummary = (summary: BlockSummary) => {
    limit?.summary(summary);
    for (const run of summary.runs) addRun(runs, run);
    for (const warning of summary.warnings) warnings.add(warning);
    lockedUsers.push(...summary.lockedUsers);
    for (const record of summary.config) config.add(record);
    for (const record of summary.streams) {
      const [, name = ""] = segments(record.key);
      // keeps only known members: unknown ones could nest so deep that they can't be handed to a thread
      streams.set(name, streamRecord(decodeValue<StreamRecord>(record.value)));
    }
  };
  // called right after the block's summary
  const onPartOfBlock = (raw: Uint8Array) => {
    const taken = whole && part?.take(raw, whole);
    if (taken) {
      onSummary(taken.summary);
      if (auth) addAuthRecords(auth, taken.part);
    }
    release(raw, taken?.part ?? raw);
  };
  const { selection } = options;
  const read = await readSnapshot(snapshot.open(), {
    expected: options.expected,
    signal: options.signal,
    onSummary: selection
      ? (summary) => {
          whole = summary;
        }
      : onSummary,
    onBlock: selection ? onPartOfBlock : auth && ((raw) => addAuthRecords(auth, raw)),
    checkRecords: true,
    // the prefix doesn't tell how much of the block is selected
    onPrefix: (prefix) => (selection ? undefined : limit?.prefix(prefix)),
    onHeader: (header) => {
      database = header.database;
      if (header.salvaged && options.refuseSalvaged) throw salvagedRefused(options.refuseSalvaged);
      if (selection) part = new SelectedPart(database, selection);
      if (options.memory) limit = new MemoryLimit(database, options.memory);
      options.onProgress?.({ database, phase: "verifying", records: 0, bytes: 0, totalBytes });
    },
    onProgress: (records, bytes) =>
      options.onProgress?.({ database, phase: "verifying", records, bytes, totalBytes }),
  });
  part?.demandAll();
  return {
    snapshot,
    part,
    auth,
    config: database === "config" && !selection && config.isWhole ? config : undefined,
    read,
    runs: [...runs.values()],
    streams,
    warnings: [
      ...warnings.list(),
      ...lockedUsersWarnings(lockedUsers),
      ...leftOutWarnings(read.seal.leftOut),
      ...salvagedWarnings(read.header.salvaged),
    ],
  };
}

/** Joins the runs of neighbouring blocks. */
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

/** Warns of a backup that left out damaged records. */
const leftOutWarnings = (leftOut = 0): string[] =>
  leftOut > 0
    ? [
        `the backup is without ${leftOut} record${leftOut === 1 ? "" : "s"} that were damaged in the database`,
      ]
    : [];

/**
 * The hint for `refuseSalvaged`. A salvaged snapshot may only add records: what it lacks is lost, and was not removed.
 * @returns undefined where the restore takes it
 */
export function howToInsist({ salvaged = false, mode }: SalvagedWish): string | undefined {
  if (!salvaged)
    return "restore an older backup, or take what there is: --salvaged (in the API salvaged=true)";
  return mode === "merge"
    ? undefined
    : "leave out --replace (in the API mode=replace): it would remove what the damage took out of the snapshot";
}

export interface SalvagedWish {
  /** Takes a salvaged snapshot. */
  salvaged?: boolean | undefined;
  mode: RestoreMode;
}

const salvagedRefused = (hint: string) =>
  new FlowgError(
    "REFUSED",
    "this snapshot was salvaged from a damaged one or a damaged database, and records may be missing",
    { hint },
  );

/** Warns of what a salvage could not save. */
function salvagedWarnings(salvaged: Salvaged | undefined): string[] {
  if (!salvaged) return [];
  const { lostEntries, mayBeOlder = 0, from = "snapshot" } = salvaged;
  const lost =
    lostEntries === undefined
      ? "how much is missing is not known"
      : `${lostEntries.toLocaleString("en-US")} record${lostEntries === 1 ? " is" : "s are"} missing`;
  const older = `${mayBeOlder.toLocaleString("en-US")} of its records may be in an older form, or were removed since: if it is of auth, check the permissions`;
  return [`it was salvaged from a damaged ${from}: ${lost}`, ...(mayBeOlder > 0 ? [older] : [])];
}
