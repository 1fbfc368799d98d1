import fc from "fast-check";
import { expect, test } from "vitest";
import { KEY_MAX_BYTES } from "../../../server/records/keys.js";
import {
  entryKeyOfMoment,
  entryMs,
  MOMENT_BYTES,
  momentOf,
  parseEntryKey,
} from "../../../server/records/logs/entry-key.js";
import { fieldIndexes, indexHead, indexHeads } from "../../../server/records/logs/log-index.js";
import { FIELD_NAME_MAX_BYTES, NAME_MAX_BYTES } from "../../../server/records/names.js";
import { entryKey } from "../../../server/records/records.js";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
const time = fc.oneof(fc.nat(), fc.maxSafeNat());

test("an entry's key comes back from its moment, and into its parts", () => {
  fc.assert(
    fc.property(name, time, fc.uuid(), (stream, ms, uuid) => {
      const key = entryKey(stream, ms, uuid);
      expect(parseEntryKey(key)).toEqual({ stream, ms, uuid });
      expect(entryMs(key)).toBe(ms);
      expect(entryKeyOfMoment(stream, momentOf(key))).toEqual(key);
    }),
  );
});

test("times beyond what a number holds exactly come back as they were", () => {
  const key = Buffer.from(
    `entry\x1bs\x1b00009999999999999999\x1b01234567-89ab-4cde-8f01-23456789abcd`,
  );
  expect(entryKeyOfMoment("s", momentOf(key))).toEqual(key);
});

test("moments are in the order of their entries' keys", () => {
  fc.assert(
    fc.property(time, fc.uuid(), time, fc.uuid(), (ms, uuid, otherMs, otherUuid) => {
      const [a, b] = [entryKey("s", ms, uuid), entryKey("s", otherMs, otherUuid)];
      expect(Buffer.compare(momentOf(a), momentOf(b))).toBe(Buffer.compare(a, b));
    }),
  );
});

test("two values have one head only if they are the same bytes, and none begins another's keys", () => {
  const value = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ minLength: 60, maxLength: 80 }));
  const [index] = fieldIndexes("s", ["f"]);
  if (!index) throw new Error("no index");
  fc.assert(
    fc.property(value, value, fc.uint8Array({ minLength: 24, maxLength: 24 }), (a, b, moment) => {
      const key = Buffer.concat([indexHead(index, a), moment]);
      const head = indexHead(index, b);
      const isIn = key.length === head.length + 24 && key.subarray(0, head.length).equals(head);
      expect(isIn).toBe(Buffer.from(a).equals(Buffer.from(b)));
    }),
    { examples: [["a", "a", new Uint8Array(24)]] },
  );
});

test("only a field that the entry has is indexed, whatever objects inherit", () => {
  const indexes = fieldIndexes("s", ["toString", "__proto__", "constructor", "f"]);
  expect(indexHeads(indexes, {})).toEqual([]);
  const fields = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
  expect(indexHeads(indexes, fields)).toHaveLength(1);
});

test("the longest names and values stay below the limit of a key", () => {
  const [index] = fieldIndexes("s".repeat(NAME_MAX_BYTES), ["f".repeat(FIELD_NAME_MAX_BYTES)]);
  if (!index) throw new Error("no index");
  for (const length of [64, 65, 1_000_000]) {
    const head = indexHead(index, "v".repeat(length));
    expect(head.length + MOMENT_BYTES).toBeLessThanOrEqual(KEY_MAX_BYTES);
  }
});
