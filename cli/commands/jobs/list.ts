// `flowg jobs list`

import { defineCommand } from "../../command.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { jobsText } from "../../output/report/jobs.js";

export const list = defineCommand({
  description: "List the backup jobs: what ran, what runs next, what failed and why",
  details: "The exit code is 0 also where some failed. --json has all of it, in each destination.",
  examples: [
    { command: "flowg jobs list", does: "all of them" },
    { command: "flowg jobs list --json", does: "for a program" },
  ],
  args: serverOnly,
  async run({ args, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const jobs = await client.jobs.list({ signal });
    return { json: { jobs }, text: jobsText(jobs, output.tableWidth), essential: true };
  },
});
