// `flowg stream get`

import { defineCommand } from "../../command.js";
import { namesOf } from "../../completion/values.js";
import { connectTo } from "../../connect.js";
import { CliError } from "../../failure.js";
import { serverOnly } from "../../flags.js";
import { inBackup, isInBackup, notInBackup, streamsIn } from "../../in-backup.js";
import { streamsText } from "../../output/report/streams.js";

export const get = defineCommand({
  description: "Show the limits and indexes of one stream",
  examples: [{ command: "flowg stream get web", does: "one of them" }],
  args: {
    name: { type: "positional", description: "name of the stream", completes: namesOf("streams") },
    ...inBackup,
    ...serverOnly,
  },
  async run(invocation) {
    const { args, origins, output, signal } = invocation;
    const isBackup = isInBackup(invocation);
    const { name } = args;
    // lists all, because the server gives a configuration even for a stream that doesn't exist
    const streams = isBackup
      ? await streamsIn(invocation)
      : await (await connectTo({ args, origins, output })).streams.list({ signal });
    const config = Object.hasOwn(streams, name) ? streams[name] : undefined;
    if (config === undefined) {
      if (isBackup) throw notInBackup("stream", name, Object.keys(streams));
      throw new CliError("NOT_FOUND", `there is no stream ${JSON.stringify(name)}`);
    }
    return {
      json: { name, config },
      text: streamsText({ [name]: config }, output.tableWidth),
      essential: true,
    };
  },
});
