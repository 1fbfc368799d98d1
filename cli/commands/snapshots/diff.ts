// `flowg snapshots diff`

import { defineCommand } from "../../command.js";
import { withBackup } from "../../in-backup.js";
import { diffText } from "../../output/report/diff.js";

export const diff = defineCommand({
  description: "Tell what has changed from one backup to another",
  details:
    "Each is a directory of snapshots, a file, or a tar. Both are read to their ends with every check. Exit code 0 when they hold " +
    "the same, 11 when they differ. Passwords, tokens and scripts are compared, and never printed.",
  examples: [
    { command: "flowg snapshots diff ./monday ./tuesday", does: "what came, went and changed" },
    {
      command: "flowg snapshots diff ./monday/config.db ./tuesday/config.db --json",
      does: "one database, for a program",
    },
  ],
  args: {
    path: { type: "positional", description: "the earlier backup" },
    other: { type: "positional", description: "the later backup" },
  },
  async run({ args, input, output, signal }) {
    const report = await withBackup(args.path, input, (_, before) =>
      withBackup(args.other, input, ({ diffBackups }, after) =>
        diffBackups(before, after, { signal }),
      ),
    );
    return {
      json: report,
      text: diffText(report, output.tableWidth),
      essential: true,
      ...(report.equal ? {} : { exitCode: 11 as const }),
    };
  },
});
