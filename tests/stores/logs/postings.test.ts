// A posting list is in the same pieces however its postings came, and none is lost or made up.

import fc from "fast-check";
import { expect, test } from "vitest";
import { PostingAppender } from "../../../server/engine/lmdb/apply/posting-appender.js";
import { TableWriter } from "../../../server/engine/lmdb/table-writer.js";
import {
  changePostings,
  newestPostings,
  piecesOf,
} from "../../../server/storage/derived/postings.js";
import { temporaryDatabase } from "../../engine/temporary.js";

/** Few milliseconds, some of which are far apart. */
const moment = fc
  .tuple(fc.oneof(fc.nat(60), fc.constantFrom(0, 2 ** 40, 2 ** 53 - 1)), fc.nat(2))
  .map(([ms, n]) => {
    const bytes = Buffer.alloc(24, n);
    bytes.writeBigUInt64BE(BigInt(ms));
    return bytes;
  });
const ascending = (moments: readonly Buffer[]) => [...moments].sort(Buffer.compare);
const moments = fc
  .uniqueArray(moment, { maxLength: 40, selector: (bytes) => bytes.toString("hex") })
  .map(ascending);
const change = fc.record({
  how: fc.constantFrom("add" as const, "add" as const, "remove" as const),
  moments,
  // one head is the beginning of the other's keys
  head: fc.constantFrom("index\x1bs\x1bf\x1b\x01a", "index\x1bs\x1bf\x1b\x02aa"),
});

test("whatever was added and removed, in whatever order, by ingest or by a restore", async () => {
  await using db = await temporaryDatabase("logs");
  const writer = new TableWriter(db, "derived");
  let pieces = 0;
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 12 }),
      fc.boolean(),
      moment,
      moment,
      (changes, isRestore, from, before) => {
        const lists = new Map<string, Map<string, Buffer>>();
        db.root.transactionSync(() => {
          for (const key of [...db.derived.keys()]) db.derived.remove(key);
          const appender = new PostingAppender(db.derived, writer);
          for (const { head, how, moments } of changes) {
            const list = lists.get(head) ?? new Map<string, Buffer>();
            lists.set(head, list);
            for (const bytes of moments) {
              if (how === "add") list.set(bytes.toString("hex"), bytes);
              else list.delete(bytes.toString("hex"));
            }
            const bytes = Buffer.from(head, "latin1");
            if (!isRestore) changePostings(db.derived, bytes, { moments, how });
            else if (how === "remove") appender.remove(bytes, moments);
            else if (moments.length > 0) appender.add(bytes, Buffer.concat(moments));
          }
          const found = [...db.derived.range()].map(({ key, value }) => [key, value]);
          const expected = [...lists].flatMap(([head, list]) => {
            const bytes = Buffer.concat(ascending([...list.values()]));
            return piecesOf(Buffer.from(head, "latin1"), bytes);
          });
          pieces = Math.max(pieces, expected.length);
          expect(found).toEqual(
            expected
              .sort((a, b) => Buffer.compare(a.key, b.key))
              .map(({ key, value }) => [key, value]),
          );
          for (const [head, list] of lists) {
            const window = { from, before };
            const found = [...newestPostings(db.derived, Buffer.from(head, "latin1"), window)];
            expect(found).toEqual(
              ascending([...list.values()])
                .filter((bytes) => bytes.compare(from) >= 0 && bytes.compare(before) < 0)
                .reverse(),
            );
          }
        });
      },
    ),
    { numRuns: 400 },
  );
  expect(pieces).toBeGreaterThan(4);
});

test("a list of chosen UUIDs, of which none begins a piece, is cut all the same", async () => {
  await using db = await temporaryDatabase("logs");
  const writer = new TableWriter(db, "derived");
  const head = Buffer.from("index\x1bs\x1bf\x1b\x01a", "latin1");
  const first = Buffer.alloc(24);
  const chosen: Buffer[] = [];
  for (let n = 1; chosen.length < 5_000; n++) {
    const bytes = Buffer.alloc(24);
    bytes.writeUInt32BE(n, 4);
    if (piecesOf(head, Buffer.concat([first, bytes])).length === 1) chosen.push(bytes);
  }
  const part = (from: number, to: number) => chosen.slice(from, to);
  const expectPieces = (moments: readonly Buffer[]) => {
    const found = [...db.derived.range()].map(({ key, value }) => ({ key, value }));
    expect(found).toEqual(piecesOf(head, Buffer.concat(moments)));
    expect(found.length).toBeGreaterThan(moments.length / 1024);
    expect(Math.max(...found.map(({ value }) => value.length))).toBeLessThanOrEqual(1023 * 24);
  };
  const change = (how: "add" | "remove", moments: readonly Buffer[]) =>
    changePostings(db.derived, head, { moments, how });
  db.root.transactionSync(() => {
    const appender = new PostingAppender(db.derived, writer);
    for (let at = 0; at < 3_000; at += 700)
      appender.add(head, Buffer.concat(part(at, Math.min(3_000, at + 700))));
    expectPieces(part(0, 3_000));
    change("add", part(3_000, 5_000));
    expectPieces(chosen);
    // from a piece's beginning, across one, and each third
    change("remove", part(0, 500));
    expectPieces(part(500, 5_000));
    change("remove", part(1_500, 1_600));
    expectPieces([...part(500, 1_500), ...part(1_600, 5_000)]);
    change("add", part(0, 2_000));
    expectPieces(chosen);
    const third = chosen.filter((_, i) => i % 3 === 0);
    change("remove", third);
    expectPieces(chosen.filter((_, i) => i % 3 !== 0));
    change("add", third);
    expectPieces(chosen);
  });
});

test("a long list is changed in the middle without being read as a whole", async () => {
  await using db = await temporaryDatabase("logs");
  const head = Buffer.from("index\x1bs\x1bf\x1b\x01a", "latin1");
  const at = (ms: number) => {
    const bytes = Buffer.alloc(24, ms % 251);
    bytes.writeBigUInt64BE(BigInt(ms));
    return bytes;
  };
  db.root.transactionSync(() => {
    const even = Array.from({ length: 5_000 }, (_, n) => at(2 * n));
    changePostings(db.derived, head, { moments: even, how: "add" });
    const before = new Set([...db.derived.keys()].map((key) => (key as Buffer).toString("hex")));
    // far apart, in one call
    changePostings(db.derived, head, { moments: [at(1), at(5_001), at(9_999)], how: "add" });
    const after = [...db.derived.keys()].map((key) => (key as Buffer).toString("hex"));
    expect(after.filter((key) => !before.has(key)).length).toBeLessThanOrEqual(3);
    const whole = { from: at(0), before: at(20_000) };
    expect([...newestPostings(db.derived, head, whole)]).toHaveLength(5_003);
  });
});
