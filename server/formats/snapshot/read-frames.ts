// Reads the frames of a snapshot file in their order, and checks all of them but the contents of blocks: lengths, CRC-32, and
// at the seal the counts and the SHA-256.

import { createHash } from "node:crypto";
import { FlowgError } from "../../platform/errors.js";
import { type BlockPrefix, decodeBlockPrefix, frameProblem, prefixProblem } from "./block.js";
import type { ByteSource } from "./byte-source.js";
import { corrupt, type Position, truncated, unsupported } from "./faults.js";
import { beginsWithObject, decodeHeader, decodeSeal, type SnapshotSeal } from "./header.js";
import {
  BLOCK_MAGIC,
  FRAME_HEAD_BYTES,
  HEADER_MAGIC,
  JSON_MAX_BYTES,
  PREFIX_BYTES,
  SEAL_MAGIC,
} from "./layout.js";
import { sealAtEnd } from "./peek.js";

/** A block whose prefix was read. Its zstd frame comes next. */
export interface BlockAhead {
  prefix: BlockPrefix;
  position: Position;
}

export interface SealFound {
  seal: SnapshotSeal;
  sealAt: Position;
}

export class SnapshotFrames {
  readonly #hash = createHash("sha256");
  /** The hash of the whole file, the seal included. */
  #wholeHash = this.#hash;
  #block = 0;
  #entries = 0;
  #rawBytes = 0;

  constructor(private readonly source: ByteSource) {}

  /** How many blocks have begun. */
  get blocks(): number {
    return this.#block;
  }

  /** The number of bytes read so far. */
  get offset(): number {
    return this.source.offset;
  }

  get #position(): Position {
    return { offset: this.source.offset, block: this.#block };
  }

  /** SHA-256, lower-case hex, of the whole file. Call it once, after the seal. */
  fileSha256(): string {
    return this.#wholeHash.digest("hex");
  }

  /**
   * Reads the header.
   * @throws SNAPSHOT_TRUNCATED, SNAPSHOT_CORRUPT, SNAPSHOT_UNSUPPORTED
   */
  async header() {
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
      await this.demandSound();
      throw unsupported(read.unsupported);
    }
    return read;
  }

  /** Reads the next frame: a block's prefix, checked, or the seal. */
  async next(): Promise<BlockAhead | SealFound> {
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

  /** Reads and checks the zstd frame after a block's prefix. */
  async frame(block: BlockAhead): Promise<Buffer> {
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

  /** Compares the seal with the blocks that were read. @throws SNAPSHOT_CORRUPT */
  demandSealed({ seal, sealAt }: SealFound): void {
    const problem = this.#sealProblem(seal);
    if (problem) throw corrupt(sealAt, problem);
  }

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

  /** Demands that nothing follows the seal. */
  async demandEnd(): Promise<void> {
    const end = this.#position;
    const more = await this.source.peek(1);
    if (more.byteLength > 0) throw corrupt(end, "there are bytes after the seal");
  }

  /** Finds out whether a header that asks for another reader was written so, or is damaged. */
  async demandSound(): Promise<void> {
    let next: BlockAhead | SealFound;
    try {
      do {
        next = await this.next();
        if ("prefix" in next) await this.frame(next);
      } while ("prefix" in next);
    } catch (error) {
      if (error instanceof FlowgError) return; // a later version's layout may differ, so nothing can be said
      throw error;
    }
    this.demandSealed(next);
  }
}
