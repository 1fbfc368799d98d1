// Fields that are looked up in JSON without decoding the rest equal those that a parser of the whole finds.

import fc from "fast-check";
import { expect, test } from "vitest";
import { FieldsInJson } from "../../../server/records/logs/fields-in-json.js";
import { matchesFilter, parseFilter } from "../../../server/records/logs/filter.js";
import { decodeValue, type EntryRecord } from "../../../server/records/records.js";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "}", "]", ",", ":", "{", " ", "\ud83d", "é"),
    maxLength: 80,
  }),
);

/** Parses the whole; each member becomes an own property, whatever its name. */
const whole = (json: string): Record<string, string> =>
  decodeValue<EntryRecord>(Buffer.from(json)).fields;

test("finds what a parser finds, however the JSON is written", () => {
  const indent = fc.constantFrom(undefined, 1, "\t");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { maxLength: 8 }),
      text,
      indent,
      (pairs, other, indent) => {
        const fields = Object.fromEntries(pairs);
        const entry = {
          other: [other, { fields: [other, {}, 1] }],
          timestamp: other,
          fields,
          after: [],
        };
        const json = JSON.stringify(entry, null, indent);
        const names = [...Object.keys(whole(json)), "absent", "__proto__", other];
        const expected = Object.entries(whole(json)).filter(([name]) => names.includes(name));
        const found = FieldsInJson.ofEntry(Buffer.from(json)).only(names);
        expect(new Map(Object.entries(found))).toEqual(new Map(expected));
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["{}", {}],
  [' { "fields" : { } } ', {}],
  ['{"fields":{"a":"1","a":"2"}}', { a: "2" }],
  ['{"fields":{"\\u0061":"\\u0031\\n"}}', { a: "1\n" }],
  ['{"fields":{"a":"\\ud83d"}}', { a: "\ufffd" }],
  ['{"fields":{"a":"1"},"fields":{"b":"2"}}', { b: "2" }],
  [
    `{"x":{"fields":{"a":"no"}},"fields":{"a":"${"\\\\".repeat(99)}\\"","b":"2"}}`,
    { a: `${"\\".repeat(99)}"`, b: "2" },
  ],
])("%s", (json, fields) => {
  expect(FieldsInJson.ofEntry(Buffer.from(json)).only(["a", "b"])).toEqual(fields);
});

test("bytes that are not UTF-8 are what a parser makes of them", () => {
  const json = Buffer.concat([
    Buffer.from('{"fields":{"a":"x'),
    Buffer.of(0xe6, 0xbc),
    Buffer.from('","b":"2"}}'),
  ]);
  expect(FieldsInJson.ofEntry(json).only(["a", "b"])).toEqual(
    decodeValue<EntryRecord>(json).fields,
  );
});

test("JSON that breaks off is looked through to its end", () => {
  const json = '{"timestamp":"t","fields":{"a":"x\\"y","b":"2"}}';
  for (let length = 0; length < json.length; length++)
    expect(() => FieldsInJson.ofEntry(Buffer.from(json.slice(0, length)))).not.toThrow("x");
});

test("a text that is longer than any in a filter equals none", () => {
  const fields = { long: "漢".repeat(400_000), level: "info" };
  const found = new FieldsInJson(Buffer.from(JSON.stringify(fields)));
  for (const filter of [
    'level = "info"',
    'long = "x"',
    'long != "x"',
    'not (long in ["漢"]) and level = "info"',
  ])
    expect([filter, found.passes(parseFilter(filter))]).toEqual([
      filter,
      matchesFilter(parseFilter(filter), fields),
    ]);
});
