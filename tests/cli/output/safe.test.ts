import fc from "fast-check";
import { expect, test } from "vitest";
import { safe, safeJson } from "../../../cli/output/safe.js";

const binary = fc.string({ unit: "binary" });
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

test("law: nothing a terminal obeys is left", () => {
  fc.assert(
    fc.property(binary, (text) => {
      expect(safe(text)).not.toMatch(UNSAFE);
      expect(safe(text).isWellFormed()).toBe(true);
    }),
  );
  expect(safe("a\x1b[31m\u009b\u202eb\n\t\ud800")).toBe("a\\u001b[31m\\u009b\\u202eb\\n\\t\\ud800");
});

test("ordinary text of any script stays as it is", () => {
  for (const text of ["admin", "日本 – ünïcode 🚀", "\\n"]) expect(safe(text)).toBe(text);
});

test("law: safe JSON is one safe line and parses to the same value", () => {
  fc.assert(
    fc.property(binary, (text) => {
      const json = safeJson({ text });
      expect(json).not.toMatch(UNSAFE);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
