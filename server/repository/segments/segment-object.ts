// A segment as an object: a snapshot file of a range of records, whose name follows from the records.

import { createHash } from "node:crypto";
import { keySpan } from "../../formats/snapshot/badger.js";
import { segmentHeader } from "../../formats/snapshot/header.js";
import { writeSnapshotTo } from "../../formats/snapshot/write.js";
import { release } from "../../platform/native-memory.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import type { SegmentEntry } from "../manifest.js";

/** What a segment is, whichever repository it goes to. */
export type SegmentFacts = Omit<
  SegmentEntry,
  "name" | "blocks" | "bytes" | "storedBytes" | "storedSha256"
>;

/** Raw blocks of one segment, in memory of its own. */
export class SegmentRecords {
  readonly #hash = createHash("sha256");
  readonly #blocks: RawBlock[] = [];
  #first: string | undefined;
  #last = "";
  #records = 0;
  #rawBytes = 0;
  #checksums: number | undefined = 0;

  constructor(readonly database: DatabaseKind) {}

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get rawBytes(): number {
    return this.#rawBytes;
  }

  /** Copies a block: its own memory can be used again at once. */
  add({ bytes, records, checksums }: RawBlock): void {
    const copy = new Uint8Array(bytes);
    const { first, last } = keySpan(copy);
    this.#hash.update(copy);
    this.#blocks.push({ bytes: copy, records });
    this.#first ??= text(first);
    this.#last = text(last);
    this.#records += records;
    this.#rawBytes += copy.byteLength;
    this.#checksums =
      this.#checksums === undefined || checksums === undefined
        ? undefined
        : (this.#checksums + checksums) >>> 0;
  }

  /** To be asked once, after the last block. */
  facts(): SegmentFacts {
    return {
      contentSha256: this.#hash.digest("hex"),
      firstKey: this.#first ?? "",
      lastKey: this.#last,
      entries: this.#records,
      rawBytes: this.#rawBytes,
      ...(this.#checksums === undefined ? {} : { checksums: this.#checksums }),
    };
  }

  /** Lets go of the records, which nobody needs. */
  drop(): void {
    for (const { bytes } of this.#blocks.splice(0)) release(bytes);
  }

  /** The object before it is encrypted. The records are gone then. */
  async pack(): Promise<PackedSegment> {
    const pieces: Buffer[] = [];
    const blocks = this.#blocks.splice(0);
    const seal = await writeSnapshotTo(
      // a piece is only there until the next is asked for
      async (piece) => void pieces.push(Buffer.from(piece)),
      {
        header: segmentHeader(this.database),
        blocks: (async function* () {
          yield* blocks;
        })(),
        recycle: (memory) => release(new Uint8Array(memory)),
      },
    );
    const ends = (pieces[0]?.byteLength ?? 0) + (pieces.at(-1)?.byteLength ?? 0);
    const plain = Buffer.concat(pieces);
    return { plain, bytes: plain.byteLength - ends, blocks: seal.blocks };
  }
}

export interface PackedSegment {
  /** A snapshot file. */
  plain: Buffer;
  /** Of its blocks, with their prefixes. */
  bytes: number;
  blocks: number;
}

const text = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString();

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
