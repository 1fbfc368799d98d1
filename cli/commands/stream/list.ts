// `flowg stream list`

import { defineCommand } from "../../command.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { streamsText } from "../../output/report/streams.js";

export const list = defineCommand({
  description: "List the streams, their limits and indexes",
  examples: [{ command: "flowg stream list", does: "all of them" }],
  args: serverOnly,
  async run({ args, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const streams = await client.streams.list({ signal });
    const text =
      Object.keys(streams).length > 0
        ? streamsText(streams, output.tableWidth)
        : "No streams found";
    return { json: { streams }, text, essential: true };
  },
});
