// `flowg stream list`

import { defineCommand } from "../../command.js";
import { connectTo } from "../../connect.js";
import { inBackup, serverOnly } from "../../flags.js";
import { demandNoServer, streamsIn } from "../../in-backup.js";
import { streamsText } from "../../output/report/streams.js";

export const list = defineCommand({
  description: "List the streams, their limits and indexes",
  examples: [{ command: "flowg stream list", does: "all of them" }],
  args: { ...inBackup, ...serverOnly },
  async run({ args, origins, input, output, signal }) {
    if (args.backup !== undefined) demandNoServer(origins);
    const streams =
      args.backup === undefined
        ? await (await connectTo({ args, origins, output })).streams.list({ signal })
        : await streamsIn(args.backup, { input, signal });
    const text =
      Object.keys(streams).length > 0
        ? streamsText(streams, output.tableWidth)
        : "No streams found";
    return { json: { streams }, text, essential: true };
  },
});
