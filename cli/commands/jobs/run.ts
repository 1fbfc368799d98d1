// `flowg jobs run`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { followTask } from "../../follow-task.js";
import { safe } from "../../output/safe.js";

export const run = defineCommand({
  description: "Run a backup job now, also one that is paused",
  details:
    "It doesn't wait for the run's end, unless --wait is given: `flowg jobs list` shows what becomes of it, `flowg tasks watch` " +
    "follows it, and `flowg tasks cancel` ends it.",
  examples: [
    { command: "flowg jobs run nightly", does: "begins it" },
    { command: "flowg jobs run nightly --wait", does: "and fails where the run does" },
  ],
  args: {
    name: { type: "positional", description: "name of the job", completes: namesOf("jobs") },
    wait: {
      type: "boolean",
      description: "wait for its end; the exit code tells how it ended",
    },
    ...serverOnly,
  },
  async run({ args: { name, wait, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const { run } = await client.jobs.run(name, { signal });
    const text = `Job ${safe(name)} runs: ${run}`;
    if (!wait) return { json: { name, run }, text, essential: false };
    output.remark(text);
    return await followTask(run, { client, output, signal });
  },
});
