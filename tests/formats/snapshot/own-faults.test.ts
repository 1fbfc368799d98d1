// A fault of this program is never told as damage: nobody should throw a sound backup away, and a salvage must not
// pass over sound blocks.

import { describe, expect, it } from "vitest";
import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import { UnpackFault, unpackBlock } from "../../../server/formats/snapshot/unpack.js";
import { packBlock } from "../../../server/formats/snapshot/zstd.js";
import { frameDamage } from "../../../server/formats/snapshot/zstd-damage.js";
import { FlowgError } from "../../../server/platform/errors.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { AUTH_BLOCKS } from "./make-snapshot.js";

/** Looks at a sound block; nothing in this program knows the kinds of records of the database `nonsense`. */
async function faultFor(database: string, isFirst: boolean): Promise<unknown> {
  const builder = new BlockBuilder();
  for (const { key, value } of AUTH_BLOCKS[0] ?? []) builder.add(key, value);
  const raw = builder.finish();
  const rawLength = raw.byteLength;
  const { frame } = await packBlock(raw);
  return await unpackBlock({
    frame,
    rawLength,
    database: database as DatabaseKind,
    keep: false,
    checkRecords: true,
    inspect: true,
    isFirst,
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("while a block's records are walked", () => {
  it("a fault of this program on the main thread stays what it is", async () => {
    expect(await faultFor("nonsense", true)).toBeInstanceOf(TypeError);
  });

  it("a fault of this program on the other thread is INTERNAL", async () => {
    const fault = await faultFor("nonsense", false);
    expect(fault).toBeInstanceOf(FlowgError);
    expect(fault).toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("undefined"),
    });
  });

  it.each([true, false])(
    "a record of another database is the block's fault (first: %s)",
    async (isFirst) => {
      const fault = await faultFor("logs", isFirst);
      expect(fault).toBeInstanceOf(UnpackFault);
      expect(fault).toMatchObject({ fault: { is: "unknown-kind", kind: "role" } });
    },
  );
});

describe("while a frame is decompressed", () => {
  it("only what zstd says of the frame is damage", () => {
    expect(frameDamage(new Error("Data corruption detected"))).toBe("Data corruption detected");
    for (const other of [
      new Error("Allocation error : not enough memory"),
      new RangeError("Array buffer allocation failed"),
      new FlowgError("CANCELLED", "the thread is being ended"),
      "a text",
    ])
      expect(frameDamage(other)).toBeUndefined();
  });
});
