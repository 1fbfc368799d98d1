// Cuts the records of a walk into blocks. A block ends before it is too large, and where a segment ends. The last segment of a
// stream, which its records don't end yet, is cut into pieces: see records/cut.ts.

import { BlockBuilder, eachRecord } from "../../../formats/snapshot/badger.js";
import { BLOCK_TARGET_BYTES, RECORD_OVERHEAD_BYTES } from "../../../formats/snapshot/layout.js";
import { recordChecksum } from "../../../platform/checksum/checksum.js";
import { release } from "../../../platform/native-memory.js";
import { PieceCutter, SegmentCutter } from "../../../records/cut.js";
import type { WalkedBlock } from "./walk-check.js";
import type { OnWalked } from "./walked-table.js";

export interface CutBlock extends WalkedBlock {
  endsSegment: boolean;
  /** See RawBlock. */
  goesOn: boolean;
}

export class CutBlocks {
  /** Finished blocks that wait to be taken. */
  readonly full: CutBlock[] = [];
  /** Blocks of the segment that is being filled. */
  #unended: WalkedBlock[] = [];
  #block: BlockBuilder;
  #checksums: number[] = [];
  readonly #cutter = new SegmentCutter();

  /** @param isSealed whether records carry checksums; without them, the same records are cut the same way */
  constructor(
    private readonly newBlock: () => BlockBuilder,
    private readonly isSealed: boolean,
  ) {
    this.#block = newBlock();
  }

  readonly add: OnWalked = (key, keyStart, keyEnd, value, valueLength, checksum) => {
    const keyLength = keyEnd - keyStart;
    if (this.#cutter.endsBefore(key, keyStart, keyEnd)) this.#endInPieces(true);
    else if (!this.#block.isEmpty && !this.#block.fits(keyLength, valueLength)) this.#endBlock();
    this.#block.addParts(key, keyStart, keyEnd, value, valueLength);
    this.#checksums.push(checksum);
    const hash = this.isSealed
      ? checksum
      : recordChecksum(key.subarray(keyStart, keyEnd), value.subarray(0, valueLength));
    if (this.#cutter.endsAfter(keyLength + valueLength, hash)) this.#endSegment();
  };

  /**
   * Ends the last block. Call it after the last record.
   * @param next the key after those of the walk; undefined where there is none
   */
  end(next: Uint8Array | undefined): void {
    if (next === undefined) this.#endInPieces(false);
    else if (this.#cutter.endsBefore(next, 0, next.byteLength)) this.#endInPieces(true);
    else {
      this.#endBlock();
      for (const one of this.#unended.splice(0))
        this.full.push({ ...one, endsSegment: false, goesOn: false });
    }
  }

  #endBlock(): void {
    if (this.#block.isEmpty) return;
    this.#unended.push({ block: this.#block, checksums: this.#checksums });
    this.#block = this.newBlock();
    this.#checksums = [];
  }

  #endSegment(): void {
    this.#endBlock();
    this.#finish(this.#unended.splice(0), { endsSegment: true, goesOn: false });
  }

  /** @param endsSegment whether the last piece ends the segment; not needed at the end of a walk */
  #endInPieces(endsSegment: boolean): void {
    this.#endBlock();
    const pieces = piecesOf(this.#unended.splice(0), this.isSealed);
    for (const [index, blocks] of pieces.entries()) {
      const goesOn = index < pieces.length - 1;
      this.#finish(blocks, { endsSegment: goesOn || endsSegment, goesOn });
    }
  }

  #finish(blocks: readonly WalkedBlock[], how: Pick<CutBlock, "endsSegment" | "goesOn">): void {
    for (const [index, one] of blocks.entries()) {
      const isLast = index === blocks.length - 1;
      this.full.push({ ...one, ...(isLast ? how : { endsSegment: false, goesOn: false }) });
    }
  }
}

/** The blocks of each piece, as a walk would make them from a segment with the same records. */
function piecesOf(whole: WalkedBlock[], isSealed: boolean): WalkedBlock[][] {
  const sizes = pieceSizes(whole, isSealed);
  if (sizes.length <= 1) return whole.length > 0 ? [whole] : [];
  const pieces: WalkedBlock[][] = [];
  let [left, room] = [0, 0];
  let filling: { block: BlockBuilder; checksums: number[] } | undefined;
  const begin = () => {
    const block = new BlockBuilder(new ArrayBuffer(Math.min(room, BLOCK_TARGET_BYTES)));
    filling = { block, checksums: [] };
    pieces.at(-1)?.push(filling);
    return filling;
  };
  for (const { block, checksums } of whole) {
    const bytes = block.finish();
    let at = 0;
    eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) => {
      if (left === 0) {
        ({ records: left, room } = sizes[pieces.length] as PieceSize);
        pieces.push([]);
        filling = undefined;
      }
      const [key, value] = [bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd)];
      let to = filling ?? begin();
      if (!to.block.isEmpty && !to.block.fits(key.byteLength, value.byteLength)) to = begin();
      to.block.add(key, value);
      to.checksums.push(checksums[at++] as number);
      left--;
    });
    release(bytes);
  }
  return pieces;
}

interface PieceSize {
  records: number;
  /** The most bytes that they take in a block. */
  room: number;
}

function pieceSizes(whole: readonly WalkedBlock[], isSealed: boolean): PieceSize[] {
  const sizes: PieceSize[] = [];
  const cutter = new PieceCutter();
  let size: PieceSize | undefined;
  for (const { block, checksums } of whole) {
    const bytes = block.finish();
    let at = 0;
    eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) => {
      if (!size) {
        size = { records: 0, room: HEAD_BYTES };
        sizes.push(size);
      }
      const length = keyEnd - keyStart + valueEnd - valueStart;
      size.records++;
      size.room += length + RECORD_OVERHEAD_BYTES;
      const checksum = checksums[at++] as number;
      const hash = isSealed
        ? checksum
        : recordChecksum(bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd));
      if (cutter.endsAfter(length, hash)) size = undefined;
    });
  }
  return sizes;
}

/** A block begins with its length. */
const HEAD_BYTES = 8;
