import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesFilter, parseFilter } from "../../../server/records/logs/filter.js";
import { coveringTerms } from "../../../server/records/logs/filter-terms.js";

const passes = (text: string, fields: Record<string, string>) =>
  matchesFilter(parseFilter(text), fields);

test("reads every form", () => {
  const fields = { level: "error", app: "web", "a:b": "1", constructor: "x" };
  const cases: [string, boolean][] = [
    ['level = "error"', true],
    ['level="error"', true],
    ['level = "Error"', false],
    ['level != "error"', false],
    ['missing != "error"', true],
    ['missing = ""', false],
    ["'a:b' = \"1\"", true],
    ['level in ["info", "error"]', true],
    ['level in ["info","warn"]', false],
    ["level in []", false],
    ["level not in []", true],
    ['level NOT IN ["error"]', false],
    ['missing not in ["error"]', true],
    ['not level = "error"', false],
    ['not not level = "error"', true],
    ['NOT (level = "info" OR app = "db")', true],
    ['level = "info" or level = "error" and app = "web"', true],
    ['(level = "info" or level = "error") and app = "db"', false],
    ['not level = "error" or app = "web"', true],
    ['\t\n\flevel = "error"\n', true],
    ['level = "err\\u006fr"', true],
    ['constructor = "x"', true],
    ['toString = "x" or hasOwnProperty != "y"', true],
  ];
  for (const [text, expected] of cases)
    expect([text, passes(text, fields)]).toEqual([text, expected]);
  expect(passes('x = "\\"\\\\\\n\\t\\r\\b\\f\\/\\\'"', { x: "\"\\\n\t\r\b\f/'" })).toBe(true);
  expect(passes("'it\\'s' = \"\"", { "it's": "" })).toBe(true);
  expect(passes('\'and\' = "" and Or = ""', { and: "", Or: "" })).toBe(true);
});

test("says where a filter is wrong", () => {
  const cases: [string, string, number][] = [
    ["", 'expects a field, "not" or "("', 1],
    ["level", 'expects "=", "!=", "in" or "not in"', 6],
    ['level == "x"', "expects a text in double quotes", 8],
    ["level = 'x'", "expects a text in double quotes", 9],
    ["level = x", "expects a text in double quotes", 9],
    ['level in "x"', 'expects "["', 10],
    ['level in ["x",]', "expects a text in double quotes", 15],
    ['level in ["x" "y"]', 'expects "," or "]"', 15],
    ['level not "x"', 'expects "in"', 11],
    ['(level = "x"', 'expects "and", "or" or ")"', 13],
    ['level = "x")', 'expects "and", "or" or the end', 12],
    ['level = "x" And a = "b"', 'expects "and", "or" or the end', 13],
    ['level = "x', "never closed", 9],
    ['\'level = "x"', "never closed", 1],
    ['level = "\\q"', "unknown escape", 10],
    ['level = "ab\\u12"', "unknown escape", 12],
    ['level ! "x"', 'unexpected "!"', 7],
    ['level\r= "x"', 'unexpected "\\r"', 6],
    ['é = "x"', 'unexpected "é"', 1],
    ["not", 'expects a field, "not" or "("', 4],
    [`${"(".repeat(5_000)}a = "b"`, "nests deeper", 202],
  ];
  for (const [text, what, position] of cases) {
    try {
      parseFilter(text);
      expect.unreachable(text);
    } catch (error) {
      expect(error).toMatchObject({ code: "INPUT_INVALID", details: { position } });
      expect((error as Error).message).toContain(what);
      expect((error as Error).message).toContain(`at character ${position}`);
    }
  }
  expect(() => parseFilter("a".repeat(70_000))).toThrow(/longer than/);
});

test("long chains neither overflow nor slow down", () => {
  const chain = Array.from({ length: 4_000 }, (_, i) => `a = "${i}"`);
  expect(passes(chain.join(" or "), { a: "3999" })).toBe(true);
  expect(passes(`${"not ".repeat(10_001)}a = "1"`, { a: "2" })).toBe(true);
  expect(passes(`a = "${"\\n".repeat(30_000)}"`, { a: "\n".repeat(30_000) })).toBe(true);
});

// An independent reading: the tree is made first, evaluated by hand, and written down as text.
const FIELDS = ["a", "b", "c d", "in", "__proto__"];
const VALUES = ["", "x", "y", 'q"\\', "é\n"];
const node: fc.Memo<{ text: string; holds: (fields: Map<string, string>) => boolean }> = fc.memo(
  (depth) => (depth <= 1 ? leaf : fc.oneof(leaf, combination(depth))),
);
const leaf = fc
  .record({
    field: fc.constantFrom(...FIELDS),
    values: fc.subarray(VALUES),
    negated: fc.boolean(),
    list: fc.boolean(),
    upper: fc.boolean(),
  })
  .map(({ field, values, negated, list, upper }) => {
    const name = /^[ab]$/.test(field) ? field : `'${field}'`;
    const keyword = (word: string) => (upper ? word.toUpperCase() : word);
    const single = values[0];
    if (!list && single !== undefined) {
      return {
        text: `${name} ${negated ? "!=" : "="} ${JSON.stringify(single)}`,
        holds: (fields: Map<string, string>) => (fields.get(field) === single) !== negated,
      };
    }
    const texts = values.map((value) => JSON.stringify(value)).join(upper ? "," : " , ");
    return {
      text: `${name} ${negated ? keyword("not ") : ""}${keyword("in")} [${texts}]`,
      holds: (fields: Map<string, string>) => {
        const value = fields.get(field);
        return (value !== undefined && values.includes(value)) !== negated;
      },
    };
  });
const combination = (depth: number) =>
  fc
    .tuple(fc.constantFrom("and", "or", "not"), node(depth - 1), node(depth - 1))
    .map(([operator, left, right]) =>
      operator === "not"
        ? {
            text: `not (${left.text})`,
            holds: (fields: Map<string, string>) => !left.holds(fields),
          }
        : {
            text: `(${left.text}) ${operator} (${right.text})`,
            holds: (fields: Map<string, string>) =>
              operator === "and"
                ? left.holds(fields) && right.holds(fields)
                : left.holds(fields) || right.holds(fields),
          },
    );
const anyFields = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...VALUES)), {
    selector: ([field]) => field,
  })
  .map((pairs) => new Map(pairs));

test("agrees with a reading done by hand, and its terms cover whatever passes", () => {
  fc.assert(
    fc.property(node(4), anyFields, fc.subarray(FIELDS), ({ text, holds }, map, indexed) => {
      const fields = Object.fromEntries(map);
      const filter = parseFilter(text);
      const passed = matchesFilter(filter, fields);
      expect(passed).toBe(holds(map));
      const terms = coveringTerms(filter, (field) => indexed.includes(field));
      if (!terms) return;
      for (const { field } of terms) expect(indexed).toContain(field);
      if (passed) expect(terms.some(({ field, value }) => map.get(field) === value)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("takes the narrowest part of an and, all parts of an or, and gives up on the rest", () => {
  const terms = (text: string, ...indexed: string[]) =>
    coveringTerms(parseFilter(text), (field) => indexed.includes(field));
  const a1 = { field: "a", value: "1" };
  const b1 = { field: "b", value: "1" };
  expect(terms('a = "1" and b in ["1","2"]', "a", "b")).toEqual([a1]);
  expect(terms('a = "1" and b in ["1","2"]', "b")).toHaveLength(2);
  expect(terms('a = "1" or b = "1" or a = "1"', "a", "b")).toEqual([a1, b1]);
  expect(terms('a = "1" or b = "1"', "a")).toBeUndefined();
  expect(terms('a != "1"', "a")).toBeUndefined();
  expect(terms("a in []")).toEqual([]);
  const many = Array.from({ length: 65 }, (_, i) => `"${i}"`).join(",");
  expect(terms(`a in [${many}]`, "a")).toBeUndefined();
  expect(terms(`a in [${many}] and b = "1"`, "a", "b")).toEqual([b1]);
});

test("a filter of very many tests is refused, but not many values of one field, however they are written", () => {
  const values = Array.from({ length: 4_000 }, (_, i) => `${i}`);
  const ors = (field: (i: number) => string) =>
    values.map((value, i) => `${field(i)}="${value}"`).join(" or ");
  expect(() =>
    parseFilter(
      ors((i) => `f${i}`)
        .slice(0, 65_000)
        .replace(/ or [^"]*"?[^"]*$/, ""),
    ),
  ).toThrow(
    expect.objectContaining({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^the filter has \d{4} tests, more than the 500 allowed$/),
    }),
  );
  const one = parseFilter(ors(() => "f"));
  expect(one).toEqual({ kind: "in", field: "f", values: new Set(values) });
  expect(matchesFilter(one, { f: "3999" })).toBe(true);
  expect(matchesFilter(one, { f: "4000" })).toBe(false);
  const mixed = parseFilter('(a = "1" or b = "1" or a in ["2"] or not a = "3") and c = "1"');
  for (const [fields, passes] of [
    [{ a: "2", c: "1" }, true],
    [{ a: "3", b: "1", c: "1" }, true],
    [{ a: "3", c: "1" }, false],
    [{ a: "1" }, false],
  ] as const)
    expect(matchesFilter(mixed, fields)).toBe(passes);
  const most = Array.from({ length: 500 }, (_, i) => `f${i}="x"`);
  expect(() => parseFilter(most.join(" and "))).not.toThrow();
  expect(() => parseFilter(`${most.join(" and ")} and g="x"`)).toThrow("501 tests");
});
