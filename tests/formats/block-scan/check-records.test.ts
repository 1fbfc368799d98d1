// The quick look at entries never lets in what the rules refuse.

import fc from "fast-check";
import { expect, it } from "vitest";
import { BlockScanner } from "../../../server/formats/block-scan/scanner.js";
import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import { scanBlock } from "../../../server/formats/snapshot/scan-block.js";
import { walkBlock } from "../../../server/formats/snapshot/walk-block.js";
import { encodeValue, entryKey, recordProblem } from "../../../server/records/records.js";

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";

const entry = fc
  .record({
    timestamp: fc.constantFrom("2026-11-23T00:00:00Z", ""),
    fields: fc.dictionary(fc.string(), fc.string({ maxLength: 40 }), { maxKeys: 6 }),
  })
  .map(encodeValue);
const bite = fc.constantFrom(...Buffer.from('"\\,:{}[]1nuU/ \n\x1b\0a'), 0xff, 0xc3);
/** Some bytes replaced, some doubled, some left out. */
const bitten = fc
  .tuple(entry, fc.array(fc.tuple(fc.nat(), bite, fc.nat(2)), { maxLength: 3 }))
  .map(([value, bites]) => {
    const bytes = [...value];
    for (const [at, byte, how] of bites) {
      bytes.splice(at % bytes.length, how === 1 ? 0 : 1, ...(how === 2 ? [] : [byte]));
    }
    return Buffer.from(bytes);
  });
const key = fc
  .tuple(fc.nat(200), fc.constantFrom(0, 0, 0x41, 0xff), fc.nat(80))
  .map(([n, byte, at]) => {
    const bytes = entryKey("app", 1000 + n, UUID);
    if (byte !== 0 && at > 5 && at < bytes.length) bytes[at] = byte;
    return bytes;
  });

/** A block's keys ascend. */
const DISTINCT = {
  minLength: 1,
  maxLength: 4,
  selector: ([key]: [Buffer, Buffer]) => key.toString("latin1"),
};

it("passes a block if, and only if, each of its records passes the rules", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, bitten), DISTINCT), (records) => {
      // one that is sound, so that the quick look knows the stream
      const sound = encodeValue({ timestamp: "", fields: {} });
      const block = [[entryKey("app", 0, UUID), sound] as [Buffer, Buffer], ...records];
      block.sort(([a], [b]) => Buffer.compare(a, b));
      const builder = new BlockBuilder();
      for (const [key, value] of block) builder.add(key, value);
      const isSound = records.every(([key, value]) => !recordProblem("logs", { key, value }));
      const finished = builder.finish();
      const check = () =>
        scanBlock(finished, true) ?? walkBlock("logs", finished, { checkRecords: true });
      if (isSound) expect(check).not.toThrow();
      else expect(check).toThrow(/holds a record that/);
    }),
    { numRuns: 1000 },
  );
});

/** The value with one byte left out, doubled, changed or put in, wherever it stands. */
function* oneByteOff(value: Buffer): Generator<Buffer> {
  for (let at = 0; at < value.length; at++) {
    const [before, after] = [value.subarray(0, at), value.subarray(at + 1)];
    yield Buffer.concat([before, after]);
    for (const byte of Buffer.from('"\\,:{}[]1nuU/ \n\x1b\0a\x7f\xff', "latin1")) {
      yield Buffer.concat([before, Buffer.of(byte), after]);
      yield Buffer.concat([before, Buffer.of(byte), value.subarray(at)]);
    }
  }
}

it("is never misled by one byte", () => {
  let refused = 0;
  // members begin and end at different places of the 64 bytes that are looked at together
  for (const filling of [0, 9, 27, 44]) {
    const fields = { a: "x".repeat(filling), "": ",:,", long: ":,}".repeat(20), z: "" };
    const value = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields });
    const values = [value, value, ...oneByteOff(value)];
    const builder = new BlockBuilder(new ArrayBuffer(4 << 20));
    for (const [n, value] of values.entries()) builder.add(entryKey("app", n, UUID), value);
    const scanned = BlockScanner.get().scan(builder.finish(), { check: true });
    const unsure = new Set(scanned?.unsure);
    expect(scanned).toBeDefined();
    expect(unsure.has(1)).toBe(false);
    for (const [n, value] of values.entries()) {
      const problem = recordProblem("logs", { key: entryKey("app", n, UUID), value });
      if (problem === undefined) continue;
      refused++;
      if (!unsure.has(n)) expect.fail(`it is sure of ${value.toString("latin1")}`);
    }
  }
  expect(refused).toBeGreaterThan(10_000);
});
