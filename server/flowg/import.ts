// Importing a backup file of FlowG's own: read it once into a scratch environment, which sorts it, translate
// that to our records, and give them out in the order of their keys. Memory stays small whatever the size.

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { DatabaseKind, RecordKind } from "../database/kinds.js";
import { printable } from "../database/records.js";
import { FlowgError } from "../errors.js";
import { reasonOf } from "../files/file-error.js";
import { translateAuth } from "./auth.js";
import { readBadgerStream } from "./badger-stream.js";
import { translateConfig } from "./config.js";
import { readConfigArchive } from "./config-archive.js";
import { translateLogs } from "./logs.js";
import { openScratch, type Row, type Scratch, scratchError, slices } from "./scratch.js";
import { fate, Stage, type StageFacts, stagedValue, wrongDatabase } from "./stage.js";
import { type LifeFacts, Translation, throwIfCancelled } from "./translation.js";
import { Warnings } from "./warnings.js";

const CHUNK_BYTES = 2 ** 20;

export interface ImportOptions {
  path: string;
  format: "flowg-badger" | "flowg-config-archive";
  /** Which database it must be of. */
  expected?: DatabaseKind | undefined;
  /** Where a scratch directory is made and removed: up to about twice the file's size for a while. */
  scratchDir: string;
  /** What is expired is told by this; now unless said otherwise. */
  now?: Date | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((bytesRead: number, totalBytes: number) => void) | undefined;
}

/** Counts of keys: what was read, and what became of it. */
export type ImportFacts = StageFacts & LifeFacts;

export interface FlowgImport {
  database: DatabaseKind;
  /** All records, keys ascending bytewise; each passes `recordProblem()`. */
  records(): Iterable<Row>;
  counts: Partial<Record<RecordKind, number>>;
  facts: ImportFacts;
  /** Sentences, at most 21. */
  warnings: string[];
  /** Removes the scratch directory. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const NO_CHECKSUM =
  "FlowG's backup carries no checksum and no count: it could be read to its end, but whether something is missing or changed cannot be told.";

/**
 * Imports one file.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED, SNAPSHOT_UNRECOGNIZED, SNAPSHOT_WRONG_DATABASE,
 *   FILE_UNAVAILABLE, DISK_FULL, CANCELLED
 */
export async function importFlowg(options: ImportOptions): Promise<FlowgImport> {
  const { expected, format, now = new Date(), path, scratchDir, signal } = options;
  if (format === "flowg-config-archive" && expected !== undefined && expected !== "config") {
    throw wrongDatabase(expected, "config");
  }
  throwIfCancelled(signal);
  const { file, size } = await openFile(path);
  let scratch: Scratch | undefined;
  try {
    scratch = await openScratch(scratchDir);
    const warnings = new Warnings();
    if (format === "flowg-badger") warnings.add(NO_CHECKSUM);
    const stage = new Stage(scratch, expected);
    await read(options, { file, size, stage, warnings });
    const database = decide(stage, expected);
    const seconds = BigInt(Math.floor(now.getTime() / 1000));
    const translation = new Translation({
      ...{ scratch, database, warnings, signal },
      ...{ now: seconds, hasEscape: stage.hasEscape },
    });
    await TRANSLATE[database](translation);
    const facts = { ...stage.facts, ...translation.facts };
    demandAllAccounted(facts);
    return imported(translation, { database, facts, scratch });
  } catch (error) {
    // before it goes away: how full the disk is tells why a write failed
    const explained = scratchError(error, scratchDir);
    await scratch?.close();
    throw explained;
  } finally {
    await file.close();
  }
}

const TRANSLATE: Record<DatabaseKind, (translation: Translation) => Promise<void>> = {
  auth: translateAuth,
  config: translateConfig,
  logs: translateLogs,
};

async function openFile(path: string): Promise<{ file: FileHandle; size: number }> {
  let file: FileHandle | undefined;
  try {
    // a named pipe would otherwise wait for its writer
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error("it is not a regular file");
    if (stat.size > 0) return { file, size: stat.size };
  } catch (cause) {
    await file?.close();
    throw new FlowgError("FILE_UNAVAILABLE", `cannot read ${path}: ${reasonOf(cause)}`, {
      cause,
      hint: "check the path and that you may read it",
    });
  }
  await file.close();
  throw new FlowgError("SNAPSHOT_TRUNCATED", `${path} is empty`, {
    hint: "FlowG makes such a file of an empty database, but so does a failed download: leave it out if the database was empty",
    details: { offset: 0 },
  });
}

interface Reading {
  file: FileHandle;
  size: number;
  stage: Stage;
  warnings: Warnings;
}

/** The first pass: everything in the file, into the scratch environment. */
async function read(options: ImportOptions, reading: Reading): Promise<void> {
  const { size, stage, warnings } = reading;
  const chunks = readChunks(options, reading);
  if (options.format === "flowg-badger") {
    for await (const kvs of readBadgerStream(chunks, { size })) {
      for (const kv of kvs) stage.add(kv);
    }
  } else {
    let version = 0n;
    for await (const item of readConfigArchive({ chunks, size, warnings })) {
      version++; // of two files with one name the later counts
      stage.add({ ...item, version, expiresAt: 0n, meta: 0 });
    }
    stage.database ??= "config";
  }
  stage.flush();
}

async function* readChunks(
  { signal, onProgress }: ImportOptions,
  { file, size }: Reading,
): AsyncGenerator<Buffer> {
  let bytesRead = 0;
  const stream = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
  for await (const chunk of stream) {
    throwIfCancelled(signal);
    yield chunk as Buffer;
    bytesRead += (chunk as Buffer).length;
    onProgress?.(bytesRead, size);
  }
}

function decide(stage: Stage, expected: DatabaseKind | undefined): DatabaseKind {
  if (stage.database !== undefined) return stage.database;
  // a new FlowG's empty database has its marker only
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

/** FlowG's files have no counts, but each key that was read must have come to some end. @throws INTERNAL */
function demandAllAccounted(facts: ImportFacts): void {
  const { keyValues, distinctKeys, superseded, valueIndexKeyValues } = facts;
  const { live, deleted, expired } = facts;
  if (
    live + deleted + expired === distinctKeys &&
    distinctKeys + superseded + valueIndexKeyValues === keyValues
  ) {
    return;
  }
  throw new FlowgError("INTERNAL", "the import lost count of the keys it read", {
    hint: "nothing was changed; report it",
    details: { ...facts },
  });
}

function imported(
  translation: Translation,
  { database, facts, scratch }: { database: DatabaseKind; facts: ImportFacts; scratch: Scratch },
): FlowgImport {
  const close = (): Promise<void> => scratch.close();
  return {
    database,
    records: () => merge(entries(translation), records(scratch)),
    counts: translation.counts,
    facts,
    warnings: translation.warnings.list(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function* entries({ scratch, now }: Translation): Generator<Row> {
  for (const rows of slices(scratch.entries)) {
    for (const { key, value } of rows) {
      if (fate(value, now) === "live")
        yield { key: key.subarray(0, -1), value: stagedValue(value) };
    }
  }
}

/** A record's value stands behind a byte of the translators; a field's value is empty. */
function* records(scratch: Scratch): Generator<Row> {
  for (const rows of slices(scratch.records)) {
    for (const { key, value } of rows) yield { key, value: value.subarray(1) };
  }
}

/** Two ascending sequences as one. */
function* merge(left: Iterator<Row>, right: Iterator<Row>): Generator<Row> {
  let [a, b] = [left.next(), right.next()];
  while (!a.done || !b.done) {
    if (b.done || (!a.done && Buffer.compare(a.value.key, b.value.key) < 0)) {
      yield a.value as Row;
      a = left.next();
    } else {
      yield b.value;
      b = right.next();
    }
  }
}
