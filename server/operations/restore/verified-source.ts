// A source that is to be verified, inspected or restored: recognised by its bytes, turned into a snapshot if it is
// one of FlowG's own files, and read once from end to end, with every check, before anybody uses it.

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
  /** The database it must be of, where that matters. */
  expected?: DatabaseKind | undefined;
  /** A directory that exists, with room for the translation of a FlowG file. */
  scratchDir: string;
  /** The memory that its restore may take. */
  memory?: MemoryBound | undefined;
  /** Whether to keep all records of an auth database: the question who may do what needs them all. */
  keepAuth?: boolean | undefined;
  /** Refuses what was salvaged from a damaged snapshot, with this as the way to insist. */
  refuseSalvaged?: string | undefined;
  /** The part that is to be restored. All of the source is checked all the same. */
  selection?: Selection | undefined;
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

/** A source that has passed every check. */
export interface VerifiedSource {
  report: VerifyReport;
  /** The snapshot's header and seal; of the translation, for a FlowG file. */
  read: ReadResult;
  /** The selected part, if one was selected: then the fields below tell of that alone. */
  part: SelectedPart | undefined;
  /** Its streams' configurations, by name. */
  streams: Map<string, StreamRecord>;
  /** A summary of each stream, by name. */
  summaries: StreamSummary[];
  /** All its records, if they were wanted. */
  auth: AuthRecords | undefined;
  /** What pipelines may refer to, and the pipelines, by key, of a whole configuration; undefined where that is too large. */
  config: ConfigRecords | undefined;
  /** The snapshot itself; the translation, for a FlowG file. */
  snapshot: Source;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Reads a source to its end and checks all of it.
 * @throws FILE_UNAVAILABLE, the five SNAPSHOT_ errors, DISK_FULL, CANCELLED; NOT_FOUND where there is nothing of what was
 * selected
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
  // most files are none of FlowG's own, and a look into one should start quickly
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

/** The database to name to watchers, until the file has told it. */
const kindSeen = (format: SourceFormat, { name }: Source): DatabaseKind =>
  format === "flowg-config-archive" ? "config" : (kindOfName(name) ?? "logs");

/** One reading gathers this. */
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
      // nothing but what it means: others' parts can nest so deep that no thread can be handed them
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
    // how much of a block is selected, only its records tell
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

/** A backup that was told to go on without what was damaged. */
const leftOutWarnings = (leftOut = 0): string[] =>
  leftOut > 0
    ? [
        `the backup is without ${leftOut} record${leftOut === 1 ? "" : "s"} that were damaged in the database`,
      ]
    : [];

/**
 * For `refuseSalvaged`: a part of a snapshot may only add to what is there, for what it lacks is lost, not removed.
 * @returns undefined where it is taken
 */
export function howToInsist({ salvaged = false, mode }: SalvagedWish): string | undefined {
  if (!salvaged)
    return "restore an older backup, or take what there is: --salvaged (in the API salvaged=true)";
  return mode === "merge"
    ? undefined
    : "leave out --replace (in the API mode=replace): it would remove what the damage took out of the snapshot";
}

export interface SalvagedWish {
  /** Takes what was salvaged from a damaged snapshot. */
  salvaged?: boolean | undefined;
  mode: RestoreMode;
}

const salvagedRefused = (hint: string) =>
  new FlowgError(
    "REFUSED",
    "this snapshot was salvaged from a damaged one or a damaged database, and something of it may be missing",
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
  const older = `${mayBeOlder.toLocaleString("en-US")} of its records may be in an older form, or were removed since: look at who may do what, where it is of auth`;
  return [`it was salvaged from a damaged ${from}: ${lost}`, ...(mayBeOlder > 0 ? [older] : [])];
}
