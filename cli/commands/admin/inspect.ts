// `flowg admin inspect`

import { defineCommand } from "../../command.js";
import { checkingServer } from "../../flags.js";
import { inspectText } from "../../output/report/inspect.js";
import { administrationFor } from "../../target.js";

export const inspect = defineCommand({
  description: "Look into a snapshot: who made it and when, and what it holds",
  details:
    "Shows header, seal, counts by kind, and each log stream with its time range. Only reads.",
  examples: [
    { command: "flowg admin inspect ./backup/log.db", does: "the streams in a log snapshot" },
    { command: "flowg admin inspect ./backup/auth.db --json", does: "for a program" },
  ],
  args: {
    file: { type: "positional", description: "a snapshot, or a backup made by FlowG" },
    ...checkingServer,
  },
  async run({ args, origins, output, signal }) {
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const report = await administration.inspect(args.file, {
      onProgress: output.progress.update,
      signal,
    });
    for (const warning of report.warnings) output.warn(warning);
    return { json: report, text: inspectText(report), essential: true };
  },
});
