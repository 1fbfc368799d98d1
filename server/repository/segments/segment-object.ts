// A segment as an object: a snapshot file of a range of records. Its name follows from the records.

import { createHash } from "node:crypto";
import { keySpan } from "../../formats/snapshot/badger.js";
import { segmentHeader } from "../../formats/snapshot/header.js";
import { writeSnapshotTo } from "../../formats/snapshot/write.js";
import { release } from "../../platform/native-memory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import type { SegmentEntry } from "../manifest.js";

/** What is true of a segment in any repository. */
export type SegmentFacts = Omit<
  SegmentEntry,
  "name" | "blocks" | "bytes" | "storedBytes" | "storedSha256"
>;

/** The raw blocks of one segment. */
export class SegmentRecords {
  readonly #hash = createHash("sha256");
  readonly #blocks: RawBlock[] = [];
  #first: string | undefined;
  #last = "";
  #records = 0;
  #rawBytes = 0;
  #checksums: number | undefined = 0;
  #goesOn = false;

  /** @param recycle takes back the memory of each block that is done with */
  constructor(
    readonly database: DatabaseKind,
    private readonly recycle: (memory: ArrayBuffer) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get rawBytes(): number {
    return this.#rawBytes;
  }

  /** Takes a block, and its memory. */
  add({ bytes, records, checksums, goesOn = false }: RawBlock): void {
    const { first, last } = keySpan(bytes);
    this.#hash.update(bytes);
    this.#blocks.push({ bytes, records });
    this.#first ??= text(first);
    this.#last = text(last);
    this.#goesOn = goesOn;
    this.#records += records;
    this.#rawBytes += bytes.byteLength;
    this.#checksums =
      this.#checksums === undefined || checksums === undefined
        ? undefined
        : (this.#checksums + checksums) >>> 0;
  }

  /** Call it once, after the last block. */
  facts(): SegmentFacts {
    return {
      contentSha256: this.#hash.digest("hex"),
      firstKey: this.#first ?? "",
      lastKey: this.#last,
      entries: this.#records,
      rawBytes: this.#rawBytes,
      ...(this.#checksums === undefined ? {} : { checksums: this.#checksums }),
      ...(this.#goesOn && { goesOn: true }),
    };
  }

  /** Frees the records, which aren't needed. */
  drop(): void {
    for (const { bytes } of this.#blocks.splice(0)) this.recycle(bytes.buffer as ArrayBuffer);
  }

  /** The object before encryption. The records are freed by then. */
  async pack(): Promise<PackedSegment> {
    const pieces: Uint8Array[] = [];
    const blocks = this.#blocks.splice(0);
    const seal = await writeSnapshotTo(async (piece) => void pieces.push(piece), {
      header: segmentHeader(this.database),
      blocks: (async function* () {
        yield* blocks;
      })(),
      recycle: this.recycle,
      keepsPieces: true,
    });
    const plain = Buffer.concat(pieces);
    const packed = pieces.slice(1, -1);
    const bytes = packed.reduce((sum, { byteLength }) => sum + byteLength, 0);
    // freed at once: the garbage collector would look through everything first
    release(...packed);
    return { plain, bytes, blocks: seal.blocks };
  }
}

export interface PackedSegment {
  /** The whole snapshot file. */
  plain: Buffer;
  /** Bytes of its blocks, prefixes included. */
  bytes: number;
  blocks: number;
}

const text = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString();

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
