// `flowg help`: the same text as `--help`, and the table of exit codes.

import { unknown } from "../check-words.js";
import { defineCommand } from "../command.js";
import { renderExitCodes, renderHelp } from "../help.js";
import { resolve } from "../resolve.js";
import { root } from "../root.js";

export const help = defineCommand({
  description: "Read about a command, or about the exit codes",
  examples: [
    { command: "flowg help admin backup", does: "what backup does, its flags and examples" },
    { command: "flowg help exit-codes", does: "what each exit code means" },
  ],
  args: {},
  rest: { name: "command", description: "the words of a command, or exit-codes" },
  async run({ rest, output }) {
    const text =
      rest.length === 1 && rest[0] === "exit-codes"
        ? renderExitCodes(output)
        : await helpOf(rest, output);
    return { json: { help: text }, text, essential: true };
  },
});

async function helpOf(words: readonly string[], options: Parameters<typeof renderHelp>[2]) {
  const { path, node, words: surplus } = await resolve(root, words);
  if (surplus[0] !== undefined)
    throw unknown("command", [...path.slice(1), surplus[0]].join(" "), []);
  return await renderHelp(path, node, options);
}
