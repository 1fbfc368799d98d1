// `flowg tasks show`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { taskText } from "../../output/report/tasks.js";

export const show = defineCommand({
  description: "Show a task: its progress, or how it ended",
  details: "The exit code is 0 however the task ended. --json has the report of what it did.",
  examples: [
    { command: "flowg tasks show 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60", does: "in some lines" },
  ],
  args: {
    id: { type: "positional", description: "id of the task", completes: namesOf("tasks") },
    ...serverOnly,
  },
  async run({ args: { id, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const task = await client.tasks.get(id, { signal });
    return { json: { task }, text: taskText(task, output.tableWidth), essential: true };
  },
});
