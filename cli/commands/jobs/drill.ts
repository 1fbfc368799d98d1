// `flowg jobs drill`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { followTask } from "../../follow-task.js";
import { safe } from "../../output/safe.js";

export const drill = defineCommand({
  description: "Prove now that what a backup job has stored last can be restored",
  details:
    "The server restores it from each destination into scratch, beside its other work, checks every record, and removes it. It needs " +
    "an identity in the job's settings. `flowg drill` does the same where the identity is.",
  examples: [
    { command: "flowg jobs drill nightly", does: "begins it" },
    { command: "flowg jobs drill nightly --wait", does: "exit code 13 where it is damaged" },
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
    const { run } = await client.jobs.drill(name, { signal });
    const text = `The drill of job ${safe(name)} runs: ${run}`;
    if (!wait) return { json: { name, run }, text, essential: false };
    output.remark(text);
    return await followTask(run, { client, output, signal });
  },
});
