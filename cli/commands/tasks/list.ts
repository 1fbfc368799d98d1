// `flowg tasks list`

import { defineCommand } from "../../command.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { tasksText } from "../../output/report/tasks.js";

export const list = defineCommand({
  description: "List the tasks of a server, newest first",
  details:
    "Your own, and those whose scopes you hold. --json has what each has done, and why it failed.",
  examples: [
    { command: "flowg tasks list", does: "all that you may see" },
    { command: "flowg tasks list --json", does: "for a program" },
  ],
  args: serverOnly,
  async run({ args, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const tasks = await client.tasks.list({ signal });
    return { json: { tasks }, text: tasksText(tasks, output.tableWidth), essential: true };
  },
});
