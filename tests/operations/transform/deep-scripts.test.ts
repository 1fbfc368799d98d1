// Scripts that nest without reason are refused as that, before the interpreter's compiler spends its time or its stack on them.

import { afterAll, beforeAll, expect, test } from "vitest";
import { Transformers } from "../../../server/operations/transform/transformers.js";
import { nestingProblem } from "../../../server/records/config/vrl-nesting.js";

let transformers: Transformers;
beforeAll(() => {
  transformers = new Transformers();
});
afterAll(() => transformers.close());

const FORMS: [what: string, open: string, close: string][] = [
  ["lists", "[", "]"],
  ["objects", '{"a": ', "}"],
  ["parentheses", "(", ")"],
  ["calls", "string(", ")"],
  ["blocks", "if true { ", " }"],
];
const nested = (open: string, close: string, depth: number) =>
  `.y = 1\n.x = ${open.repeat(depth)}1${close.repeat(depth)}`;

test.each(FORMS)("%s", async (_, open, close) => {
  for (const depth of [101, 1_000, 100_000]) {
    const script = nested(open, close, depth);
    const refused = "line 2: it nests deeper than 100";
    await expect(transformers.run("transformer", script, {})).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: `transformer: ${refused}`,
    });
    expect(await transformers.check(nested(open, close, 101))).toBe(refused);
  }
});

test("brackets in texts, patterns and comments don't nest, nor do those that were closed", async () => {
  const many = "(".repeat(500);
  const script = `# ${many}\n.text = "${many}\\"${many}"\n.raw = s'${many}'\n.found = match("(", r'\\({1}')\n`;
  const closed = Array.from({ length: 500 }, (_, n) => `.a${n % 3} = [(${n})]`).join("\n");
  expect(nestingProblem(script + closed)).toBeUndefined();
  expect(await transformers.run("transformer", script, {})).toMatchObject([{ found: "true" }]);
  expect(nestingProblem(nested("[", "]", 100))).toBeUndefined();
});
