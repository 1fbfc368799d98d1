// The code of a script is told from its texts and comments. Scripts come from backups, too, so any text may be one, and looking
// through it must not take long.

import { expect, test } from "vitest";
import { codeOf } from "../../server/records/config/vrl-code.js";
import { missingFunctions } from "../../server/records/config/vrl-functions.js";

test("comments, texts and patterns are blanks, and each character keeps its place", () => {
  const script = `.a = "x(\\"(" # (\n.b = s'(\\'"'\n.c = r'[(]' + t'2026'\n.d = (1)`;
  expect(codeOf(script)).toBe(
    [
      ".a = " + " ".repeat(11),
      ".b = " + " ".repeat(7),
      ".c = " + " ".repeat(6) + " + " + " ".repeat(7),
      ".d = (1)",
    ].join("\n"),
  );
});

test("a text may have several lines, and from one without an end on all is code", () => {
  expect(codeOf(`.a = "x\n(" + y`)).toBe(".a =   \n   + y");
  expect(codeOf(`.a = "x\n(y`)).toBe(`.a = "x\n(y`);
  expect(codeOf(`.a = s'x\\`)).toBe(`.a = s'x\\`);
  expect(codeOf("# x")).toBe("   ");
});

test("texts of any length, and quotes that end none, are looked through", () => {
  const call = `log("x")`;
  expect(missingFunctions(`.a = "${"a".repeat(20_000_000)}"; ${call}`)).toEqual(["log"]);
  expect(missingFunctions(`.a = "${"\\n".repeat(10_000_000)}"; ${call}`)).toEqual(["log"]);
  // each of these quotes could begin a text that has no end
  expect(missingFunctions(`${call}\n${'"\\'.repeat(1_000_000)}`)).toEqual(["log"]);
});
