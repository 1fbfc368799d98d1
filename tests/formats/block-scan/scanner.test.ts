// The scan in WebAssembly against the walk in JavaScript: it may say that it can't tell, it is never wrong.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockPreparer } from "../../../server/engine/lmdb/apply/prepared-block.js";
import { BadgerFault } from "../../../server/formats/badger-fault.js";
import { BlockScanner } from "../../../server/formats/block-scan/scanner.js";
import { BlockBuilder, recordTable } from "../../../server/formats/snapshot/badger.js";
import { scanBlock } from "../../../server/formats/snapshot/scan-block.js";
import { walkBlock } from "../../../server/formats/snapshot/walk-block.js";
import {
  encodeValue,
  entryKey,
  fieldKey,
  recordProblem,
  type StreamRecord,
  streamKey,
} from "../../../server/records/records.js";

const NAMES = ["level", "a", "", "é", "a\\b", "\ufffd", "__proto__"];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: "binary" }));
const text = fc.oneof(
  fc.constantFrom("info", "", 'say "hi"', "a\nb\\c", "\u2028\ud800", "ünïcode", "x".repeat(64)),
  fc.constantFrom("y".repeat(65), "seventeen letters", "\x7f"),
  fc.string({ unit: "binary" }),
);
/** Names may come twice, as they can't from `encodeValue`. */
const value = fc
  .array(fc.tuple(name, text), { maxLength: 4 })
  .map((pairs) =>
    pairs.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`).join(),
  )
  .map((members) => Buffer.from(`{"timestamp":"2026-11-23T00:00:00Z","fields":{${members}}}`));
const entry = fc.tuple(
  fc
    .tuple(fc.constantFrom("app", "app b", "é"), fc.nat(9_999_999_999_999), fc.uuid())
    .map(([stream, ms, uuid]) => entryKey(stream, ms, uuid)),
  value,
);
const other = fc.constantFrom<[Buffer, Buffer]>(
  [fieldKey("app", "level"), Buffer.alloc(0)],
  [streamKey("app"), encodeValue({ ttl: 0, size: 0, indexed_fields: [] })],
  [Buffer.from("unknown\x1bx"), Buffer.alloc(0)],
  [Buffer.from("entry"), Buffer.from("{}")],
  [Buffer.from("entry\x1bapp\x1bx"), Buffer.from("{}")],
);
const records = fc.uniqueArray(fc.oneof({ weight: 6, arbitrary: entry }, other), {
  minLength: 1,
  maxLength: 12,
  selector: ([key]) => key.toString("latin1"),
});

function blockOf(records: readonly (readonly [Buffer, Buffer])[]): Uint8Array<ArrayBuffer> {
  const builder = new BlockBuilder(new ArrayBuffer(4 << 20));
  for (const [key, value] of [...records].sort(([a], [b]) => Buffer.compare(a, b)))
    builder.add(key, value);
  return builder.finish();
}

/** What comes of a block, also if that is a fault. */
function outcome(block: Uint8Array, check: boolean): unknown {
  try {
    return walkBlock("logs", block, { checkRecords: check });
  } catch (error) {
    return error instanceof BadgerFault ? [error.problem, error.offset] : String(error);
  }
}

/** The same records for a reader, with a field that no scan knows: Badger's `alloc_ref` (pb/badgerpb4.proto). */
const madeUnusual = (block: Uint8Array): Uint8Array =>
  new Uint8Array([...block, 2, 0, 0, 0, 0, 0, 0, 0, 0x50, 1]);

describe("the scan of a block", () => {
  it("finds the records, and is sure only of those that the rules let in", () => {
    let sure = 0;
    fc.assert(
      fc.property(records, (records) => {
        const block = blockOf(records);
        const scanned = BlockScanner.get().scan(block, { check: true });
        expect(scanned?.records).toEqual(recordTable(block));
        const unsure = new Set(scanned?.unsure);
        for (const [i, [key, value]] of [...records]
          .sort(([a], [b]) => Buffer.compare(a, b))
          .entries()) {
          if (unsure.has(i)) continue;
          sure++;
          expect(recordProblem("logs", { key, value })).toBeUndefined();
        }
      }),
    );
    expect(sure).toBeGreaterThan(100);
  });

  it("says of sound, changed and cut blocks nothing, or what the walk says", () => {
    let said = 0;
    const bites = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });
    const cut = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(200));
    fc.assert(
      fc.property(records, bites, cut, fc.boolean(), (records, bites, cut, check) => {
        const whole = blockOf(records);
        const block = whole.subarray(0, Math.max(0, whole.length - cut));
        for (const [at, byte] of bites) block[at % block.length] = byte;
        const scanned = scanBlock(block, check);
        if (scanned === undefined) return;
        said++;
        expect(scanned).toEqual(outcome(block, check));
      }),
      { numRuns: 2000 },
    );
    expect(said).toBeGreaterThan(500);
  });

  it("refuses keys that don't ascend, wherever they differ", () => {
    const key = fc.tuple(fc.constantFrom("a", "b"), fc.string({ maxLength: 40 }));
    fc.assert(
      fc.property(key, key, ([a, aRest], [b, bRest]) => {
        const [one, two] = [Buffer.from(`x${a}${aRest}`), Buffer.from(`x${b}${bRest}`)];
        const builder = new BlockBuilder();
        builder.add(one, Buffer.alloc(0));
        builder.add(two, Buffer.alloc(0));
        const ascends = Buffer.compare(one, two) < 0;
        expect(BlockScanner.get().scan(builder.finish()) !== undefined).toBe(ascends);
      }),
    );
  });

  it("leaves to the walk what is too large or too much for it", () => {
    const large = blockOf([[streamKey("s"), Buffer.alloc(3_000_000)]]);
    const many = blockOf(
      Array.from({ length: 20_000 }, (_, n) => [fieldKey("s", String(n)), Buffer.alloc(0)]),
    );
    for (const block of [large, many, madeUnusual(blockOf([[streamKey("s"), Buffer.of(1)]]))]) {
      expect(BlockScanner.get().scan(block)).toBeUndefined();
      expect(walkBlock("logs", block, { checkRecords: false }).records).toBeGreaterThan(0);
    }
  });

  it("leaves to the walk what takes long to judge: many unusual entries, and large ones", () => {
    const uuid = "00000000-0000-4000-8000-000000000000";
    const unusual = (more: unknown[]) =>
      Buffer.from(JSON.stringify({ timestamp: "", fields: {}, more }));
    const of = (count: number, value: Buffer) =>
      blockOf(Array.from({ length: count }, (_, n) => [entryKey("s", n, uuid), value] as const));
    expect(scanBlock(of(100, unusual([])), true)?.records).toBe(100);
    for (const block of [of(300, unusual([])), of(2, unusual(Array(20_000).fill({})))]) {
      expect(scanBlock(block, true)).toBeUndefined();
      expect(scanBlock(block, false)?.records).toBeGreaterThan(1);
      expect(walkBlock("logs", block, { checkRecords: true }).records).toBeGreaterThan(1);
    }
  });
});

describe("the postings of a block", () => {
  const stream = fc
    .subarray([...NAMES, "\ud800"])
    .map((indexed_fields): StreamRecord => ({ ttl: 0, size: 0, indexed_fields }));

  it("are those that the parser finds", () => {
    let found = 0;
    fc.assert(
      fc.property(records, stream, stream, (records, app, é) => {
        const sound = records.filter(([key, value]) => !recordProblem("logs", { key, value }));
        if (sound.length === 0) return;
        const streams = new Map([
          ["app", app],
          ["é", é],
        ]);
        const options = { database: "logs" as const, streams, isWritten: true };
        const block = blockOf(sound);
        const { block: _, ...scanned } = new BlockPreparer(options).prepare(block);
        const { block: __, ...parsed } = new BlockPreparer(options).prepare(madeUnusual(block));
        expect(scanned).toEqual(parsed);
        found += scanned.owners.length;
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it("of very many values, of long ones and of many fields are all there", () => {
    const indexed_fields = Array.from({ length: 70 }, (_, i) => `f${i}`);
    const uuid = "00000000-0000-4000-8000-000000000000";
    for (const [entries, fields, length] of [
      [9_000, 1, 1],
      [9_000, 5, 1],
      [300, 70, 1],
      [300, 2, 100],
    ] as const) {
      const streams = new Map([
        ["s", { ttl: 0, size: 0, indexed_fields: indexed_fields.slice(0, fields) }],
      ]);
      const preparer = new BlockPreparer({ database: "logs", streams, isWritten: true });
      const block = blockOf(
        Array.from({ length: entries }, (_, n) => {
          const pairs = indexed_fields
            .slice(0, fields)
            .map((name) => [name, `${n}`.repeat(length)] as const);
          const value = { timestamp: "", fields: Object.fromEntries(pairs) };
          return [entryKey("s", n, uuid), encodeValue(value)];
        }),
      );
      const { owners, lists } = preparer.prepare(block);
      expect(owners.length).toBe(entries * fields);
      expect(lists.length).toBe(3 * entries * fields);
    }
  });

  it("are not made of blocks out of order, which only a file that was changed can have", () => {
    const block = blockOf([[streamKey("b"), Buffer.alloc(0)]]);
    const before = blockOf([[streamKey("a"), Buffer.alloc(0)]]);
    const preparer = new BlockPreparer({
      database: "logs",
      streams: new Map(),
      isWritten: true,
    });
    preparer.prepare(block);
    expect(() => preparer.prepare(block)).toThrow("out of order");
    expect(() => preparer.prepare(before)).toThrow("out of order");
  });
});
