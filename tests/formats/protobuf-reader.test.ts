import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtobufReader } from "../../server/formats/protobuf-reader.js";

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(value)]);
}

describe("ProtobufReader", () => {
  it("reads every number of 64 bits, and each exactly where that is asked for", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const bytes = varint(value);
        const reader = new ProtobufReader(bytes);
        expect(reader.bigVarint(bytes.length)).toBe(value);
        expect(reader.at).toBe(bytes.length);
        const exact = new ProtobufReader(bytes).exactVarint(bytes.length);
        expect(exact).toBe(value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);
        const near = new ProtobufReader(bytes).varint(bytes.length);
        expect(Math.abs(near - Number(value))).toBeLessThanOrEqual(
          value <= Number.MAX_SAFE_INTEGER ? 0 : 4096,
        );
      }),
      { examples: [[2n ** 64n - 1n], [2n ** 63n], [2n ** 53n], [2n ** 53n - 1n], [0n]] },
    );
  });

  it.each([
    ["a number of 65 bits", "ffffffffffffffffff02", "a number is longer than 64 bits"],
    ["a number that never ends", "ff".repeat(12), "a number is longer than 64 bits"],
    ["a number cut after nine bytes", "ff".repeat(9), "a number runs past its record"],
    ["no number", "", "a number runs past its record"],
  ])("refuses %s, and stays at its beginning", (_, hex, problem) => {
    const bytes = Buffer.from(hex, "hex");
    const reader = new ProtobufReader(bytes);
    expect(() => reader.varint(bytes.length)).toThrow(
      expect.objectContaining({ problem, offset: 0 }),
    );
    expect(reader.at).toBe(0);
  });

  it.each([
    ["0", 7n],
    ["2^29", 1n << 32n],
  ])("refuses the field number %s, whether it is read as a tag or skipped", (_, tag) => {
    const bytes = varint(tag);
    const refused = expect.objectContaining({ problem: "no field has that number", offset: 0 });
    expect(() => new ProtobufReader(bytes).tag(bytes.length)).toThrow(refused);
    expect(() => new ProtobufReader(bytes).skip(Number(tag), bytes.length)).toThrow(refused);
    expect(new ProtobufReader(varint((1n << 32n) - 1n)).tag(5)).toBe(2 ** 32 - 1);
  });
});
