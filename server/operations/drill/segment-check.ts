// Compares the records of a restored database with what the manifest says of each segment: their number, the first and the
// last, and the sum of their checksums. It sees all records in order, and holds one segment at a time.

import { createHash } from "node:crypto";
import type { RawBlock } from "../../records/raw-block.js";
import { recordName } from "../../records/record-name.js";
import type { SegmentEntry } from "../../repository/manifest.js";

export class SegmentCheck {
  /** The segments that no run of the database's blocks has equalled yet, by their SHA-256. */
  readonly #unfound: Map<string, SegmentEntry>;
  #at = 0;
  #entries = 0;
  #checksums = 0;
  #first: Buffer | undefined;
  #last: Buffer | undefined;
  #lastKey: Buffer | undefined;
  #hash = createHash("sha256");

  constructor(private readonly segments: readonly SegmentEntry[]) {
    this.#unfound = new Map(segments.map((segment) => [segment.contentSha256, segment]));
    this.#lastKey = keyOf(segments[0]);
  }

  /** The segments whose contents the walk hasn't met. Those that it has met need no further check. */
  get unfound(): readonly SegmentEntry[] {
    return [...this.#unfound.values()];
  }

  /** Takes in a block of the walk, as a backup would store it. */
  block({ bytes, endsSegment }: RawBlock): void {
    this.#hash.update(bytes);
    if (!endsSegment) return;
    this.#unfound.delete(this.#hash.digest("hex"));
    this.#hash = createHash("sha256");
  }

  /** Takes in the next record. @returns what is wrong with the segments that end before it or with it */
  record(key: Buffer, checksum: number): string[] {
    const problems: string[] = [];
    while (this.#lastKey && key.compare(this.#lastKey) > 0) problems.push(...this.#endSegment());
    if (!this.#lastKey) {
      problems.push(`${recordName(key)} is in no segment of the manifest`);
      return problems;
    }
    this.#first ??= Buffer.from(key);
    this.#last = key;
    this.#entries++;
    this.#checksums = (this.#checksums + checksum) >>> 0;
    // the memory of its block is soon used again
    if (key.equals(this.#lastKey)) problems.push(...this.#endSegment());
    return problems;
  }

  /** Copies the key that it keeps, before the memory of its block is used again. */
  leaveBlock(): void {
    if (this.#last) this.#last = Buffer.from(this.#last);
  }

  end(): string[] {
    this.#unfound.delete(this.#hash.digest("hex"));
    const problems: string[] = [];
    while (this.#lastKey) problems.push(...this.#endSegment());
    return problems;
  }

  #endSegment(): string[] {
    const segment = this.segments[this.#at] as SegmentEntry;
    const { firstKey, lastKey, entries, checksums, name } = segment;
    const where = `segment ${name.slice(0, 12)}…, ${recordName(Buffer.from(firstKey))} to ${recordName(Buffer.from(lastKey))}`;
    const problems: string[] = [];
    if (this.#entries !== entries)
      problems.push(`${where}: the manifest says ${entries} records, and ${this.#entries} came`);
    else if (this.#first?.toString() !== firstKey || this.#last?.toString() !== lastKey)
      problems.push(`${where}: other records came than the manifest names as its first and last`);
    else if (checksums !== undefined && checksums !== this.#checksums)
      problems.push(`${where}: the checksums of its records add up to another sum`);
    this.#at++;
    this.#entries = 0;
    this.#checksums = 0;
    this.#first = undefined;
    this.#last = undefined;
    this.#lastKey = keyOf(this.segments[this.#at]);
    return problems;
  }
}

const keyOf = (segment: SegmentEntry | undefined): Buffer | undefined =>
  segment && Buffer.from(segment.lastKey);
