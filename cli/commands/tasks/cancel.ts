// `flowg tasks cancel`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";

export const cancel = defineCommand({
  description: "Cancel a task: nothing of it is left half done",
  details:
    "Asks the server to end the task, and doesn't wait: `flowg tasks watch` does. A task that " +
    "can't be undone any more goes on, and succeeds.",
  examples: [
    {
      command: "flowg tasks cancel 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
      does: "a run of a job, for example",
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
