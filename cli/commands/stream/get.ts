// `flowg stream get`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { serverOnly } from "../../flags.js";
import { streamsText } from "../../output/report/streams.js";

export const get = defineCommand({
  description: "Show the limits and indexes of one stream",
  examples: [{ command: "flowg stream get web", does: "one of them" }],
  args: {
    name: { type: "positional", description: "name of the stream", completes: namesOf("streams") },
    ...serverOnly,
  },
  async run({ args, origins, output, signal }) {
    const { name } = args;
    const client = await connectTo({ args, origins, output });
    // asked for by its name, one that does not exist would have a configuration, too
    const streams = await client.streams.list({ signal });
    const config = Object.hasOwn(streams, name) ? streams[name] : undefined;
    if (config === undefined) {
      throw new CliError("NOT_FOUND", `there is no stream ${JSON.stringify(name)}`);
    }
    return {
      json: { name, config },
      text: streamsText({ [name]: config }, output.tableWidth),
      essential: true,
    };
  },
});
