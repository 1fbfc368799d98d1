import { expect, test } from "vitest";
import { goSlice, table } from "../../../cli/output/table.js";
import { displayWidth } from "../../../cli/output/width.js";

test("columns are aligned with two spaces, without blanks at the end", () => {
  expect(
    table(
      ["Name", { header: "Count", align: "right" }, "Note"],
      [
        ["a", "1", ""],
        ["longer", "1,000", "x"],
      ],
    ),
  ).toBe("Name    Count  Note\na           1\nlonger  1,000  x");
});

test("what a terminal has no room for becomes a list", () => {
  const columns = ["Name", { header: "Count", align: "right" as const }];
  const rows = [
    ["a-long-name", "1"],
    ["b", ""],
  ];
  expect(table(columns, rows, 18)).toBe("Name         Count\na-long-name      1\nb");
  expect(table(columns, rows, 17)).toBe("Name:  a-long-name\nCount: 1\n\nName:  b\nCount:");
});

test("cells are made safe", () => {
  expect(table(["Name"], [["\x1b[31m\n"]])).toBe("Name\n\\u001b[31m\\n");
});

test("lists are FlowG's", () => {
  expect(goSlice([])).toBe("[]");
  expect(goSlice(["a", "b c"])).toBe("[a b c]");
});

test.each([
  ["abc", 3],
  ["ü", 1],
  ["u\u0308", 1],
  ["日本", 4],
  ["🚀", 2],
  ["👨‍👩‍👧", 2],
  ["ﾊﾝｶｸ", 4],
])("%s takes %d columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});
