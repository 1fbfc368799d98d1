// `flowg tasks watch`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { followTask } from "../../follow-task.js";

export const watch = defineCommand({
  description: "Follow a task to its end",
  details: "The exit code is 0 if it succeeded. Ctrl-C stops watching, and the task goes on.",
  examples: [
    {
      command: "flowg tasks watch 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
      does: "until it has ended",
    },
  ],
  args: {
    id: { type: "positional", description: "id of the task", completes: namesOf("tasks") },
    ...serverOnly,
  },
  async run({ args: { id, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    return await followTask(id, { client, output, signal });
  },
});
