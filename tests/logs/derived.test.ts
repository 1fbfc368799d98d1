import fc from "fast-check";
import { expect, test } from "vitest";
import { KEY_MAX_BYTES } from "../../server/database/keys.js";
import { FIELD_NAME_MAX_BYTES, NAME_MAX_BYTES } from "../../server/database/names.js";
import { entryKey } from "../../server/database/records.js";
import { fieldIndexes, indexKeys, indexKeysOf, indexRange } from "../../server/logs/derived.js";
import { entryKeyOfMoment, entryMs, parseEntryKey } from "../../server/logs/entry-key.js";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
const time = fc.oneof(fc.nat(), fc.maxSafeNat());

test("an entry's key comes back from its index key, and into its parts", () => {
  fc.assert(
    fc.property(name, name, time, fc.uuid(), fc.string(), (stream, field, ms, uuid, value) => {
      const key = entryKey(stream, ms, uuid);
      expect(parseEntryKey(key)).toEqual({ stream, ms, uuid });
      expect(entryMs(key)).toBe(ms);
      const [index] = indexKeysOf(stream, key, {
        fields: { [field]: value },
        indexedFields: [field],
      });
      expect(entryKeyOfMoment(stream, index as Buffer)).toEqual(key);
    }),
  );
});

test("times beyond what a number holds exactly come back as they were", () => {
  const key = Buffer.from(
    `entry\x1bs\x1b00009999999999999999\x1b01234567-89ab-4cde-8f01-23456789abcd`,
  );
  const [index] = indexKeysOf("s", key, { fields: { f: "" }, indexedFields: ["f"] });
  expect(entryKeyOfMoment("s", index as Buffer)).toEqual(key);
});

test("a value's range holds its own keys inside the window and no other value's", () => {
  const value = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ minLength: 60, maxLength: 80 }));
  const uuid = "00000000-0000-4000-8000-000000000000";
  fc.assert(
    fc.property(value, value, time, time, time, (a, b, ms, fromMs, toMs) => {
      const [index] = fieldIndexes("s", ["f"]);
      if (!index) throw new Error("no index");
      const [key] = indexKeys([index], entryKey("s", ms, uuid), { f: a });
      const { start, end } = indexRange(index, b, { fromMs, toMs });
      const inside =
        Buffer.compare(key as Buffer, start) >= 0 && Buffer.compare(key as Buffer, end) < 0;
      const same = Buffer.from(a).equals(Buffer.from(b));
      expect(inside).toBe(same && fromMs <= ms && ms < toMs);
    }),
    { examples: [["a", "a", 5, 5, 6]] },
  );
});

test("only a field that the entry has is indexed, whatever objects inherit", () => {
  const key = entryKey("s", 1, "00000000-0000-4000-8000-000000000000");
  const indexedFields = ["toString", "__proto__", "constructor", "f"];
  expect(indexKeysOf("s", key, { fields: {}, indexedFields })).toEqual([]);
  const fields = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
  expect(indexKeysOf("s", key, { fields, indexedFields })).toHaveLength(1);
});

test("the longest names and values stay below the limit of a key", () => {
  const stream = "s".repeat(NAME_MAX_BYTES);
  const field = "f".repeat(FIELD_NAME_MAX_BYTES);
  const key = entryKey(stream, Number.MAX_SAFE_INTEGER, "00000000-0000-4000-8000-000000000000");
  for (const length of [64, 65, 1_000_000]) {
    const [index] = indexKeysOf(stream, key, {
      fields: { [field]: "v".repeat(length) },
      indexedFields: [field],
    });
    expect(index?.length).toBeLessThanOrEqual(KEY_MAX_BYTES);
  }
});
