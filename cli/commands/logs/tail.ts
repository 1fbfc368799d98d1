// `flowg logs tail`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { filter, serverOnly } from "../../flags.js";
import { logText } from "../../output/report/log.js";

export const tail = defineCommand({
  description: "Print the entries of a stream as they come, until Ctrl-C",
  details: "With --json each entry is one JSON object on a line of its own.",
  examples: [
    { command: "flowg logs tail default", does: "everything" },
    {
      command: "flowg logs tail default --filter 'level = \"error\"' --json",
      does: "errors, for a program",
    },
  ],
  args: {
    stream: {
      type: "positional",
      description: "name of the stream",
      completes: namesOf("streams"),
    },
    ...filter,
    ...serverOnly,
  },
  async run({ args, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const onLost = (entries: number) => {
      output.warn(`${entries} entries came too fast, and are left out`);
    };
    const { stream, filter } = args;
    for await (const log of client.logs.watch(stream, { filter, onLost, signal })) {
      if (await output.item(log, logText(log), signal)) continue;
      signal.throwIfAborted();
      // `flowg logs tail default | head -3`: the reader has seen enough
      return { json: {}, text: "", essential: false };
    }
    throw new CliError("CONNECTION_FAILED", "the server ended the watch");
  },
});
