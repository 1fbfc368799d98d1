// The quick look at entries never lets in what the rules refuse.

import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeValue, entryKey, recordProblem } from "../../server/database/records.js";
import { BlockBuilder } from "../../server/snapshot/badger.js";
import { checkRecords } from "../../server/snapshot/check-records.js";

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";

const entry = fc
  .record({
    timestamp: fc.constantFrom("2026-11-23T00:00:00Z", ""),
    fields: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  })
  .map(encodeValue);
const bite = fc.constantFrom(...Buffer.from('"\\,:{}[]1n \n\x1b\0a'), 0xff, 0xc3);
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

it("passes a block if, and only if, each of its records passes the rules", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, bitten), { minLength: 1, maxLength: 4 }), (records) => {
      const builder = new BlockBuilder();
      const first = {
        key: entryKey("app", 0, UUID),
        value: encodeValue({ timestamp: "", fields: {} }),
      };
      // so that the quick look knows the stream
      builder.add(first.key, first.value);
      for (const [key, value] of records) builder.add(key, value);
      const isSound = records.every(([key, value]) => !recordProblem("logs", { key, value }));
      const check = () => checkRecords("logs", builder.finish());
      if (isSound) expect(check).not.toThrow();
      else expect(check).toThrow(/holds a record that/);
    }),
    { numRuns: 1000 },
  );
});
