// `flowg tasks cancel`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";

export const cancel = defineCommand({
  description: "Cancel a task: nothing of it is left half done",
  details:
    "It asks for the end, and doesn't wait for it: `flowg tasks watch` does. What can't be undone any more goes on, and succeeds.",
  examples: [
    {
      command: "flowg tasks cancel 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
      does: "a run of a job, say",
    },
  ],
  args: {
    id: { type: "positional", description: "id of the task", completes: namesOf("tasks") },
    ...serverOnly,
  },
  async run({ args: { id, ...args }, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const task = await client.tasks.cancel(id, { signal });
    return { json: { task }, text: `Task ${id} is being cancelled`, essential: false };
  },
});
