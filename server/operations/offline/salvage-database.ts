// Saves what is left of damaged databases, each in a snapshot of its own. It writes nothing to the databases. A snapshot with
// all records is like any other. One that lacks some says that it was salvaged, and a restore takes it only with `--salvaged`.

import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFileBytes } from "../../formats/snapshot/file.js";
import {
  encodeHeader,
  encodeSeal,
  newHeader,
  type Salvaged,
} from "../../formats/snapshot/header.js";
import { readSnapshot } from "../../formats/snapshot/read.js";
import { writeSnapshotTo } from "../../formats/snapshot/write.js";
import { FlowgError } from "../../platform/errors.js";
import { fileError } from "../../platform/files/file-error.js";
import { isThere } from "../../platform/files/is-there.js";
import { makeDirectory } from "../../platform/files/make-directory.js";
import { readSpan } from "../../platform/files/read-span.js";
import { makeScratchDirectory } from "../../platform/files/scratch-directory.js";
import { StagedFile, sweepStaged } from "../../platform/files/staged-file.js";
import { release } from "../../platform/native-memory.js";
import { BACKUP_FILE_NAMES } from "../../records/backup-names.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { OnProgress } from "../../records/reports.js";
import type { DamagedDatabaseFacts, DatabaseSalvageReport } from "../../records/salvage-reports.js";
import type { OpenDamaged } from "../../storage/damaged-database.js";
import { deferredPath } from "../../stores/logs/deferred/deferred-file.js";
import { demandFreeName, publishSalvaged } from "./publish-salvaged.js";

export interface DatabaseSalvageOptions {
  /** The directory of a database, its data file, or the directory of several. */
  from: string;
  /** The file to make, or the directory for several. Files of these names must not exist. */
  output: string;
  /** Also takes records on pages that nothing leads to. They may be older, or removed since. */
  includeUnreachable: boolean;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface DatabasesSalvaged {
  databases: DatabaseSalvageReport[];
  /** Sources of which nothing could be saved, where there are several. */
  failed: { source: string; error: FlowgError }[];
}

const DATA_FILE = "data.mdb";

/**
 * @throws DATABASE_MISSING, FILE_UNAVAILABLE, DISK_FULL, CANCELLED, REFUSED where an output is there, DATABASE_DAMAGED where
 * nothing could be saved, and what opening a damaged one throws; of several databases, only if all of them fail
 */
export async function salvageDatabases(
  options: DatabaseSalvageOptions,
  openDamaged: OpenDamaged,
): Promise<DatabasesSalvaged> {
  const sources = await sourcesIn(options);
  for (const { output } of sources) await demandFreeName(output);
  const set = { setId: randomUUID(), createdAt: new Date() };
  const result: DatabasesSalvaged = { databases: [], failed: [] };
  for (const source of sources) {
    try {
      result.databases.push(await salvageOne(source, { ...options, set }, openDamaged));
    } catch (error) {
      const made = result.databases.map(({ output }) => output).join(", ");
      if (options.signal?.aborted)
        throw new FlowgError(
          "CANCELLED",
          `the salvage was stopped; ${made === "" ? "nothing was made" : `made: ${made}`}`,
        );
      if (!(error instanceof FlowgError) || error.code === "DISK_FULL") throw error;
      result.failed.push({ source: source.path, error });
    }
  }
  const [first] = result.failed;
  if (first && result.databases.length === 0) throw first.error;
  return result;
}

interface Source {
  path: string;
  kind?: DatabaseKind | undefined;
  output: string;
}

/** @throws DATABASE_MISSING */
async function sourcesIn({ from, output }: DatabaseSalvageOptions): Promise<Source[]> {
  const found = await stat(from).catch((cause) => {
    throw fileError(cause, "read", from);
  });
  if (!found.isDirectory()) return [{ path: from, output }];
  const own = join(from, DATA_FILE);
  if (await isThere(own)) return [{ path: own, output }];
  const sources: Source[] = [];
  for (const kind of DATABASE_KINDS) {
    const path = join(from, kind, DATA_FILE);
    if (await isThere(path))
      sources.push({ path, kind, output: join(output, BACKUP_FILE_NAMES[kind][0]) });
  }
  if (sources.length > 0) return sources;
  throw new FlowgError("DATABASE_MISSING", `there is no database in ${from}`, {
    hint: "give the directory of a database, which holds data.mdb, or one with auth, config and logs in it; FlowG's own databases have no checksums, and can't be salvaged",
  });
}

type How = DatabaseSalvageOptions & { set: { setId: string; createdAt: Date } };

async function salvageOne(
  { path, kind, output }: Source,
  { includeUnreachable, set, onProgress, signal }: How,
  openDamaged: OpenDamaged,
): Promise<DatabaseSalvageReport> {
  const started = performance.now();
  const directory = dirname(output);
  await makeDirectory(directory);
  await sweepStaged(directory);
  await using scratch = await makeScratchDirectory(directory);
  const how = { includeUnreachable, scratchDir: scratch.path, onProgress, signal };
  await using database = await openDamaged({ path, kind, ...how });
  await using draft = await StagedFile.create(output);
  const header = newHeader(database.kind, { ...set, madeAt: database.madeAt });
  // only the last record tells what is missing, so the header of the draft isn't final
  const written = await writeSnapshotTo((piece) => draft.write(piece), {
    header,
    blocks: database.blocks(),
    recycle: (memory) => release(new Uint8Array(memory)),
  });
  const facts = database.facts();
  if (written.entries === 0 && !facts.isWhole) throw nothingSaved(path, facts, includeUnreachable);
  const { fileSha256: _, ...seal } = written;
  await using file = await StagedFile.create(output);
  const final = facts.isWhole ? header : { ...header, salvaged: salvagedMark(facts) };
  await copyBlocks(draft, file, {
    header: encodeHeader(final),
    span: { start: encodeHeader(header).byteLength, sealBytes: encodeSeal(seal).byteLength },
    seal: (sha256) => encodeSeal({ ...seal, sha256 }),
  });
  await file.flush();
  const { seal: read, bytes } = await readSnapshot(readFileBytes(file.path), {
    expected: database.kind,
    isKnown: true,
    signal,
  });
  await publishSalvaged(file);
  const deferred = deferredPath(dirname(path));
  const isWaiting = database.kind === "logs" && (await isThere(deferred));
  return {
    source: path,
    output,
    database: database.kind,
    whole: facts.isWhole,
    entries: read.entries,
    blocks: read.blocks,
    bytes,
    lost: {
      ...(facts.isWhole || facts.lostEntries === undefined ? {} : { entries: facts.lostEntries }),
      pages: facts.pages,
      ranges: facts.ranges,
      moreRanges: facts.moreRanges,
      damaged: facts.damaged,
    },
    mayBeOlder: facts.mayBeOlder,
    problems: facts.problems,
    ...(isWaiting ? { waiting: deferred } : {}),
    seconds: (performance.now() - started) / 1000,
  };
}

const salvagedMark = ({ lostEntries, mayBeOlder }: DamagedDatabaseFacts): Salvaged => ({
  from: "database",
  ...(lostEntries === undefined ? {} : { lostEntries }),
  ...(mayBeOlder > 0 ? { mayBeOlder } : {}),
});

interface Frames {
  header: Buffer;
  /** The offset of the blocks in the draft, and the length of its seal, which follows them. */
  span: { start: number; sealBytes: number };
  seal: (sha256: string) => Buffer;
}

const COPIED_AT_ONCE = 1024 * 1024;

/** Copies the blocks of a draft between another header and seal. */
async function copyBlocks(draft: StagedFile, file: StagedFile, frames: Frames): Promise<void> {
  const hash = createHash("sha256");
  const put = async (bytes: Buffer) => {
    hash.update(bytes);
    await file.write(bytes);
  };
  await put(frames.header);
  let from: FileHandle | undefined;
  try {
    from = await open(draft.path, "r");
    const blocksEnd = (await from.stat()).size - frames.span.sealBytes;
    for (let start = frames.span.start; start < blocksEnd; start += COPIED_AT_ONCE)
      await put(await readSpan(from, { start, end: Math.min(blocksEnd, start + COPIED_AT_ONCE) }));
  } catch (cause) {
    throw fileError(cause, "read", draft.path);
  } finally {
    await from?.close();
  }
  await file.write(frames.seal(hash.digest("hex")));
}

const nothingSaved = (
  path: string,
  { problems }: DamagedDatabaseFacts,
  includesUnreachable: boolean,
): FlowgError =>
  new FlowgError(
    "DATABASE_DAMAGED",
    `nothing in ${path} could be saved: ${problems[0] ?? "it has no records"}`,
    {
      hint: includesUnreachable
        ? "restore a backup; check the disk, too"
        : "--include-unreachable takes what is found on its pages: it may be older, or removed since",
      details: { problems },
    },
  );
