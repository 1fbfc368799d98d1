// The armor around what repository.json keeps: age's library reads ours, and we take what it takes.

import { randomBytes } from "node:crypto";
import { armor } from "age-encryption";
import { expect, test } from "vitest";
import { armored, unarmored } from "../../../server/repository/keys/age-armor.js";

test.each([1, 47, 48, 49, 95, 96, 97, 1000])("%i bytes are what age's library makes", (size) => {
  const file = randomBytes(size);
  expect(armored(file)).toBe(armor.encode(file));
  expect(Buffer.from(unarmored(armored(file))).equals(file)).toBe(true);
});

const TEXT = armor.encode(Buffer.alloc(100, 7));
test.each([
  ["spaces around it", `\n ${TEXT} \n`],
  ["the line ends of Windows", TEXT.replaceAll("\n", "\r\n")],
])("it may have %s", (_, text) => {
  expect(Buffer.from(unarmored(text))).toEqual(Buffer.from(armor.decode(text)));
});

const lines = TEXT.trim().split("\n");
test.each([
  ["nothing", ""],
  ["no beginning", lines.slice(1).join("\n")],
  ["no end", lines.slice(0, -1).join("\n")],
  ["a line that is cut", TEXT.replace("BwcH", "")],
  ["an empty line", lines.toSpliced(1, 0, "").join("\n")],
  ["other letters", TEXT.replace("BwcH", "B_cH")],
  ["something after it", `${TEXT}x`],
])("%s is refused", (_, text) => {
  expect(() => unarmored(text)).toThrow();
  expect(() => armor.decode(text)).toThrow();
});

test("one without contents is refused: no age file is empty", () => {
  expect(() => unarmored([lines[0], lines.at(-1)].join("\n"))).toThrow();
});
