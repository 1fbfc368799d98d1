import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeValue } from "../../server/records/records.js";
import { mendJson, parseWellFormed } from "../../server/records/well-formed-json.js";

it.each([
  ['"\\ud83d"', "\ufffd"],
  ['"\\uDE00"', "\ufffd"],
  ['"\\ude00\\ud83d"', "\ufffd\ufffd"],
  ['"\\ud83d\\ud83d\\ude00"', "\ufffd😀"],
  ['"\\ud83d\\ude00\\ude00"', "😀\ufffd"],
  ['"\\ud83dx\\ude00"', "\ufffdx\ufffd"],
  ['"\\uD83D\\uDE00"', "😀"],
  // a backslash, and text
  ['"\\\\ud83d"', "\\ud83d"],
  ['"\\\\\\ud83d"', "\\\ufffd"],
  ['"\\ud83d\\\\ude00"', "\ufffd\\ude00"],
  ['"\\ud83d\\n"', "\ufffd\n"],
])("%s", (json, text) => {
  expect(parseWellFormed(json)).toBe(text);
});

it("is what JavaScript makes of each text, and leaves what is well-formed as it is", () => {
  const text = fc.string({
    maxLength: 12,
    unit: fc.constantFrom("\ud83d", "\ude00", "\\", "u", "d83d", "a", '"', "ü", "\n"),
  });
  fc.assert(
    fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (fields) => {
      const json = JSON.stringify(fields);
      const expected = Object.fromEntries(
        Object.entries(fields).map((pair) => pair.map((part) => part.toWellFormed())),
      );
      expect(parseWellFormed(json)).toEqual(expected);
      expect(decodeValue(Buffer.from(json))).toEqual(expected);
      const sound = JSON.stringify(expected);
      expect(mendJson(sound)).toBe(sound);
    }),
  );
});

it("of very deep nesting doesn't matter", () => {
  const deep = `${"[".repeat(5000)}"\\ud83d"${"]".repeat(5000)}`;
  expect(mendJson(deep)).toBe(deep.replace("d83d", "fffd"));
});
