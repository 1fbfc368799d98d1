// Imports one of FlowG's own backup files. It reads the file once into sorters, and translates what they give into our records,
// in the order of their keys. Memory stays small for a file of any size.

import { FlowgError } from "../../platform/errors.js";
import { nativeMemoryKeeper } from "../../platform/native-memory.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DatabaseKind, RecordKind } from "../../records/kinds.js";
import { printable } from "../../records/records.js";
import type { Source } from "../sources/source.js";
import { translateAuth } from "./auth.js";
import { readBadgerStream } from "./badger-stream.js";
import { translateConfig } from "./config.js";
import { readConfigArchive } from "./config-archive.js";
import { translateLogs } from "./logs.js";
import { Sorter } from "./sorter.js";
import { isNewer, Stage, wrongDatabase } from "./stage.js";
import { type LifeFacts, type Records, Translation } from "./translation.js";
import { Warnings } from "./warnings.js";

/** The second half reports its progress after each so many bytes. */
const TELL_BYTES = 2 ** 20;

/** How many bytes of entries, and of all other keys, are sorted in memory at a time. */
const RUN_BYTES = 64 * 2 ** 20;

export interface ImportOptions {
  source: Source;
  format: "flowg-badger" | "flowg-config-archive";
  /** The database that it must be of. */
  expected?: DatabaseKind | undefined;
  /** A directory of the caller's for nameless temporary files. They may take about the file's size for a while. */
  scratchDir: string;
  /** The time that decides which entries have expired; now unless given. */
  now?: Date | undefined;
  signal?: AbortSignal | undefined;
  /** Counts half of the bytes when they are read, the other half when they are translated. */
  onProgress?: ((bytes: number, totalBytes: number) => void) | undefined;
  /** How much is sorted in memory at a time. */
  runBytes?: number | undefined;
}

/** How many keys were read, and what became of them. */
export interface ImportFacts extends LifeFacts {
  /** Keys with a version and a value, as they stand in the file. */
  keyValues: number;
  distinctKeys: number;
  /** Older versions of a key that has a newer one. */
  superseded: number;
  valueIndexKeyValues: number;
}

export interface FlowgImport {
  database: DatabaseKind;
  /**
   * Gives all records in the order of their keys. Can be called once. Each record passes `recordProblem()`. Now and then it
   * gives undefined, so that other work gets a turn.
   * @throws SNAPSHOT_UNSUPPORTED, SNAPSHOT_CORRUPT, DISK_FULL, FILE_UNAVAILABLE
   */
  records(): Records;
  /** Known after the last record. */
  counts: Partial<Record<RecordKind, number>>;
  /** Known after the last record. */
  facts: ImportFacts;
  /** At most 21 sentences. Known after the last record. */
  warnings: string[];
  /** Removes what lies in the scratch directory. */
  close(): void;
  [Symbol.dispose](): void;
}

const NO_CHECKSUM =
  "FlowG's backup carries no checksum and no count: it could be read to its end, but whether something is missing or changed cannot be told.";

/**
 * Imports one file.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED, SNAPSHOT_UNRECOGNIZED, SNAPSHOT_WRONG_DATABASE,
 *   FILE_UNAVAILABLE, DISK_FULL, CANCELLED
 */
export async function importFlowg(options: ImportOptions): Promise<FlowgImport> {
  const { expected, format, now = new Date(), source, signal } = options;
  if (format === "flowg-config-archive" && expected !== undefined && expected !== "config") {
    throw wrongDatabase(expected, "config");
  }
  stopIfAborted(signal, "the import");
  const { size } = source;
  if (size === 0) {
    throw new FlowgError("SNAPSHOT_TRUNCATED", `${source.name} is empty`, {
      hint: "FlowG makes such a file of an empty database, but so does a failed download: leave it out if the database was empty",
      details: { offset: 0 },
    });
  }
  const sorters = newSorters(options);
  try {
    const warnings = new Warnings();
    if (format === "flowg-badger") warnings.add(NO_CHECKSUM);
    const stage = new Stage(sorters, expected);
    await read(options, { stage, sorters, warnings });
    const database = decide(stage, expected);
    const translation = new Translation({
      ...sorters,
      database,
      warnings,
      hasEscape: stage.hasEscape,
      now: Math.floor(now.getTime() / 1000),
    });
    return new Imported({ database, size, stage, sorters, translation, options });
  } catch (error) {
    closeAll(sorters);
    throw error;
  }
}

const TRANSLATE: Record<DatabaseKind, (translation: Translation) => Records> = {
  auth: translateAuth,
  config: translateConfig,
  logs: translateLogs,
};

interface Sorters {
  entries: Sorter;
  others: Sorter;
  /** The records that the second pass sorts. */
  records: Sorter;
}

function newSorters({ scratchDir: dir, runBytes = RUN_BYTES }: ImportOptions): Sorters {
  const small = Math.ceil(runBytes / 4);
  return {
    entries: new Sorter({ dir, runBytes, supersedes: isNewer }),
    others: new Sorter({ dir, runBytes: small, supersedes: isNewer }),
    records: new Sorter({ dir, runBytes: small }),
  };
}

function closeAll({ entries, others, records }: Sorters): void {
  for (const sorter of [entries, others, records]) sorter.close();
}

interface Reading {
  stage: Stage;
  sorters: Sorters;
  warnings: Warnings;
}

/** Takes the first pass, which puts everything in the file into the sorters. */
async function read(options: ImportOptions, reading: Reading): Promise<void> {
  const { stage, sorters, warnings } = reading;
  const { size } = options.source;
  const chunks = readChunks(options);
  if (options.format === "flowg-badger") {
    const pause = () => stopIfAborted(options.signal, "the import");
    for await (const kvs of readBadgerStream(chunks, { size })) {
      for (const kv of kvs) stage.add(kv);
      await sorters.entries.mergeRuns(pause);
      await sorters.others.mergeRuns(pause);
    }
  } else {
    let version = 0;
    for await (const item of readConfigArchive({ chunks, size, warnings })) {
      version++; // of two files with one name the later counts
      stage.add({ ...item, version, expiresAt: 0, meta: 0 });
    }
    stage.database ??= "config";
  }
}

async function* readChunks({ source, signal, onProgress }: ImportOptions): AsyncGenerator<Buffer> {
  const chunkPassed = nativeMemoryKeeper();
  let position = 0;
  for await (const { buffer, byteOffset, byteLength } of source.open()) {
    stopIfAborted(signal, "the import");
    yield Buffer.from(buffer, byteOffset, byteLength);
    position += byteLength;
    onProgress?.(Math.floor(Math.min(position, source.size) / 2), source.size);
    chunkPassed(byteLength);
  }
  stopIfAborted(signal, "the import");
}

function decide(stage: Stage, expected: DatabaseKind | undefined): DatabaseKind {
  if (stage.database !== undefined) return stage.database;
  // the empty database of a new FlowG holds only its marker
  if (stage.hasFlowgKey && expected !== undefined) return expected;
  const first = stage.firstKey && printable(stage.firstKey.toString());
  throw new FlowgError(
    "SNAPSHOT_UNRECOGNIZED",
    stage.hasFlowgKey
      ? "this FlowG backup is empty: nothing in it tells which database it is of"
      : `this is a BadgerDB backup, but not one of FlowG's: ${first === undefined ? "it holds no keys" : `its first key is "${first}"`}`,
    { hint: "check which file it is" },
  );
}

interface ImportedParts {
  database: DatabaseKind;
  size: number;
  stage: Stage;
  sorters: Sorters;
  translation: Translation;
  options: ImportOptions;
}

class Imported implements FlowgImport {
  readonly #parts: ImportedParts;

  constructor(parts: ImportedParts) {
    this.#parts = parts;
  }

  get database(): DatabaseKind {
    return this.#parts.database;
  }

  *records(): Records {
    const { database, translation, sorters, size, options } = this.#parts;
    const staged = sorters.entries.bytes + sorters.others.bytes;
    let told = 0;
    for (const row of TRANSLATE[database](translation)) {
      if (translation.walked - told >= TELL_BYTES) {
        told = translation.walked;
        options.onProgress?.(Math.floor((size / 2) * (1 + Math.min(1, told / staged))), size);
      }
      yield row;
    }
    options.onProgress?.(size, size);
    this.#demandAllAccounted();
  }

  get counts(): Partial<Record<RecordKind, number>> {
    return this.#parts.translation.counts;
  }

  get facts(): ImportFacts {
    const { stage, sorters, translation } = this.#parts;
    const { keyValues, valueIndexKeyValues } = stage;
    const { live, deleted, expired } = translation.facts;
    return {
      keyValues,
      valueIndexKeyValues,
      ...translation.facts,
      distinctKeys: live + deleted + expired,
      superseded: sorters.entries.superseded + sorters.others.superseded,
    };
  }

  get warnings(): string[] {
    return this.#parts.translation.warnings.list();
  }

  close(): void {
    closeAll(this.#parts.sorters);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Demands that each key that was read has come to some end. FlowG's files have no counts to compare with. @throws INTERNAL */
  #demandAllAccounted(): void {
    const { facts } = this;
    const { keyValues, distinctKeys, superseded, valueIndexKeyValues } = facts;
    if (distinctKeys + superseded + valueIndexKeyValues === keyValues) return;
    throw new FlowgError("INTERNAL", "the import lost count of the keys it read", {
      hint: "nothing was changed; report it",
      details: { ...facts },
    });
  }
}
