// A confirmation is an answer to a question that could be read.

import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Input } from "../../cli/input/input.js";
import type { Output } from "../../cli/output/output.js";

/** A person at a terminal who types at once, and again when asked. */
function typing(before: string, answer: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.write(before);
  const questions: string[] = [];
  const output = {
    question: (text: string) => {
      questions.push(text);
      stdin.write(answer);
    },
    endQuestion: () => undefined,
  } as unknown as Output;
  const options = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stderr: { isTTY: true },
    interrupt: () => undefined,
  };
  return { input: new Input(options, output, new AbortController().signal), questions };
}

test("Ctrl-D, before the question too, isn't an answer", async () => {
  const { input, questions } = typing("", "");
  (input as unknown as { options: { stdin: PassThrough } }).options.stdin.end();
  await expect(input.confirm("Restore?")).rejects.toThrow("there was no answer");
  expect(questions).toEqual([]);
});

test.each([
  ["", "yes\n", true],
  ["", "Y\n", true],
  ["", "\n", false],
  ["", "yesterday\n", false],
  ["y\nyes\n", "n\n", false],
  ["n\n", "y\n", true],
])("after %j, %j is %j", async (before, answer, agreed) => {
  const { input, questions } = typing(before, answer);
  expect(await input.confirm("Restore?")).toBe(agreed);
  expect(questions).toEqual(["Restore? [y/N] "]);
});
