// `flowg stream list`

import { defineCommand } from "../../command.js";
import { connectTo } from "../../connect.js";
import { serverOnly } from "../../flags.js";
import { inBackup, isInBackup, streamsIn } from "../../in-backup.js";
import { streamsText } from "../../output/report/streams.js";

export const list = defineCommand({
  description: "List the streams, their limits and indexes",
  examples: [{ command: "flowg stream list", does: "all of them" }],
  args: { ...inBackup, ...serverOnly },
  async run(invocation) {
    const { args, origins, output, signal } = invocation;
    const isBackup = isInBackup(invocation);
    const streams = isBackup
      ? await streamsIn(invocation)
      : await (await connectTo({ args, origins, output })).streams.list({ signal });
    const text =
      Object.keys(streams).length > 0
        ? streamsText(streams, output.tableWidth)
        : "No streams found";
    return { json: { streams }, text, essential: true };
  },
});
