// The common part of `flowg jobs run` and `flowg jobs drill`: the server begins it, and a task with the same id shows how it
// goes.

import type { Invocation } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { followTask } from "../../follow-task.js";
import type { Result } from "../../output/result.js";
import { safe } from "../../output/safe.js";

export const beginArgs = {
  name: { type: "positional", description: "name of the job", completes: namesOf("jobs") },
  wait: {
    type: "boolean",
    description: "wait for its end; the exit code tells how it ended",
  },
  ...serverOnly,
} as const;

/** @param says the sentence that says that it has begun */
export async function begin(
  how: "run" | "drill",
  says: (job: string) => string,
  {
    args: { name, wait, ...args },
    origins,
    output,
    signal,
  }: Pick<Invocation<typeof beginArgs>, "args" | "origins" | "output" | "signal">,
): Promise<Result> {
  const client = await connectTo({ args, origins, output });
  const { run } = await client.jobs[how](name, { signal });
  const text = `${says(safe(name))}: ${run}`;
  if (!wait) return { json: { name, run }, text, essential: false };
  output.remark(text);
  return await followTask(run, { client, output, signal });
}
