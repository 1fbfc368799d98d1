// A database as it is after deltas: a source that merges a snapshot's segments with the changes, both sorted by key. Segments
// without a change pass as they are.

import { BlockBuilder } from "../../formats/snapshot/badger.js";
import { encodeBlockPrefix } from "../../formats/snapshot/block.js";
import { tableOf } from "../../formats/snapshot/block-part.js";
import { eachFrame } from "../../formats/snapshot/frames.js";
import { expandFrame, packBlock } from "../../formats/snapshot/zstd.js";
import type { Source } from "../../formats/sources/source.js";
import { FlowgError } from "../../platform/errors.js";
import { isInRange, type KeyRange } from "../../records/keys.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SegmentEntry } from "../manifest.js";
import type { BlocksPiece, RepositorySource } from "../repository-source.js";
import type { Overlay, OverlayRecord } from "./overlay.js";

export interface OverlaidOptions {
  database: DatabaseKind;
  /** The instant of the source. */
  instant: Date;
  /** The ranges of the records that are wanted; all unless given. */
  ranges?: readonly KeyRange[] | undefined;
}

export class OverlaySource implements Source {
  readonly name: string;
  readonly isSnapshot = true;
  /** An estimate: the changes' part is known only once it is read. */
  readonly size: number;

  constructor(
    private readonly base: RepositorySource,
    private readonly overlay: Overlay,
    private readonly options: OverlaidOptions,
  ) {
    this.name = `${base.name} at ${options.instant.toISOString()}`;
    this.size = base.size + Math.ceil(overlay.bytes / COMPRESSION);
  }

  open(): AsyncGenerator<Buffer> {
    return this.base.openWith(this.#pieces(), this.options.instant);
  }

  async *#pieces(): AsyncGenerator<BlocksPiece> {
    const changes = new Ahead(this.#changes());
    for await (const segment of this.base.fetched()) {
      const [firstKey, lastKey] = [segment.entry.firstKey, segment.entry.lastKey].map((text) =>
        Buffer.from(text),
      ) as [Buffer, Buffer];
      // records that come before the segment's first
      if (changes.isBefore(firstKey)) yield* this.#made(untilKey(changes, firstKey));
      const isTouched = changes.isUpTo(lastKey) || this.overlay.hasGone(firstKey, lastKey);
      if (isTouched) yield* this.#made(this.#withChanges(segment, changes));
      else yield segment;
    }
    yield* this.#made(untilKey(changes, undefined));
  }

  *#changes(): Generator<OverlayRecord> {
    const { ranges } = this.options;
    for (const record of this.overlay.records())
      if (!ranges || ranges.some((range) => isInRange(record.key, range))) yield record;
  }

  /** The records of a segment with the changes up to its last key. */
  async *#withChanges(
    { blocks, entry }: BlocksPiece & { entry: SegmentEntry },
    changes: Ahead,
  ): AsyncGenerator<OverlayRecord> {
    const { database } = this.options;
    for (const frame of eachFrame(blocks)) {
      const expanded = await expandFrame(frame);
      if (typeof expanded === "string") throw changedSince(this.name, entry, expanded);
      const raw = Buffer.from(
        expanded.raw.buffer,
        expanded.raw.byteOffset,
        expanded.raw.byteLength,
      );
      const table = tableOf(database, raw);
      for (let at = 0; at < table.length; at += 4) {
        const key = raw.subarray(table[at], table[at + 1]);
        while (changes.isBefore(key)) yield changes.take();
        if (changes.isUpTo(key)) yield changes.take();
        else if (!this.overlay.isGone(key))
          yield { key, value: raw.subarray(table[at + 2], table[at + 3]) };
      }
    }
    // a record after the last key belongs to what comes next
  }

  /** Blocks of new records. */
  async *#made(
    records: Iterable<OverlayRecord> | AsyncIterable<OverlayRecord>,
  ): AsyncGenerator<BlocksPiece> {
    let builder = new BlockBuilder();
    for await (const { key, value } of records) {
      if (value === undefined) continue;
      if (!builder.fits(key.length, value.length) && !builder.isEmpty) {
        yield await pieceOf(builder);
        builder = new BlockBuilder();
      }
      builder.add(key, value);
    }
    if (!builder.isEmpty) yield await pieceOf(builder);
  }
}

/** The level at which blocks of logs are compressed, too. */
const COMPRESSION = 6;

async function pieceOf(builder: BlockBuilder): Promise<BlocksPiece> {
  const { entries } = builder;
  const raw = builder.finish();
  const rawBytes = raw.byteLength;
  const { frame } = await packBlock(raw);
  const blocks = Buffer.concat([encodeBlockPrefix(frame, rawBytes, entries), frame]);
  return { blocks, seal: { entries, blocks: 1, rawBytes } };
}

/** The changes in the order of their keys, with a look at the next one. */
class Ahead {
  #next: OverlayRecord | undefined;

  constructor(private readonly records: Generator<OverlayRecord>) {
    this.#step();
  }

  isBefore(key: Buffer): boolean {
    return this.#next !== undefined && Buffer.compare(this.#next.key, key) < 0;
  }

  isUpTo(key: Buffer): boolean {
    return this.#next !== undefined && Buffer.compare(this.#next.key, key) <= 0;
  }

  get isAny(): boolean {
    return this.#next !== undefined;
  }

  take(): OverlayRecord {
    const taken = this.#next as OverlayRecord;
    this.#step();
    return taken;
  }

  #step(): void {
    const next = this.records.next();
    this.#next = next.done ? undefined : next.value;
  }
}

/**
 * The changes before a key.
 * @param key exclusive; all that are left where it is absent
 */
function* untilKey(changes: Ahead, key: Buffer | undefined): Generator<OverlayRecord> {
  while (key ? changes.isBefore(key) : changes.isAny) yield changes.take();
}

const changedSince = (name: string, { name: segment }: SegmentEntry, problem: string): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `${name}: segment ${segment} does not expand: ${problem}`);
