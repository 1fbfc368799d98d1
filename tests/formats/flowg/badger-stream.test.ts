import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BadgerKv } from "../../../server/formats/flowg/badger-kv.js";
import { readBadgerStream } from "../../../server/formats/flowg/badger-stream.js";
import { IMPORTED_VALUE_MAX_BYTES } from "../../../server/records/values.js";
import { badgerStream, blob, frame, type Kv, kvMessage } from "./encode.js";

async function* cutInto(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield Buffer.from(bytes.subarray(i, i + size));
}

async function readAll(bytes: Buffer, chunk = 7, size?: number): Promise<BadgerKv[]> {
  const all: BadgerKv[] = [];
  for await (const kvs of readBadgerStream(cutInto(bytes, chunk), { size })) all.push(...kvs);
  return all;
}

async function failure(bytes: Buffer, size?: number): Promise<{ code: string; offset: unknown }> {
  const error = await readAll(bytes, 5, size).then(
    () => ({ code: "none", details: { offset: -1 } }),
    (error) => error,
  );
  return { code: error.code, offset: error.details.offset };
}

const kvs = fc.array(
  fc.record<Kv>({
    key: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    value: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    version: fc.bigInt(1n, 2n ** 64n - 1n),
    expiresAt: fc.bigInt(0n, 2n ** 64n - 1n),
    meta: fc.nat(255),
  }),
  { maxLength: 12 },
);

describe("readBadgerStream", () => {
  it("gives every KV of any stream, however it is cut into frames and chunks", async () => {
    await fc.assert(
      fc.asyncProperty(kvs, fc.integer({ min: 1, max: 5 }), fc.nat(4000), async (list, a, b) => {
        const bytes = badgerStream(list, a);
        const found = await readAll(bytes, b + 1, bytes.length);
        const wanted = list.filter((kv) => !kv.key.toString("latin1").startsWith("!badger!"));
        const texts = (all: (Kv | BadgerKv)[]) =>
          all.map((kv) => ({
            ...kv,
            key: kv.key.toString("hex"),
            version: `${kv.version}`,
            expiresAt: `${kv.expiresAt}`,
          }));
        expect(texts(found)).toEqual(texts(wanted));
      }),
      { numRuns: 60 },
    );
  });

  it("passes over unknown fields, stream marks, empty frames and BadgerDB's own keys", async () => {
    const unknown = Buffer.concat([
      blob(7, Buffer.alloc(1000, 1)),
      Buffer.from([0x60, 0x96, 0x01]), // field 12, varint
      Buffer.from([0x69, 1, 2, 3, 4, 5, 6, 7, 8]), // field 13, 64 bits
      Buffer.from([0x75, 1, 2, 3, 4]), // field 14, 32 bits
    ]);
    const bytes = Buffer.concat([
      frame(),
      frame(
        unknown,
        blob(1, Buffer.concat([unknown, kvMessage({ key: "a", value: "1" })])),
        unknown,
      ),
      frame(blob(1, kvMessage({ key: "", streamDone: true }))),
      frame(blob(1, kvMessage({ key: "!badger!head", value: "x" }))),
      frame(blob(1, blob(1, Buffer.from("b")))),
    ]);
    const found = await readAll(bytes);
    expect(found.map((kv) => [kv.key.toString(), kv.value.toString(), kv.version])).toEqual([
      ["a", "1", 1],
      ["b", "", 0],
    ]);
  });

  it("calls a stream cut at any byte truncated, but where a frame ends", async () => {
    const bytes = badgerStream(
      Array.from({ length: 5 }, (_, i) => ({ key: `stream:config:${i}`, value: "{}" })),
      2,
    );
    const ends = new Set([0]);
    for (let end = 0; end < bytes.length; ends.add(end)) {
      end += 8 + Number(bytes.readBigUInt64LE(end));
    }
    for (let cut = 0; cut < bytes.length; cut++) {
      const expected = ends.has(cut) ? "none" : "SNAPSHOT_TRUNCATED";
      const unknownSize = await failure(bytes.subarray(0, cut));
      expect(unknownSize.code, `cut at ${cut}`).toBe(expected);
      expect((await failure(bytes.subarray(0, cut), cut)).code).toBe(expected);
      if (!ends.has(cut)) expect(unknownSize.offset).toBe(cut);
    }
  });

  const good = badgerStream([{ key: "a", value: "1" }]);
  const at = good.length;
  it.each([
    ["an absurd length", Buffer.from("ffffffffffffffff", "hex"), 0],
    ["a length of 1 TB", Buffer.from("0000000000010000", "hex"), 0],
    ["a KV of another wire type", frame(Buffer.from([0x08, 1])), 8],
    ["a KV past its frame", frame(Buffer.from([0x0a, 50, 1])), 8],
    ["a KV without a key", frame(blob(1, blob(2, Buffer.from("v")))), 10],
    ["a key of another wire type", frame(blob(1, Buffer.from([0x08, 1]))), 10],
    ["a key past its KV", frame(blob(1, Buffer.from([0x0a, 9, 1]))), 11],
    ["a version of another wire type", frame(blob(1, blob(4, Buffer.from("v")))), 10],
    ["a group", frame(Buffer.from([0x13, 0x14])), 8],
    ["a group in a KV", frame(blob(1, Buffer.from([0x63, 0x64]))), 11],
    ["field 0", frame(Buffer.from([0x02, 0])), 8],
    ["a number of more than 64 bits", frame(Buffer.from([0x50, ...Array(10).fill(0xff), 1])), 9],
    ["a meta of two bytes", frame(blob(1, blob(6, Buffer.from("ab")))), 10],
    ["a key of 70,000 bytes", frame(blob(1, kvMessage({ key: "k".repeat(70_000) }))), 12],
    ["an unknown field past its frame", frame(Buffer.from([0x3a, 50, 1])), 8],
  ])("refuses %s, and says where", async (_, bad, offset) => {
    expect(await failure(Buffer.concat([good, bad, good]))).toEqual({
      code: "SNAPSHOT_CORRUPT",
      offset: at + offset,
    });
  });

  it("says that a download failed where FlowG's error message stands in a frame's place", async () => {
    const bytes = Buffer.concat([good, Buffer.from('{"status":"INTERNAL","error":"internal: x"}')]);
    await expect(readAll(bytes)).rejects.toMatchObject({
      code: "SNAPSHOT_TRUNCATED",
      message: expect.stringContaining("error message of FlowG"),
      details: { offset: good.length },
    });
  });

  it("refuses a frame that is longer than the rest of the file before reading it", async () => {
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(2n ** 31n - 1n);
    async function* endless(): AsyncGenerator<Buffer> {
      yield head;
      throw new Error("was read on");
    }
    const reading = readBadgerStream(endless(), { size: 1000 }).next();
    await expect(reading).rejects.toMatchObject({ code: "SNAPSHOT_TRUNCATED" });
  });

  it("takes a value of just under 64 MiB, and names the key of a bigger one without holding it", async () => {
    const big = badgerStream([{ key: "big", value: Buffer.alloc(IMPORTED_VALUE_MAX_BYTES, 1) }]);
    const found = await readAll(big, 2 ** 20, big.length);
    expect(found.map((kv) => kv.value.length)).toEqual([IMPORTED_VALUE_MAX_BYTES]);

    const over = Buffer.concat([kvMessage({ key: "too big" }), Buffer.from([0x12])]);
    const claimed = Buffer.from("80808040", "hex"); // 128 MiB
    const kv = Buffer.concat([over, claimed, Buffer.alloc(70_000)]);
    const length = Buffer.from("8a808040", "hex"); // 128 MiB and 10
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(2n ** 28n);
    const bytes = Buffer.concat([head, Buffer.from([0x0a]), length, kv]);
    await expect(readAll(bytes, 4096)).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringContaining('"too big"'),
    });
  });
});
