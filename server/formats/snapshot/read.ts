// Reads a snapshot. This is the one mechanism behind verify, inspect, dry run and restore, which differ only in what they do
// with the blocks. It knows streams, not paths. It checks everything in file order: lengths and CRC before a block is
// decompressed, its records after that (unless the file was read before), counts and SHA-256 at the seal, and that nothing
// follows.

import { createHash } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { type BlockPrefix, decodeBlockPrefix, frameProblem, prefixProblem } from "./block.js";
import { ByteSource } from "./byte-source.js";
import {
  corrupt,
  isSegment,
  isUndoFile,
  noSegment,
  noUndoFile,
  type Position,
  truncated,
  unsupported,
  wrongDatabase,
} from "./faults.js";
import type { SnapshotHeader, SnapshotSeal, UndoHeader } from "./header.js";
import { beginsWithObject, decodeHeader, decodeSeal } from "./header.js";
import {
  BLOCK_MAGIC,
  FRAME_HEAD_BYTES,
  HEADER_MAGIC,
  JSON_MAX_BYTES,
  PREFIX_BYTES,
  SEAL_MAGIC,
} from "./layout.js";
import { sealAtEnd } from "./peek.js";
import type { BlockSummary } from "./summarize.js";
import { type UnpackedBlock, UnpackFault, unpackBlock } from "./unpack.js";
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
    return await read(new Reading(bytes, options));
  } finally {
    await bytes.close();
  }
}

/** A block on its way through the threads. */
interface Pending {
  position: Position;
  prefix: BlockPrefix;
  unpacked: Promise<UnpackedBlock>;
  /** File offset after it. */
  end: number;
}

class Reading {
  readonly #hash = createHash("sha256");
  readonly #pending: Pending[] = [];
  /** The bytes of these blocks once they are expanded. */
  #pendingBytes = 0;
  #block = 0;
  #entries = 0;
  #rawBytes = 0;
  #doneEntries = 0;
  #lastKey: Uint8Array = new Uint8Array(0);
  /** The hash of the whole file, the seal included. */
  #wholeHash = this.#hash;

  constructor(
    private readonly source: ByteSource,
    private readonly options: ReadOptions,
  ) {}

  async snapshot(): Promise<ReadResult> {
    const found = await this.#header();
    if ("segment" in found) {
      await this.#soundOrThrow();
      throw isSegment(found.segment.database);
    }
    if ("undo" in found) {
      await this.#soundOrThrow();
      throw isUndoFile(found.undo);
    }
    const { header, raw } = found;
    this.#demandExpected(header.database);
    this.options.onHeader?.(header);
    const seal = await this.#rest(header.database);
    const fileSha256 = this.#wholeHash.digest("hex");
    return { header, rawHeader: raw, seal, fileSha256, bytes: this.source.offset };
  }

  async segment(): Promise<Pick<ReadResult, "seal" | "bytes">> {
    const found = await this.#header();
    if ("undo" in found) throw isUndoFile(found.undo);
    if (!("segment" in found)) throw noSegment(found.header.database);
    const { database } = found.segment;
    this.#demandExpected(database);
    return { seal: await this.#rest(database), bytes: this.source.offset };
  }

  async undo(): Promise<{ header: UndoHeader; seal: SnapshotSeal; bytes: number }> {
    const found = await this.#header();
    if (!("undo" in found)) throw noUndoFile();
    const { undo: header } = found;
    this.#demandExpected(header.database);
    return { header, seal: await this.#rest(header.database), bytes: this.source.offset };
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

  get #position(): Position {
    return { offset: this.source.offset, block: this.#block };
  }

  async #header() {
    const start = this.#position;
    const head = await this.source.take(FRAME_HEAD_BYTES);
    if (head.byteLength < FRAME_HEAD_BYTES) throw truncated(this.#position, "inside its header");
    if (head.readUInt32LE(0) !== HEADER_MAGIC) throw corrupt(start, "its first bytes are wrong");
    const length = head.readUInt32LE(4);
    if (length > JSON_MAX_BYTES) throw corrupt(start, `its header claims ${length} bytes`);
    const payload = await this.source.take(length);
    if (payload.byteLength < length) {
      // the header is there as a whole, so its length is wrong
      if (beginsWithObject(payload)) throw corrupt(start, `its header claims ${length} bytes`);
      throw truncated(this.#position, "inside its header");
    }
    this.#hash.update(head).update(payload);
    const read = decodeHeader(payload);
    if ("damage" in read) throw corrupt(start, `its header ${read.damage}`);
    if ("unsupported" in read) {
      await this.#soundOrThrow();
      throw unsupported(read.unsupported);
    }
    return read;
  }

  async #blocks(database: DatabaseKind): Promise<SnapshotSeal> {
    for (;;) {
      this.#stopIfAborted();
      const next = await this.readNext();
      if ("seal" in next) {
        await this.#drain(0);
        const problem = this.#sealProblem(next.seal);
        if (problem) throw corrupt(next.sealAt, problem);
        await this.#checkEnd();
        return next.seal;
      }
      const { rawLength } = next.prefix;
      this.options.onPrefix?.(next.prefix);
      await this.#drain(BLOCKS_IN_FLIGHT - 1, BYTES_IN_FLIGHT - rawLength);
      const frame = await this.#frame(next);
      const unpacked = this.#unpacked({ frame, rawLength, database });
      unpacked.catch(() => {}); // awaited in #drain; until then it is not unhandled
      this.#pending.push({ ...next, unpacked, end: this.source.offset });
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
      isFirst: this.#block === 1,
    });
  }

  /** The next frame: a block's prefix, checked, or the seal. */
  private async readNext(): Promise<
    { prefix: BlockPrefix; position: Position } | { seal: SnapshotSeal; sealAt: Position }
  > {
    const start = this.#position;
    const head = await this.source.take(FRAME_HEAD_BYTES);
    if (head.byteLength < FRAME_HEAD_BYTES) {
      throw truncated(this.#position, head.byteLength === 0 ? "before its seal" : "inside a frame");
    }
    const magic = head.readUInt32LE(0);
    const length = head.readUInt32LE(4);
    if (magic === SEAL_MAGIC) return { seal: await this.#seal(start, head), sealAt: start };
    if (magic !== BLOCK_MAGIC) throw corrupt(start, "neither a block nor the seal begins here");
    this.#block++;
    const position = { offset: start.offset, block: this.#block };
    if (length !== PREFIX_BYTES)
      throw corrupt(position, `the block's prefix claims ${length} bytes`);
    const payload = await this.source.take(length);
    if (payload.byteLength < length) throw truncated(this.#position, "inside a block's prefix");
    this.#hash.update(head).update(payload);
    const prefix = decodeBlockPrefix(payload);
    const problem = prefixProblem(prefix);
    if (problem) throw corrupt(position, `the block ${problem}`);
    this.#entries += prefix.entries;
    this.#rawBytes += prefix.rawLength;
    return { prefix, position };
  }

  async #frame(block: { prefix: BlockPrefix; position: Position }): Promise<Buffer> {
    const frame = await this.source.take(block.prefix.compressedLength);
    if (frame.byteLength < block.prefix.compressedLength) {
      // the file may be whole and the length wrong: then the seal stands at the end of these bytes
      if (sealAtEnd(frame)) throw corrupt(block.position, "the block's length is wrong");
      throw truncated(this.#position, `inside block ${block.position.block}`);
    }
    const problem = frameProblem(frame, block.prefix);
    if (problem) throw corrupt(block.position, `the block's zstd frame ${problem}`);
    this.#hash.update(frame);
    return frame;
  }

  async #seal(start: Position, head: Buffer): Promise<SnapshotSeal> {
    const length = head.readUInt32LE(4);
    if (length > JSON_MAX_BYTES) throw corrupt(start, `the seal claims ${length} bytes`);
    const payload = await this.source.take(length);
    if (payload.byteLength < length) {
      if (beginsWithObject(payload)) throw corrupt(start, `the seal claims ${length} bytes`);
      throw truncated(this.#position, "inside its seal");
    }
    const seal = decodeSeal(payload);
    if (!seal) throw corrupt(start, "the seal can't be read");
    this.#wholeHash = this.#hash.copy().update(head).update(payload);
    return seal;
  }

  /** Compares the seal with the blocks that were read. */
  #sealProblem(seal: SnapshotSeal): string | undefined {
    const counted = { entries: this.#entries, blocks: this.#block, rawBytes: this.#rawBytes };
    for (const name of ["entries", "blocks", "rawBytes"] as const) {
      if (seal[name] !== counted[name]) {
        return `the seal says ${seal[name]} ${name}, there are ${counted[name]}`;
      }
    }
    const sound = this.#hash.digest("hex") === seal.sha256;
    return sound ? undefined : "the file's SHA-256 is not the one in its seal";
  }

  async #checkEnd(): Promise<void> {
    const end = this.#position;
    const more = await this.source.peek(1);
    if (more.byteLength > 0) throw corrupt(end, "there are bytes after the seal");
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

  #stopIfAborted(): void {
    if (this.options.signal?.aborted) throw new FlowgError("CANCELLED", "reading was stopped");
  }

  async #handOn(block: Pending): Promise<void> {
    this.#stopIfAborted();
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

  /** Finds out whether a header that asks for another reader was written so, or is damaged. */
  async #soundOrThrow(): Promise<void> {
    let next: Awaited<ReturnType<Reading["readNext"]>>;
    try {
      do {
        next = await this.readNext();
        if ("prefix" in next) await this.#frame(next);
      } while ("prefix" in next);
    } catch (error) {
      if (error instanceof FlowgError) return; // a later version's layout may differ, so nothing can be said
      throw error;
    }
    const problem = this.#sealProblem(next.seal);
    if (problem) throw corrupt(next.sealAt, problem);
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
  const where = fault.is === "damaged" ? ` (byte ${fault.offset} of the block)` : "";
  return corrupt(position, `the block ${fault.problem}${where}`);
}
