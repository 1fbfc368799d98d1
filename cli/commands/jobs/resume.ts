// `flowg jobs resume`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { safe } from "../../output/safe.js";

export const resume = defineCommand({
  description: "Resume a backup job that is paused",
  details: "Runs that it missed are not caught up.",
  examples: [{ command: "flowg jobs resume nightly", does: "by its schedule again" }],
  args: {
    name: { type: "positional", description: "name of the job", completes: namesOf("jobs") },
    ...serverOnly,
  },
  async run({ args: { name, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const job = await client.jobs.resume(name, { signal });
    return {
      json: { job },
      text: `Job ${safe(name)} runs next at ${job.nextRun ?? "no time"}`,
      essential: false,
    };
  },
});
