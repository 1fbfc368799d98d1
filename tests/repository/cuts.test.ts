// The ends of segments follow from the records alone, and a change affects only the segments near it.

import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openDatabase } from "../../server/engine/lmdb/open.js";
import { lmdb } from "../../server/engine/lmdb.js";
import { eachRecord } from "../../server/formats/snapshot/badger.js";
import { recordChecksum } from "../../server/platform/checksum/checksum.js";
import { SEGMENT_MAX_BYTES, SEGMENT_MIN_BYTES, SegmentCutter } from "../../server/records/cut.js";
import { RECORD_KINDS } from "../../server/records/kinds.js";
import { encodeValue, entryKey, fieldKey, streamKey } from "../../server/records/records.js";
import { random } from "../bench/entries.js";
import { workspace } from "../operations/offline/contents.js";

interface Sized {
  key: Buffer;
  /** Bytes of key and value. */
  bytes: number;
  hash: number;
}

/** Indexes of the last record of each segment; the last record ends one always. */
function cuts(records: readonly Sized[]): number[] {
  const cutter = new SegmentCutter();
  const ends: number[] = [];
  for (const [index, { key, bytes, hash }] of records.entries()) {
    if (cutter.endsBefore(key, 0, key.length)) ends.push(index - 1);
    if (cutter.endsAfter(bytes, hash)) ends.push(index);
  }
  if (records.length > 0 && ends.at(-1) !== records.length - 1) ends.push(records.length - 1);
  return ends;
}

/** Entries of streams, sorted, as large as those of real logs; `salt` makes others. */
function entriesOf(streams: Record<string, number>, salt = 0): Sized[] {
  const all: Sized[] = [];
  for (const stream of Object.keys(streams).sort()) {
    const next = random(salt + stream.length * 7919 + stream.charCodeAt(0));
    const key = entryKey(stream, 1_750_000_000_000, "00000000-0000-4000-8000-000000000000");
    for (let i = 0; i < (streams[stream] ?? 0); i++)
      all.push({ key, bytes: 200 + Math.floor(next() * 200), hash: Math.floor(next() * 2 ** 32) });
  }
  return all;
}

/** Segments as texts that are equal where their records are. */
function segmentsOf(records: readonly Sized[]): { text: string; bytes: number }[] {
  let first = 0;
  return cuts(records).map((last) => {
    const within = records.slice(first, last + 1);
    first = last + 1;
    const sum = (of: "hash" | "bytes") => within.reduce((total, one) => total + one[of], 0);
    const text = `${within.length}/${within[0]?.hash}/${sum("hash")}`;
    return { text, bytes: sum("bytes") };
  });
}

/** Bytes of segments that `before` doesn't have. */
function anew(before: readonly Sized[], after: readonly Sized[]): number {
  const known = new Set(segmentsOf(before).map(({ text }) => text));
  return segmentsOf(after).reduce((sum, { text, bytes }) => sum + (known.has(text) ? 0 : bytes), 0);
}

const size = (records: readonly Sized[]) => records.reduce((sum, { bytes }) => sum + bytes, 0);

it("cuts the same way wherever it begins, as long as that is where a segment begins", () => {
  const streams = fc.dictionary(
    fc.constantFrom("app", "b", "jobs", "web", "web2"),
    fc.integer({ min: 1, max: 9_000 }),
  );
  fc.assert(
    fc.property(streams, fc.nat(), (counts, salt) => {
      const records = entriesOf(counts, salt);
      const ends = cuts(records);
      for (const end of ends) {
        const rest = cuts(records.slice(end + 1)).map((one) => one + end + 1);
        expect(rest).toEqual(ends.filter((one) => one > end));
      }
    }),
    { seed: 18, numRuns: 25 },
  );
});

it("keeps segments between their least and their greatest size, but at the ends of streams", () => {
  const segments = segmentsOf(entriesOf({ app: 60_000 })).slice(0, -1);
  expect(segments.length).toBeGreaterThan(10);
  for (const { bytes } of segments) {
    expect(bytes).toBeGreaterThanOrEqual(SEGMENT_MIN_BYTES);
    expect(bytes).toBeLessThan(SEGMENT_MAX_BYTES);
  }
  const noHash = entriesOf({ app: 60_000 }).map((one) => ({ ...one, hash: 2 ** 32 - 1 }));
  for (const { bytes } of segmentsOf(noHash)) expect(bytes).toBeLessThan(SEGMENT_MAX_BYTES + 400);
  const large = { key: entryKey("app", 1, "u"), bytes: 60 * 1024 * 1024, hash: 2 ** 32 - 1 };
  expect(segmentsOf([large, large]).map(({ bytes }) => bytes)).toEqual([large.bytes, large.bytes]);
});

it("changes only the segments near what is added, removed or changed", () => {
  const before = entriesOf({ app: 40_000, web: 40_000 });
  const other = { ...(before[0] as Sized), hash: 12345, bytes: 333 };
  fc.assert(
    fc.property(fc.nat({ max: before.length - 1 }), fc.constantFrom(0, 1, 40), (at, removed) => {
      const changed = before.toSpliced(at, removed, other);
      expect(anew(before, changed)).toBeLessThan(6 * SEGMENT_MIN_BYTES);
    }),
    { seed: 18, numRuns: 40 },
  );
});

it("stores of 1 % more entries their share and 2 % anew, and of none nothing", () => {
  const counts = { app: 333_333, jobs: 333_333, web: 333_334 };
  const before = entriesOf(counts);
  const after = entriesOf({ app: 336_666, jobs: 336_666, web: 336_668 });
  const share = 1 - size(before) / size(after);
  expect(anew(before, after) / size(after)).toBeLessThan(share + 0.02);
  // retention: the oldest of each stream are gone
  let streamStart = 0;
  const kept = Object.values(counts).flatMap((count) => {
    const part = before.slice(streamStart + 3_000, streamStart + count);
    streamStart += count;
    return part;
  });
  expect(anew(before, kept) / size(kept)).toBeLessThan(0.04);
});

it("tells kinds of records by their first letter", () => {
  for (const kinds of Object.values(RECORD_KINDS))
    expect(new Set(kinds.map((kind) => kind[0])).size).toBe(kinds.length);
});

it("cuts the blocks of a walk so, and says what the checksums of each add up to", async () => {
  await using space = await workspace();
  const dir = join(space.path, "logs");
  {
    await using database = await openDatabase({ kind: "logs", dir, mode: "create" });
    const next = random(3);
    const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    database.records.transactionSync(() => {
      for (const stream of ["app", "web"]) {
        for (let i = 0; i < 9_000; i++) {
          const text = next().toString(36).repeat(20);
          const value = { timestamp: new Date(i).toISOString(), fields: { text } };
          database.records.put(entryKey(stream, i, uuid(i)), encodeValue(value));
        }
        database.records.put(fieldKey(stream, "text"), Buffer.alloc(0));
        const config = { ttl: 0, size: 0, indexed_fields: [] };
        database.records.put(streamKey(stream), encodeValue(config));
      }
    });
  }
  await using held = await lmdb.hold([{ kind: "logs", dir }]);
  const records: Sized[] = [];
  const ends: number[] = [];
  let pieces = 0;
  for await (const block of held.blocks("logs", { check: true })) {
    const { bytes, endsSegment, goesOn, checksums } = block;
    let sum = 0;
    eachRecord(bytes, (keyStart, keyEnd, valueStart, valueEnd) => {
      const key = Buffer.from(bytes.slice(keyStart, keyEnd));
      const hash = recordChecksum(key, bytes.slice(valueStart, valueEnd));
      sum = (sum + hash) >>> 0;
      records.push({ key, hash, bytes: keyEnd - keyStart + valueEnd - valueStart });
    });
    expect(checksums).toBe(sum);
    // a piece of a segment, at the end of a stream
    if (goesOn) pieces++;
    else if (endsSegment) ends.push(records.length - 1);
    held.recycle(bytes.buffer as ArrayBuffer);
  }
  // the last block ends one without saying so
  ends.push(records.length - 1);
  expect(records.length).toBe(18_004);
  expect(ends).toEqual(cuts(records));
  expect(pieces).toBeGreaterThan(0);
  expect(ends.length).toBeGreaterThan(5);
});
