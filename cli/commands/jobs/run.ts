// `flowg jobs run`

import { defineCommand } from "../../command.js";
import { begin, beginArgs } from "./begin.js";

export const run = defineCommand({
  description: "Run a backup job now, also one that is paused",
  details:
    "It doesn't wait for the end of the run, unless --wait is given: `flowg jobs list` shows how the run ended, `flowg tasks watch` " +
    "follows it, and `flowg tasks cancel` ends it.",
  examples: [
    { command: "flowg jobs run nightly", does: "begins it" },
    { command: "flowg jobs run nightly --wait", does: "and fails where the run does" },
  ],
  args: beginArgs,
  run: (invocation) => begin("run", (job) => `Job ${job} runs`, invocation),
});
