import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockScanner } from "../../../server/formats/block-scan/scanner.js";
import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import {
  readChecksum,
  recordChecksum,
  writeChecksum,
} from "../../../server/platform/checksum/checksum.js";
import * as withoutWasm from "../../../server/platform/checksum/without-wasm.js";

test("XXH64 gives what its authors' program gives", () => {
  const of = (text: string) => withoutWasm.xxh64(Buffer.from(text), 0n).toString(16);
  expect(of("")).toBe("ef46db3751d8e999");
  expect(of("a")).toBe("d24ec4f1a98c6e5b");
  expect(of("abc")).toBe("44bc2cf5ad770999");
});

test("WebAssembly and JavaScript give the same, one record at a time and a block at once", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes, bytes), { maxLength: 20 }), (given) => {
      const keys = new Map(given.map(([key, value], n) => [`k${n}:${key}`, value]));
      const records = [...keys].map(([key, value]) => ({ key: Buffer.from(key), value }));
      records.sort((a, b) => Buffer.compare(a.key, b.key));
      const block = new BlockBuilder();
      for (const { key, value } of records) block.add(key, value);
      const expected = records.map(({ key, value }) => withoutWasm.recordChecksum(key, value));
      expect(records.map(({ key, value }) => recordChecksum(key, value))).toEqual(expected);
      if (records.length === 0) return;
      const scanned = BlockScanner.get().scan(block.finish(), { sum: true });
      expect([...(scanned?.checksums ?? [])]).toEqual(expected);
    }),
  );
});

test("a value that is longer than the room is taken piece by piece", () => {
  const key = Buffer.from("key");
  for (const length of [131_068, 131_069, 131_072, 262_144, 262_145, 400_001]) {
    const value = randomBytes(length);
    expect(recordChecksum(key, value)).toBe(withoutWasm.recordChecksum(key, value));
  }
});

test("where the key ends and the value begins matters", () => {
  const of = (key: string, value: string) => recordChecksum(Buffer.from(key), Buffer.from(value));
  expect(of("ab", "c")).not.toBe(of("a", "bc"));
});

test("is written and read as four bytes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (checksum) => {
      const bytes = new Uint8Array(6);
      writeChecksum(bytes, 1, checksum);
      expect(readChecksum(bytes, 1)).toBe(checksum);
      expect([bytes[0], bytes[5]]).toEqual([0, 0]);
    }),
  );
});
