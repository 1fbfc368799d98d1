// A database of a snapshot in a repository as a source: the bytes of a sealed snapshot file, made from its segments on the way.
// So restore, verify, inspect and export read it like a file, with the same checks.

import { createHash } from "node:crypto";
import { segmentBlocks } from "../formats/snapshot/frames.js";
import {
  encodeHeader,
  encodeSeal,
  newHeader,
  type SnapshotHeader,
  type SnapshotSeal,
} from "../formats/snapshot/header.js";
import type { Source } from "../formats/sources/source.js";
import { FlowgError } from "../platform/errors.js";
import { stopIfAborted } from "../platform/stop-if-aborted.js";
import type { KeyRange } from "../records/keys.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { DatabaseManifest, Manifest, SegmentEntry } from "./manifest.js";
import { compareKeys } from "./manifest-sums.js";
import type { Repository } from "./repository.js";
import { lost, readSegment } from "./segments/read-segment.js";
import { segmentPath } from "./segments/segment-path.js";

/** The same snapshot in one of several repositories. */
export interface SnapshotCopy {
  repository: Repository;
  manifest: Manifest;
}

export interface RepositorySourceOptions {
  database: DatabaseKind;
  /** Only the segments that can hold keys of these ranges. */
  ranges?: readonly KeyRange[] | undefined;
  /** Called where another copy gave a segment. */
  onFallback?: ((note: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Blocks as they stand in a snapshot file, and what they hold. */
export interface BlocksPiece {
  blocks: Buffer;
  seal: Pick<SnapshotSeal, "entries" | "blocks" | "rawBytes">;
}

/** How much is fetched ahead. */
const AHEAD = { segments: 6, bytes: 32 * 1024 * 1024 };

export class RepositorySource implements Source {
  readonly name: string;
  readonly isSnapshot = true;
  readonly size: number;
  /** The segments that will be read. */
  readonly segments: readonly SegmentEntry[];
  readonly #header: SnapshotHeader;
  readonly #leftOut: number | undefined;
  /** Which copy each segment was taken from, so that a second reading reads the same bytes. */
  readonly #from = new Map<string, number>();
  readonly #byContent = new Map<Manifest, Map<string, SegmentEntry>>();

  /** @param copies for each segment, the first copy that has it gives it */
  constructor(
    readonly copies: readonly SnapshotCopy[],
    private readonly options: RepositorySourceOptions,
  ) {
    const { database, ranges } = options;
    const [first] = copies as [SnapshotCopy, ...SnapshotCopy[]];
    const { manifest, repository } = first;
    const found = manifest.databases[database];
    if (!found) {
      throw new FlowgError(
        "NOT_FOUND",
        `the snapshot ${manifest.setId} has no ${database} database`,
        { hint: `it has ${Object.keys(manifest.databases).join(" and ")}` },
      );
    }
    this.name = `snapshot ${manifest.setId} in ${repository.place.name}`;
    this.segments = segmentsFor(found, ranges);
    this.#leftOut = found.leftOut;
    this.#header = {
      ...newHeader(database, {
        setId: manifest.setId,
        createdAt: new Date(manifest.createdAt),
        madeAt: found.databaseMadeAt,
      }),
      producer: manifest.producer,
      // a restore takes it only when told, and removes nothing by it
      ...(found.lost === undefined ? {} : { salvaged: { lostEntries: found.lost } }),
    };
    const sums = { entries: 0, blocks: 0, rawBytes: 0, bytes: 0 };
    for (const { entries, blocks, rawBytes, bytes } of this.segments) {
      sums.entries += entries;
      sums.blocks += blocks;
      sums.rawBytes += rawBytes;
      sums.bytes += bytes;
    }
    const { bytes, ...counts } = sums;
    const seal = this.#seal({ ...counts, sha256: "0".repeat(64) });
    this.size = encodeHeader(this.#header).byteLength + bytes + seal.byteLength;
  }

  open(): AsyncGenerator<Buffer> {
    return this.openWith(this.fetched());
  }

  /**
   * Opens the snapshot with these blocks in place of its own.
   * @param instant the instant of the blocks
   */
  async *openWith(pieces: AsyncIterable<BlocksPiece>, instant?: Date): AsyncGenerator<Buffer> {
    const hash = createHash("sha256");
    const counts = { entries: 0, blocks: 0, rawBytes: 0 };
    const createdAt = instant?.toISOString() ?? this.#header.createdAt;
    const header = encodeHeader({ ...this.#header, createdAt });
    hash.update(header);
    yield header;
    for await (const { blocks, seal } of pieces) {
      hash.update(blocks);
      counts.entries += seal.entries;
      counts.blocks += seal.blocks;
      counts.rawBytes += seal.rawBytes;
      yield blocks;
    }
    yield this.#seal({ ...counts, sha256: hash.digest("hex") });
  }

  #seal(facts: SnapshotSeal): Buffer {
    return encodeSeal({ ...facts, ...(this.#leftOut ? { leftOut: this.#leftOut } : {}) });
  }

  /** Yields the segments in order; some of them are fetched before they are asked for. */
  async *fetched(): AsyncGenerator<BlocksPiece & { entry: SegmentEntry }> {
    const ahead: { entry: SegmentEntry; fetched: Promise<Fetched> }[] = [];
    let bytes = 0;
    let begun = 0;
    const fill = () => {
      for (let next = this.segments[begun]; next; next = this.segments[begun]) {
        const isFull =
          ahead.length >= AHEAD.segments || bytes + next.storedBytes + next.bytes > AHEAD.bytes;
        if (isFull && ahead.length > 0) return;
        begun++;
        const fetched = this.#fetch(next);
        fetched.catch(() => {}); // reported when it is this segment's turn
        ahead.push({ entry: next, fetched });
        bytes += next.storedBytes + next.bytes;
      }
    };
    for (fill(); ahead.length > 0; fill()) {
      const { entry, fetched } = ahead.shift() as (typeof ahead)[number];
      const segment = await fetched;
      bytes -= entry.storedBytes + entry.bytes;
      stopIfAborted(this.options.signal, "reading");
      yield { ...segment, entry };
    }
  }

  async #fetch(entry: SegmentEntry): Promise<Fetched> {
    const known = this.#from.get(entry.contentSha256);
    const order = [...this.copies.keys()].sort((a, b) => Number(b === known) - Number(a === known));
    let first: unknown;
    for (const index of order) {
      stopIfAborted(this.options.signal, "reading");
      try {
        const found = await this.#fetchFrom(this.copies[index] as SnapshotCopy, entry);
        if (!found) continue;
        if (first !== undefined) this.#tell(first, index);
        this.#from.set(entry.contentSha256, index);
        return found;
      } catch (error) {
        if (!isLost(error)) throw error;
        first ??= error;
      }
    }
    throw first;
  }

  #tell(error: unknown, index: number): void {
    const { name } = (this.copies[index] as SnapshotCopy).repository.place;
    const { message } = error as FlowgError;
    this.options.onFallback?.(`${message}; it was taken from ${name}`);
  }

  /** @returns undefined where that copy doesn't name it */
  async #fetchFrom(
    { repository, manifest }: SnapshotCopy,
    { contentSha256 }: SegmentEntry,
  ): Promise<Fetched | undefined> {
    const { database, signal } = this.options;
    const entry = this.#entriesOf(manifest).get(contentSha256);
    if (!entry) return undefined;
    const segment = { database, entry };
    const plain = await readSegment(repository, segment, { signal });
    const found = segmentBlocks(plain, database);
    const isRight = found?.seal.entries === entry.entries && found.seal.rawBytes === entry.rawBytes;
    if (found && isRight) return found;
    const path = segmentPath(entry.name, repository.keys.cipher);
    throw lost(segment, path, "is not what its manifest says");
  }

  /** Segments by their contents: another repository gives them other names. */
  #entriesOf(manifest: Manifest): Map<string, SegmentEntry> {
    let entries = this.#byContent.get(manifest);
    if (!entries) {
      const segments = manifest.databases[this.options.database]?.segments ?? [];
      entries = new Map(segments.map((entry) => [entry.contentSha256, entry]));
      this.#byContent.set(manifest, entries);
    }
    return entries;
  }
}

type Fetched = NonNullable<ReturnType<typeof segmentBlocks>>;

/** Faults after which another copy may still have the segment. */
const isLost = (error: unknown): boolean =>
  error instanceof FlowgError &&
  ["REPOSITORY_DAMAGED", "REPOSITORY_UNAVAILABLE", "IDENTITY_REQUIRED"].includes(error.code);

function segmentsFor(
  { segments }: DatabaseManifest,
  ranges: readonly KeyRange[] | undefined,
): readonly SegmentEntry[] {
  if (!ranges) return segments;
  const wanted = ranges.map(({ start, end }) => ({ start: start.toString(), end: end.toString() }));
  return segments.filter(({ firstKey, lastKey }) =>
    wanted.some(
      ({ start, end }) => compareKeys(lastKey, start) >= 0 && compareKeys(firstKey, end) < 0,
    ),
  );
}
