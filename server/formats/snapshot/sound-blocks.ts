// Finds the parts of a damaged or cut snapshot that are still whole: its header, its seal, and each block that passes every
// check, wherever in the file they stand. A block needs no other: its prefix says its lengths and its CRC-32, and the rules
// judge its records. So whatever lies between two sound blocks can be skipped.

import type { FileHandle } from "node:fs/promises";
import { readSpan, type Span } from "../../platform/files/read-span.js";
import { release } from "../../platform/native-memory.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import { type BlockPrefix, decodeBlockPrefix, frameProblem, prefixProblem } from "./block.js";
import { isUndoFile } from "./faults.js";
import { decodeHeader, decodeSeal, type SnapshotHeader, type SnapshotSeal } from "./header.js";
import {
  BLOCK_MAGIC,
  FRAME_HEAD_BYTES,
  HEADER_MAGIC,
  JSON_MAX_BYTES,
  PREFIX_BYTES,
  SEAL_MAGIC,
} from "./layout.js";
import { areChanges } from "./undo-change.js";
import { UnpackFault, unpackBlock } from "./unpack.js";
import { BLOCKS_IN_FLIGHT, readyForBlocks } from "./zstd.js";

export interface SoundBlock extends Span {
  prefix: BlockPrefix;
  firstKey: Uint8Array;
  lastKey: Uint8Array;
}

export interface SoundParts {
  database: DatabaseKind | undefined;
  header: (Span & { header: SnapshotHeader; bytes: Buffer }) | undefined;
  seal: (Span & { seal: SnapshotSeal; bytes: Buffer }) | undefined;
  /** The blocks as they stand in the file. */
  blocks: SoundBlock[];
}

export interface SearchOptions {
  /** Told of bytes that have been looked at. */
  onProgress?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Looks through a whole file. @throws NodeJS.ErrnoException where it can't be read */
export async function findSoundParts(
  file: FileHandle,
  options: SearchOptions = {},
): Promise<SoundParts> {
  readyForBlocks();
  return await new Search(file, (await file.stat()).size, options).run();
}

/** How much is searched at once for the next frame. */
const SEARCH_BYTES = 1 << 20;
/** The bytes that the heads of all three frames have in common, from their second byte on. */
const MAGIC_TAIL = Buffer.from([0x2a, 0x4d, 0x18]);

class Search {
  #database: DatabaseKind | undefined;
  #header: SoundParts["header"];
  #seal: SoundParts["seal"];
  /** Blocks in the order of the file. Each resolves once its records have been judged. */
  readonly #blocks: Promise<SoundBlock | undefined>[] = [];

  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
    private readonly options: SearchOptions,
  ) {}

  async run(): Promise<SoundParts> {
    let at = 0;
    while (at < this.size) {
      this.options.signal?.throwIfAborted();
      at = (await this.#frameAt(at)) ?? (await this.#nextMagic(at + 1));
      this.options.onProgress?.(at);
    }
    const blocks = (await Promise.all(this.#blocks)).filter((block) => block !== undefined);
    return {
      database: this.#database,
      header: this.#header,
      seal: this.#seal,
      blocks,
    };
  }

  /** Takes the frame that begins here. @returns where it ends; undefined if no whole frame begins here */
  async #frameAt(start: number): Promise<number | undefined> {
    const head = await this.#read(start, FRAME_HEAD_BYTES);
    if (head.byteLength < FRAME_HEAD_BYTES) return undefined;
    const magic = head.readUInt32LE(0);
    const length = head.readUInt32LE(4);
    const end = start + FRAME_HEAD_BYTES + length;
    if (magic === BLOCK_MAGIC)
      return length === PREFIX_BYTES ? this.#blockAt(start, end) : undefined;
    if ((magic !== HEADER_MAGIC && magic !== SEAL_MAGIC) || length > JSON_MAX_BYTES)
      return undefined;
    const bytes = await this.#read(start, end - start);
    if (bytes.byteLength < end - start) return undefined;
    const payload = bytes.subarray(FRAME_HEAD_BYTES);
    if (magic === HEADER_MAGIC) {
      const read = decodeHeader(payload);
      // the blocks of an undo file hold changes, not records
      if ("undo" in read) throw isUndoFile(read.undo);
      if (!("header" in read)) return undefined;
      this.#header ??= { start, end, header: read.header, bytes };
      this.#database ??= read.header.database;
      return end;
    }
    const seal = decodeSeal(payload);
    // the last of two seals counts: a file that was written over a longer one keeps that one's seal at its end
    if (seal) this.#seal = { start, end, seal, bytes };
    return seal && end;
  }

  async #blockAt(start: number, frameStart: number): Promise<number | undefined> {
    const payload = await this.#read(start + FRAME_HEAD_BYTES, PREFIX_BYTES);
    if (payload.byteLength < PREFIX_BYTES) return undefined;
    const prefix = decodeBlockPrefix(payload);
    if (prefixProblem(prefix)) return undefined;
    const end = frameStart + prefix.compressedLength;
    const frame = await this.#read(frameStart, end <= this.size ? prefix.compressedLength : 0);
    if (frame.byteLength === 0 || frameProblem(frame, prefix)) return undefined;
    // no fault of a disk gets past the CRC, so the search goes on while the records are judged
    const judged = this.#judged({ start, end, prefix }, frame);
    judged.catch(() => {}); // awaited later; until then it is not unhandled
    this.#blocks.push(judged);
    if (this.#database === undefined) await judged;
    await this.#blocks.at(-BLOCKS_IN_FLIGHT);
    return end;
  }

  async #judged(
    block: Span & { prefix: BlockPrefix },
    frame: Buffer,
  ): Promise<SoundBlock | undefined> {
    for (const kind of this.#database ? [this.#database] : DATABASE_KINDS) {
      const isUnsure = kind === "config" && !this.#header;
      const summary = await summaryOf(frame, block.prefix, { database: kind, isUnsure });
      if (summary?.records !== block.prefix.entries) continue;
      this.#database ??= kind;
      return { ...block, firstKey: summary.firstKey, lastKey: summary.lastKey };
    }
    return undefined;
  }

  /** Finds the place where the next frame may begin; the end of the file if none does. */
  async #nextMagic(from: number): Promise<number> {
    for (let at = from; at < this.size; at += SEARCH_BYTES) {
      this.options.signal?.throwIfAborted();
      const bytes = await this.#read(at, SEARCH_BYTES + MAGIC_TAIL.byteLength);
      let found = bytes.indexOf(MAGIC_TAIL, 1);
      for (; found > 0; found = bytes.indexOf(MAGIC_TAIL, found + 1)) {
        const kind = (bytes[found - 1] as number) | 0x184d2a00;
        if (kind === HEADER_MAGIC || kind === BLOCK_MAGIC || kind === SEAL_MAGIC)
          return at + found - 1;
      }
    }
    return this.size;
  }

  #read(start: number, length: number): Promise<Buffer> {
    return readSpan(this.file, { start, end: start + length });
  }
}

/** @param as `isUnsure` says that the block may be from an undo file, whose changes pass for scripts, which may be any bytes */
async function summaryOf(
  frame: Buffer,
  prefix: BlockPrefix,
  { database, isUnsure }: { database: DatabaseKind; isUnsure: boolean },
) {
  try {
    const { summary, raw } = await unpackBlock({
      frame,
      rawLength: prefix.rawLength,
      database,
      keep: isUnsure,
      checkRecords: true,
      inspect: true,
      isFirst: false,
    });
    if (!raw) return summary;
    const isOfUndo = areChanges(raw);
    release(raw);
    return isOfUndo ? undefined : summary;
  } catch (error) {
    if (error instanceof UnpackFault) return undefined;
    throw error;
  }
}
