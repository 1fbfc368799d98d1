// Reads a snapshot. This is the one mechanism behind verify, inspect, dry run and restore, which differ only in what they do
// with the blocks. It knows streams, not paths. It checks everything in file order: lengths and CRC before a block is
// decompressed, its records after that (unless the file was read before), counts and SHA-256 at the seal, and that nothing
// follows.

import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { BlockPrefix } from "./block.js";
import { ByteSource } from "./byte-source.js";
import {
  corrupt,
  isSegment,
  isUndoFile,
  noSegment,
  noUndoFile,
  type Position,
  unsupported,
  wrongDatabase,
} from "./faults.js";
import type { SnapshotHeader, SnapshotSeal, UndoHeader } from "./header.js";
import { type BlockAhead, SnapshotFrames } from "./read-frames.js";
import { type UnpackedBlock, UnpackFault, unpackBlock } from "./unpack.js";
import type { BlockSummary } from "./walk-block.js";
import { BLOCKS_IN_FLIGHT, BYTES_IN_FLIGHT, readyForBlocks } from "./zstd.js";

export interface ReadOptions {
  /** The database that it must be of, where that matters. */
  expected?: DatabaseKind | undefined;
  /** Whether each record must be one that a restore lets in. */
  checkRecords?: boolean | undefined;
  /** Whether it was read before, so that comparing its SHA-256 is enough. The records in blocks aren't looked at then. */
  isKnown?: boolean | undefined;
  /** Told the header, once it has been read. */
  onHeader?: ((header: SnapshotHeader) => void) | undefined;
  /** Takes each raw block in order. Without it, their memory is freed. */
  onBlock?: ((raw: Uint8Array, entries: number) => Promise<void> | void) | undefined;
  /** Told of each block before it is expanded; may throw. */
  onPrefix?: ((prefix: BlockPrefix) => void) | undefined;
  /** Told what each block holds; may throw. */
  onSummary?: ((summary: BlockSummary) => void) | undefined;
  /** Told after each block: records and file bytes so far. */
  onProgress?: ((records: number, bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface ReadResult {
  header: SnapshotHeader;
  /** The header as it stands in the file, with keys this version doesn't know. */
  rawHeader: Record<string, unknown>;
  seal: SnapshotSeal;
  /** SHA-256, lower-case hex, of the whole file. */
  fileSha256: string;
  /** Size of the file. */
  bytes: number;
}

/**
 * Reads a snapshot to its end.
 * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_WRONG_DATABASE, SNAPSHOT_UNSUPPORTED, CANCELLED
 */
export async function readSnapshot(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<ReadResult> {
  return await readWith(source, options, (reading) => reading.snapshot());
}

/**
 * The same for a segment of a repository, a file like a snapshot that holds a part of the records.
 * @throws what `readSnapshot` throws
 */
export async function readSegmentFile(
  source: AsyncIterable<Uint8Array>,
  options: Omit<ReadOptions, "onHeader">,
): Promise<Pick<ReadResult, "seal" | "bytes">> {
  return await readWith(source, options, (reading) => reading.segment());
}

/**
 * The same for the undo file of a restore. Its blocks hold changes (see undo-change), which the caller must check.
 * @throws what `readSnapshot` throws
 */
export async function readUndoFile(
  source: AsyncIterable<Uint8Array>,
  options: Omit<ReadOptions, "onHeader" | "checkRecords" | "isKnown" | "onSummary">,
): Promise<{ header: UndoHeader; seal: SnapshotSeal; bytes: number }> {
  return await readWith(source, { ...options, isKnown: true }, (reading) => reading.undo());
}

async function readWith<T>(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  read: (reading: Reading) => Promise<T>,
): Promise<T> {
  readyForBlocks();
  const bytes = new ByteSource(source);
  try {
    return await read(new Reading(new SnapshotFrames(bytes), options));
  } finally {
    await bytes.close();
  }
}

/** A block on its way through the threads. */
interface Pending extends BlockAhead {
  unpacked: Promise<UnpackedBlock>;
  /** File offset after it. */
  end: number;
}

class Reading {
  readonly #pending: Pending[] = [];
  /** The bytes of these blocks once they are expanded. */
  #pendingBytes = 0;
  #doneEntries = 0;
  #lastKey: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly frames: SnapshotFrames,
    private readonly options: ReadOptions,
  ) {}

  async snapshot(): Promise<ReadResult> {
    const found = await this.frames.header();
    if ("segment" in found) {
      await this.frames.demandSound();
      throw isSegment(found.segment.database);
    }
    if ("undo" in found) {
      await this.frames.demandSound();
      throw isUndoFile(found.undo);
    }
    const { header, raw } = found;
    this.#demandExpected(header.database);
    this.options.onHeader?.(header);
    const seal = await this.#rest(header.database);
    const fileSha256 = this.frames.fileSha256();
    return { header, rawHeader: raw, seal, fileSha256, bytes: this.frames.offset };
  }

  async segment(): Promise<Pick<ReadResult, "seal" | "bytes">> {
    const found = await this.frames.header();
    if ("undo" in found) throw isUndoFile(found.undo);
    if (!("segment" in found)) throw noSegment(found.header.database);
    const { database } = found.segment;
    this.#demandExpected(database);
    return { seal: await this.#rest(database), bytes: this.frames.offset };
  }

  async undo(): Promise<{ header: UndoHeader; seal: SnapshotSeal; bytes: number }> {
    const found = await this.frames.header();
    if (!("undo" in found)) throw noUndoFile();
    const { undo: header } = found;
    this.#demandExpected(header.database);
    return { header, seal: await this.#rest(header.database), bytes: this.frames.offset };
  }

  #demandExpected(database: DatabaseKind): void {
    const { expected } = this.options;
    if (expected !== undefined && database !== expected) throw wrongDatabase(database, expected);
  }

  async #rest(database: DatabaseKind): Promise<SnapshotSeal> {
    try {
      return await this.#blocks(database);
    } catch (error) {
      // of several faults, the first in the file is reported
      await this.#drain(0);
      throw error;
    }
  }

  async #blocks(database: DatabaseKind): Promise<SnapshotSeal> {
    for (;;) {
      stopIfAborted(this.options.signal, "reading");
      const next = await this.frames.next();
      if ("seal" in next) {
        await this.#drain(0);
        this.frames.demandSealed(next);
        await this.frames.demandEnd();
        return next.seal;
      }
      const { rawLength } = next.prefix;
      this.options.onPrefix?.(next.prefix);
      await this.#drain(BLOCKS_IN_FLIGHT - 1, BYTES_IN_FLIGHT - rawLength);
      const frame = await this.frames.frame(next);
      const unpacked = this.#unpacked({ frame, rawLength, database });
      unpacked.catch(() => {}); // awaited in #drain; until then it is not unhandled
      this.#pending.push({ ...next, unpacked, end: this.frames.offset });
      this.#pendingBytes += rawLength;
    }
  }

  /** Unpacks a block, unless its contents are known: CRC-32 and SHA-256 already prove that its bytes are the same. */
  async #unpacked(
    block: Pick<Parameters<typeof unpackBlock>[0], "frame" | "rawLength" | "database">,
  ): Promise<UnpackedBlock> {
    const { onBlock, checkRecords = false, isKnown = false } = this.options;
    if (isKnown && !onBlock) return { summary: undefined, raw: undefined };
    return await unpackBlock({
      ...block,
      keep: onBlock !== undefined,
      checkRecords,
      inspect: !isKnown,
      isFirst: this.frames.blocks === 1,
    });
  }

  /** Hands blocks on, in order, until at most this many blocks and bytes are on their way. */
  async #drain(blocks: number, bytes = Number.POSITIVE_INFINITY): Promise<void> {
    while (this.#pending.length > blocks || this.#pendingBytes > bytes) {
      const block = this.#pending.shift();
      if (!block) return;
      this.#pendingBytes -= block.prefix.rawLength;
      try {
        await this.#handOn(block);
      } catch (cause) {
        // blocks after a fault are dropped, because their faults might hide it
        this.#pending.length = 0;
        this.#pendingBytes = 0;
        throw blockError(cause, block.position);
      }
    }
  }

  async #handOn(block: Pending): Promise<void> {
    stopIfAborted(this.options.signal, "reading");
    const { summary, raw } = await block.unpacked;
    if (summary) this.#checkSummary(summary, block);
    if (raw) await this.options.onBlock?.(raw, block.prefix.entries);
    this.#doneEntries += block.prefix.entries;
    this.options.onProgress?.(this.#doneEntries, block.end);
  }

  #checkSummary(summary: BlockSummary, block: Pending): void {
    if (summary.records !== block.prefix.entries) {
      const { entries } = block.prefix;
      throw corrupt(block.position, `the block has ${summary.records} entries, not ${entries}`);
    }
    if (Buffer.compare(summary.firstKey, this.#lastKey) <= 0) {
      throw corrupt(block.position, "the block's keys are not after those of the block before");
    }
    this.#lastKey = summary.lastKey;
    this.options.onSummary?.(summary);
  }
}

function blockError(cause: unknown, position: Position): unknown {
  if (!(cause instanceof UnpackFault)) return cause;
  const { fault } = cause;
  if (fault.is === "unknown-kind") {
    return unsupported(
      `block ${position.block} holds a record of the unknown kind "${fault.kind}"`,
    );
  }
  return corrupt(position, `the block ${fault.problem} (byte ${fault.offset} of the block)`);
}
