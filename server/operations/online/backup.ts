// An online backup of one database streams a snapshot while it is made. The read transaction lasts as long as the walk and the
// disk need. A slow client reads from the spool, and keeps no transaction open.

import { setTimeout as sleep } from "node:timers/promises";
import { newHeader, type SealedFile, type SnapshotHeader } from "../../formats/snapshot/header.js";
import { writeSnapshotTo } from "../../formats/snapshot/write.js";
import { FlowgError } from "../../platform/errors.js";
import { demandSpaceOnDisks } from "../../platform/files/free-space.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import type { LeftOut } from "../../records/reports.js";
import type { FoundByWalk } from "../../storage/database.js";
import type { DatabasePlace, Engine } from "../../storage/engine.js";
import type { HeldInstant } from "../../storage/held-instant.js";
import { untilDeferredStored } from "../../stores/logs/deferred/until-stored.js";
import { Spool } from "../spool.js";

/** Sending begins after this time, or when the backup is complete. */
const HEAD_START_MS = 5_000;

/** A snapshot is expected to be this many times smaller than the database's pages. The check of the free space uses it. */
const EXPECTED_RATIO = 4;

/** A backup on its way. */
export interface BackupStream {
  setId: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** The bytes, while they are made. It fails if the backup fails. What was read by then has no seal. */
  stream: AsyncGenerator<Uint8Array>;
  /** Records in it; 0 until all have been written. */
  records: () => number;
  /** Damaged records that were left out; known once all has been written. */
  leftOut: () => (LeftOut & { database: DatabaseKind })[];
}

export interface BackupOptions {
  engine: Engine;
  /** Ends the backup. */
  signal: AbortSignal;
  /** Leaves out damaged records. */
  skipDamaged?: boolean | undefined;
  /** Called when a read transaction begins on a database. The function that it returns is called when the transaction ends. */
  onReader: (database: DatabaseKind) => () => void;
  /** Called with the sum of a database's records, where it was lost and the walk has found it again. */
  onSumFound?: ((database: DatabaseKind, found: FoundByWalk) => void) | undefined;
  /** Remarks on the databases for a person, such as a restore that was cut. */
  notes?: readonly string[] | undefined;
}

/** The source of a backup. Its blocks have been checked, since nothing reads them again before they are sent. */
export interface Held {
  /** The time of the instant. */
  readonly at: Date;
  blocks(kind: DatabaseKind, onLeftOut: (leftOut: LeftOut) => void): AsyncGenerator<RawBlock>;
  recycle(memory: ArrayBuffer): void;
  /** When the database was made, where that is known. */
  madeAt(kind: DatabaseKind): string | undefined;
  close(): Promise<void>;
}

/**
 * Holds one instant of databases, and logs that.
 * @throws what opening a database throws, DISK_FULL if there isn't room for its backup
 */
export async function hold(
  databases: readonly DatabasePlace[],
  { engine, onReader, skipDamaged, onSumFound, signal }: BackupOptions,
): Promise<Held> {
  for (const { kind, dir } of databases)
    if (kind === "logs") await untilDeferredStored(dir, signal);
  const held = await engine.hold(databases);
  try {
    await demandBackupSpace(databases, held);
  } catch (error) {
    await held.close();
    throw error;
  }
  const ended = databases.map(({ kind }) => onReader(kind));
  return {
    at: held.at,
    blocks: (kind, onLeftOut) =>
      held.blocks(kind, {
        check: true,
        skipDamaged,
        onLeftOut,
        onSumFound: (found) => onSumFound?.(kind, found),
      }),
    recycle: (memory) => held.recycle(memory),
    madeAt: (kind) => held.facts[kind]?.madeAt,
    async close() {
      await held.close();
      for (const end of ended) end();
    },
  };
}

/**
 * Begins a backup. Aborting the signal, or leaving the stream, ends it within a block's time.
 * @throws what opening a database throws, DISK_FULL
 */
export async function openBackup(
  database: DatabasePlace,
  options: BackupOptions,
): Promise<BackupStream> {
  const { signal } = options;
  const held = await hold([database], options);
  const header = newHeader(database.kind, {
    createdAt: held.at,
    madeAt: held.madeAt(database.kind),
  });
  let spool: Spool;
  try {
    spool = await Spool.create(database.dir, database.kind);
  } catch (error) {
    await held.close();
    throw error;
  }
  let records = 0;
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  let leftOut: LeftOut | undefined;
  let failure: unknown;
  const written = writeInto(spool, { held, header, signal: either })
    .then((done) => {
      records = done.seal.entries;
      leftOut = done.leftOut;
      spool.end();
    })
    .catch((error) => {
      failure = error;
      spool.fail(error);
    })
    .finally(() => held.close());
  const cleanUp = async () => {
    left.abort();
    await written;
    await spool[Symbol.asyncDispose]();
  };
  // an early failure becomes an error answer, and not a download that breaks off
  const patience = new AbortController();
  await Promise.race([written, sleep(HEAD_START_MS, undefined, patience).catch(() => {})]);
  patience.abort();
  if (failure !== undefined) {
    await cleanUp();
    throw failure;
  }
  const { setId, createdAt } = header;
  return {
    setId,
    createdAt,
    records: () => records,
    leftOut: () => (leftOut ? [{ database: database.kind, ...leftOut }] : []),
    stream: leaving(spool.read(), cleanUp, signal),
  };
}

/** @throws DISK_FULL */
async function demandBackupSpace(
  databases: readonly DatabasePlace[],
  { facts }: Pick<HeldInstant, "facts">,
): Promise<void> {
  const needs = databases.map(({ kind, dir }) => ({
    // not the size of the data file, which never shrinks and may hold many free pages
    directory: dir,
    bytes: Math.ceil((facts[kind]?.bytes ?? 0) / EXPECTED_RATIO),
    name: kind,
  }));
  await demandSpaceOnDisks(needs, (kinds) => `a backup (${kinds.join(", ")})`);
}

export interface Making {
  held: Pick<Held, "blocks" | "recycle">;
  header: SnapshotHeader;
  signal: AbortSignal;
}

/** Writes one snapshot of a held instant into a spool. It flushes nothing, since a spool doesn't outlive its request. */
export async function writeInto(
  spool: Spool,
  { held, header, signal }: Making,
): Promise<{ seal: SealedFile; leftOut: LeftOut | undefined }> {
  let leftOut: LeftOut | undefined;
  const seal = await writeSnapshotTo(
    async (piece) => {
      if (signal.aborted) throw whyStopped(signal);
      await spool.write(piece);
    },
    {
      header,
      blocks: held.blocks(header.database, (found) => {
        leftOut = found;
      }),
      recycle: (memory) => held.recycle(memory),
      leftOut: () => leftOut?.records ?? 0,
    },
  );
  return { seal, leftOut };
}

/** The error that the stopping side gave, or a general one. */
const whyStopped = ({ reason }: AbortSignal): FlowgError =>
  reason instanceof FlowgError ? reason : new FlowgError("CANCELLED", "the backup was stopped");

/** Wraps a stream so that it cleans up when it ends, fails, is left, or is aborted before anybody reads it. */
export function leaving(
  stream: AsyncIterable<Uint8Array>,
  cleanUp: () => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let cleaned: Promise<void> | undefined;
  const once = () => {
    cleaned ??= cleanUp();
    return cleaned;
  };
  const onAbort = () => void once();
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream;
    } catch (cause) {
      // the clean-up ends the stream with an error of its own, which means nothing to the reader
      if (!signal.aborted || cause instanceof FlowgError) throw cause;
      throw new FlowgError("CANCELLED", "the backup was stopped", { cause });
    } finally {
      signal.removeEventListener("abort", onAbort);
      await once();
    }
  }
  return read();
}
