// Raw blocks are built from memory that is used again for each record: a block must hold what was there at the time.

import { describe, expect, it } from "vitest";
import { BlockBuilder, eachRecord } from "../../../server/formats/snapshot/badger.js";

/** Keys and values of a block, as text. */
function recordsOf(block: Uint8Array): [string, string][] {
  const bytes = Buffer.from(block);
  const records: [string, string][] = [];
  eachRecord(block, (keyStart, keyEnd, valueStart, valueEnd) => {
    records.push([
      bytes.toString("latin1", keyStart, keyEnd),
      bytes.toString("latin1", valueStart, valueEnd),
    ]);
  });
  return records;
}

describe("a block builder", () => {
  it("copies what the same memory shows at each record, for every length of key and value", () => {
    const keyMemory = Buffer.alloc(2048);
    const valueMemory = Buffer.alloc(16_384);
    const builder = new BlockBuilder(new ArrayBuffer(64 << 20));
    const expected: [string, string][] = [];
    for (let length = 1; length <= 5000; length += length < 200 ? 1 : 97) {
      for (const letter of ["a", "b"]) {
        const keyLength = Math.min(length, 1900);
        keyMemory.fill(letter, 32, 32 + keyLength);
        valueMemory.fill(letter.toUpperCase(), 0, length);
        builder.addParts(keyMemory, 32, 32 + keyLength, valueMemory, length);
        expected.push([letter.repeat(keyLength), letter.toUpperCase().repeat(length)]);
      }
    }
    expect(recordsOf(builder.finish())).toEqual(expected);
  });

  it("takes records from one memory after another", () => {
    const builder = new BlockBuilder();
    const memories = [Buffer.from("..one..."), Buffer.from("..two..."), Buffer.from("..six...")];
    for (const memory of [...memories, ...memories]) builder.addParts(memory, 2, 5, memory, 5);
    const once = ["one", "two", "six"].map((key) => [key, `..${key}`]);
    expect(recordsOf(builder.finish())).toEqual([...once, ...once]);
  });

  it("fails where the memory it was given has gone elsewhere", () => {
    const builder = new BlockBuilder();
    const memory = new Uint8Array(64).fill(0x61);
    for (let i = 0; i < 3; i++) builder.addParts(memory, 0, 8, memory, 40);
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    expect(() => builder.addParts(memory, 0, 8, memory, 40)).toThrow(TypeError);
  });
});
