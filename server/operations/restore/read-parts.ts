// Reads a snapshot once, and gathers what an inspection or a restore needs of it.

import { type ReadResult, readSnapshot } from "../../formats/snapshot/read.js";
import type { BlockSummary, Run } from "../../formats/snapshot/walk-block.js";
import type { Source } from "../../formats/sources/source.js";
import { release } from "../../platform/native-memory.js";
import type { AuthRecords } from "../../records/auth/auth-records.js";
import { lockedUsersWarnings } from "../../records/auth/locked-users.js";
import { ConfigWarnings } from "../../records/config/config-warnings.js";
import { segments } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { decodeValue, type StreamRecord } from "../../records/records.js";
import type { OnProgress } from "../../records/reports.js";
import type { Selection } from "../../records/selection.js";
import { streamRecord } from "../../storage/stream-record.js";
import { addAuthRecords } from "./auth-records.js";
import { ConfigRecords } from "./config-records.js";
import { leftOutWarnings, salvagedRefused, salvagedWarnings } from "./incomplete-source.js";
import { type MemoryBound, MemoryLimit } from "./memory-limit.js";
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

/** What one reading of a snapshot gathers. */
export interface Parts {
  snapshot: Source;
  part: SelectedPart | undefined;
  auth: AuthRecords | undefined;
  config: ConfigRecords | undefined;
  read: ReadResult;
  runs: Run[];
  streams: Map<string, StreamRecord>;
  warnings: string[];
}

/** Reads a snapshot to its end with every check. */
export async function readParts(snapshot: Source, options: SourceOptions): Promise<Parts> {
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
    for (const warning of summary.notes?.warnings ?? []) warnings.add(warning);
    lockedUsers.push(...(summary.notes?.lockedUsers ?? []));
    for (const record of summary.notes?.config ?? []) config.add(record);
    config.countEmptied(summary.notes?.longScripts ?? 0);
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
