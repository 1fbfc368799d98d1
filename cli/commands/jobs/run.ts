// `flowg jobs run`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { safe } from "../../output/safe.js";

export const run = defineCommand({
  description: "Run a backup job now, also one that is paused",
  details: "It doesn't wait for the run's end: `flowg jobs list` shows what becomes of it.",
  examples: [{ command: "flowg jobs run nightly", does: "begins it" }],
  args: {
    name: { type: "positional", description: "name of the job", completes: namesOf("jobs") },
    ...serverOnly,
  },
  async run({ args: { name, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const { run } = await client.jobs.run(name, { signal });
    const text = `Job ${safe(name)} runs: ${run}`;
    return { json: { name, run }, text, essential: false };
  },
});
