// `flowg jobs pause`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { safe } from "../../output/safe.js";

export const pause = defineCommand({
  description: "Pause a backup job: its schedule begins no more runs",
  details: "A run that is under way goes on to its end. `flowg jobs run` still runs it.",
  examples: [{ command: "flowg jobs pause nightly", does: "until it is resumed" }],
  args: {
    name: { type: "positional", description: "name of the job", completes: namesOf("jobs") },
    ...serverOnly,
  },
  async run({ args: { name, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const job = await client.jobs.pause(name, { signal });
    return { json: { job }, text: `Job ${safe(name)} is paused`, essential: false };
  },
});
