// What is taken without a parser must be what the parser takes, and nothing else.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEntry } from "../../../server/formats/flowg/log-values.js";
import { PlainEntries } from "../../../server/formats/flowg/plain-entry.js";
import { entryValue } from "./encode.js";

const plainly = (value: string | Buffer): readonly string[] | undefined =>
  new PlainEntries().names(Buffer.from(value));

/** Demands that the parser takes each value that is plain, byte for byte, with the same fields. */
function demandSame(entries: PlainEntries, value: Buffer): boolean {
  const names = entries.names(value);
  if (names === undefined) return false;
  const parsed = parseEntry(value);
  expect(parsed).toMatchObject({ repaired: false });
  expect(parsed?.value).toBe(value);
  expect([...new Set(names)].sort()).toEqual([...(parsed?.fields ?? [])].sort());
  return true;
}

/** Texts of pieces that mean something in JSON or in UTF-8. */
const piece = fc.constantFrom(
  ...['"', "\\", "\\u", "\\ud83d", "\\udE00", "\\u00e9", "\\n", "\\x", "d8", "00", "{", "}"],
  ...[":", ",", '":"', '","', '"}}', " ", "a", "b", "é", "\u{1f600}", "\n", "\x7f", "__proto__"],
);
const bytes = fc.oneof(
  { weight: 8, arbitrary: piece.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }).map((some) => Buffer.from(some)) },
);
const text = fc.array(bytes, { maxLength: 4 }).map((all) => Buffer.concat(all));
const members = fc.array(fc.tuple(text, text), { maxLength: 4 });

describe("plain entries", () => {
  it.each([
    [entryValue({}), []],
    [entryValue({ level: "info", message: "a" }), ["level", "message"]],
    [entryValue({ a: 'quoted "b" \\ \n\t', b: "é\u{1f600}" }), ["a", "b"]],
    ['{"timestamp":"t","fields":{"a":"\\u003cb\\u003e"}}', ["a"]],
  ])("takes %s", (value, names) => {
    expect(plainly(value)).toEqual(names);
  });

  it.each([
    ["a blank", '{"timestamp":"t", "fields":{}}'],
    ["no fields", '{"timestamp":"t"}'],
    ["a field that isn't a text", '{"timestamp":"t","fields":{"a":1}}'],
    ["one more member", '{"timestamp":"t","fields":{},"x":""}'],
    ["one more byte", '{"timestamp":"t","fields":{}}}'],
    ["a comma too many", '{"timestamp":"t","fields":{"a":"b",}}'],
    ["half of a pair of surrogates", '{"timestamp":"t","fields":{"a":"\\ud83d"}}'],
    ["an escape that JSON doesn't have", '{"timestamp":"t","fields":{"a":"\\x"}}'],
    ["an escape that is cut", '{"timestamp":"t","fields":{"a":"\\u00'],
    ["a control character", '{"timestamp":"t","fields":{"a":"\n"}}'],
    ["a name with an escape", '{"timestamp":"t","fields":{"\\u0061":"b"}}'],
    ["a name that isn't ASCII", '{"timestamp":"t","fields":{"é":"b"}}'],
    [
      "more than 256 fields",
      entryValue(Object.fromEntries(Array.from({ length: 257 }, (_, i) => [i, ""]))),
    ],
    ["nothing", ""],
  ])("leaves %s to the parser", (_, value) => {
    expect(plainly(value)).toBeUndefined();
  });

  it("leaves every entry that is cut to the parser", () => {
    const value = entryValue({ level: "info", message: "é \\ \n" });
    const whole = Buffer.from(value);
    expect(plainly(whole)).toBeDefined();
    for (let end = 0; end < whole.length; end++)
      expect(plainly(whole.subarray(0, end))).toBeUndefined();
  });

  it("leaves bytes that are not UTF-8 to the parser, also where the entry before had them", () => {
    const entries = new PlainEntries();
    for (const [before, after] of [
      ['{"timestamp":"t","fields":{"a', '":"b"}}'],
      ['{"timestamp":"t","fields":{"a":"b', '"}}'],
      ['{"timestamp":"', '","fields":{"a":"b"}}'],
    ] as const) {
      const value = Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]);
      expect(entries.names(value)).toBeUndefined();
      expect(entries.names(value)).toBeUndefined();
    }
  });

  it("takes only what the parser takes, and finds the same fields, whatever entries came before", () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(members, { minLength: 1, maxLength: 5 }), (list) => {
        const entries = new PlainEntries();
        for (const all of list) {
          const parts = all.flatMap(([name, value], i) => [
            Buffer.from(i === 0 ? '"' : ',"'),
            name,
            Buffer.from('":"'),
            value,
            Buffer.from('"'),
          ]);
          const [begin, end] = ['{"timestamp":"t","fields":{', "}}"].map((some) =>
            Buffer.from(some),
          );
          if (demandSame(entries, Buffer.concat([begin as Buffer, ...parts, end as Buffer])))
            plain++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(plain).toBeGreaterThan(0);
  });

  it("gives an array of names that later entries don't change", () => {
    const entries = new PlainEntries();
    const value = (...names: string[]) =>
      Buffer.from(entryValue(Object.fromEntries(names.map((name) => [name, ""]))));
    const first = entries.names(value("a", "b"));
    expect(entries.names(value("a", "b"))).toBe(first);
    expect(entries.names(value("a"))).toEqual(["a"]);
    expect(entries.names(value("a", "c", "d"))).toEqual(["a", "c", "d"]);
    expect(entries.names(value("ab", "c"))).toEqual(["ab", "c"]);
    expect(first).toEqual(["a", "b"]);
  });
});
