// Writes a snapshot: the header, blocks as they come, the seal. It knows streams, not paths.

import { createHash } from "node:crypto";
import { release } from "../../platform/native-memory.js";
import type { RawBlock } from "../../records/raw-block.js";
import { encodeBlockPrefix } from "./block.js";
import {
  encodeHeader,
  encodeSeal,
  type SealedFile,
  type SegmentHeader,
  type SnapshotHeader,
  type SnapshotSeal,
  type UndoHeader,
} from "./header.js";
import { BLOCKS_IN_FLIGHT, BYTES_IN_FLIGHT, type PackedBlock, packBlock } from "./zstd.js";

export interface WriteOptions {
  header: SnapshotHeader | SegmentHeader | UndoHeader;
  blocks: AsyncIterable<RawBlock>;
  /** Takes back the memory of each block that has been compressed, in order. */
  recycle?: ((memory: ArrayBuffer) => void) | undefined;
  /** Says how many damaged records are not in the blocks. Called after the last block. */
  leftOut?: (() => number) | undefined;
  /** Told the number of records of each block that is about to be given out. */
  onBlock?: ((records: number) => void) | undefined;
  /** Whether it is read soon and then removed, so that time counts more than space. */
  isPassing?: boolean | undefined;
  /** Whether the caller keeps the pieces, and releases their memory. */
  keepsPieces?: boolean | undefined;
}

interface Packing extends RawBlock {
  rawLength: number;
  packed: Promise<PackedBlock>;
}

/**
 * Gives the bytes of a snapshot, and returns its seal. The zstd thread compresses blocks while the source makes the next ones.
 * If the source fails, so does this, and the bytes so far have no seal, so they aren't a snapshot. Each piece lasts only until
 * the next one is asked for, unless the caller keeps them.
 */
export async function* writeSnapshot(
  options: WriteOptions,
): AsyncGenerator<Uint8Array, SealedFile, undefined> {
  const hash = createHash("sha256");
  const sealed = emptySeal();
  const header = encodeHeader(options.header);
  hash.update(header);
  yield header;
  for await (const { records, rawLength, packed } of packAhead(options)) {
    const { frame } = await packed;
    const piece = joined(encodeBlockPrefix(frame, rawLength, records), frame);
    release(frame);
    hash.update(piece);
    sealed.entries += records;
    sealed.blocks++;
    sealed.rawBytes += rawLength;
    options.onBlock?.(records);
    yield piece;
    if (!options.keepsPieces) release(piece);
  }
  const whole = hash.copy();
  sealed.sha256 = hash.digest("hex");
  const leftOut = options.leftOut?.() ?? 0;
  if (leftOut > 0) sealed.leftOut = leftOut;
  const seal = encodeSeal(sealed);
  const fileSha256 = whole.update(seal).digest("hex");
  yield seal;
  return { ...sealed, fileSha256 };
}

/**
 * Writes a snapshot piece by piece, and closes its source where that fails half-way.
 * @param write takes a piece, which lasts only until it returns, unless the caller keeps the pieces
 * @returns its seal
 */
export async function writeSnapshotTo(
  write: (piece: Uint8Array) => Promise<void>,
  options: WriteOptions,
): Promise<SealedFile> {
  const writing = writeSnapshot(options);
  try {
    for (;;) {
      const next = await writing.next();
      if (next.done) return next.value;
      await write(next.value);
    }
  } finally {
    await writing.return({ ...emptySeal(), fileSha256: "" });
  }
}

const emptySeal = (): SnapshotSeal => ({ entries: 0, blocks: 0, rawBytes: 0, sha256: "" });

/** Joins both into one piece, because each piece is written and sent by itself. Its memory is its own and can be released. */
function joined(prefix: Uint8Array, frame: Uint8Array): Uint8Array {
  const piece = Buffer.allocUnsafeSlow(prefix.byteLength + frame.byteLength);
  piece.set(prefix);
  piece.set(frame, prefix.byteLength);
  return piece;
}

/** Keeps a few blocks, or one large block, in the zstd thread, and gives them out in order. */
async function* packAhead({
  blocks,
  recycle,
  isPassing,
}: Pick<WriteOptions, "blocks" | "recycle" | "isPassing">): AsyncGenerator<Packing> {
  const ahead: Packing[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    const rawLength = block.bytes.byteLength;
    const packed = packBlock(block.bytes, isPassing);
    // recycled at once, not when it is written: the source may wait for this before it gives the next block
    packed.then(
      ({ raw }) => recycle?.(raw.buffer as ArrayBuffer),
      () => {}, // a later await reports it; until then it is not unhandled
    );
    ahead.push({ ...block, rawLength, packed });
    bytes += rawLength;
    while (ahead.length >= BLOCKS_IN_FLIGHT || (bytes > BYTES_IN_FLIGHT && ahead.length > 0)) {
      const first = ahead.shift() as Packing;
      bytes -= first.rawLength;
      yield first;
    }
  }
  yield* ahead;
}
