// `flowg jobs drill`

import { defineCommand } from "../../command.js";
import { begin, beginArgs } from "./begin.js";

export const drill = defineCommand({
  description: "Prove now that what a backup job has stored last can be restored",
  details:
    "The server restores it from each destination into scratch, beside its other work, checks every record, and removes it. It needs " +
    "an identity in the job's settings. `flowg drill` does the same where the identity is.",
  examples: [
    { command: "flowg jobs drill nightly", does: "begins it" },
    { command: "flowg jobs drill nightly --wait", does: "exit code 13 where it is damaged" },
  ],
  args: beginArgs,
  run: (invocation) => begin("drill", (job) => `The drill of job ${job} runs`, invocation),
});
