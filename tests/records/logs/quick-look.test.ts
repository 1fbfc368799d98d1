// A quick look leaves out no entry that passes: whatever the filter, and however the entry's JSON is written.

import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesFilter, parseFilter } from "../../../server/records/logs/filter.js";
import { quickLook } from "../../../server/records/logs/quick-look.js";
import { decodeValue, type EntryRecord } from "../../../server/records/records.js";

const TEXTS = [
  "",
  "x",
  "xy",
  "é",
  "😀",
  'a "b"',
  "a\\b",
  "\n",
  "\ud83d",
  "\ufffd",
  "timestamp",
  "</>",
];
const text = fc.constantFrom(...TEXTS);

/** JSON of a text with each character as it is, or as an escape. */
const written = (value: string, isEscaped: boolean): string =>
  isEscaped
    ? `"${[...Array(value.length).keys()].map((at) => `\\u${value.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`
    : JSON.stringify(value);

const member = fc.tuple(fc.constantFrom("a", "b"), text, fc.boolean(), fc.constantFrom("", " "));
const entry = fc
  .array(member, { maxLength: 3 })
  .map((members) =>
    members.map(([name, value, escaped, blank]) => `"${name}":${blank}${written(value, escaped)}`),
  )
  .map((members) => Buffer.from(`{"timestamp":"t","fields":{${members.join(",")}}}`));
const name = fc.constantFrom("a", "b");
const filterText = fc
  .array(
    fc.tuple(
      fc.constantFrom("and", "or", "and not"),
      name,
      fc.constantFrom("=", "!=", "in"),
      fc.array(text, { minLength: 1, maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) =>
    parts
      .map(([join, field, operator, values], at) => {
        const texts = values.map((value) => JSON.stringify(value));
        const test =
          operator === "in" ? `${field} in [${texts}]` : `${field} ${operator} ${texts[0]}`;
        return at === 0 ? test : `${join} ${test}`;
      })
      .join(" "),
  );

test("an entry that passes is never left out", () => {
  let leftOut = 0;
  fc.assert(
    fc.property(filterText, entry, (words, json) => {
      const filter = parseFilter(words);
      const mayPass = quickLook(filter);
      if (mayPass === undefined || mayPass(json)) return;
      leftOut++;
      expect(matchesFilter(filter, decodeValue<EntryRecord>(json).fields)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
  expect(leftOut).toBeGreaterThan(100);
});

test("bytes that aren't UTF-8 are read as they always are", () => {
  const json = Buffer.from('{"timestamp":"t","fields":{"a":"?"}}');
  json[json.indexOf("?")] = 0xff;
  const filter = parseFilter('a = "\ufffd"');
  expect(matchesFilter(filter, decodeValue<EntryRecord>(json).fields)).toBe(true);
  expect(quickLook(filter)?.(json) ?? true).toBe(true);
});
