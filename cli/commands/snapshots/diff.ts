// `flowg snapshots diff`

import { defineCommand } from "../../command.js";
import { withBackupOrSnapshot } from "../../compared.js";
import { diffText } from "../../output/report/diff.js";
import { repositoryFlag, repositoryKeys } from "../../repository-options.js";
import { hostFlag } from "../../repository-snapshot.js";

export const diff = defineCommand({
  description: "Tell what has changed from one backup to another",
  details:
    "Each is a directory of snapshots, a file, a tar, or with --repository the id of a snapshot there, or latest. Both are read to " +
    "their ends with every check; what two snapshots of a repository share is not fetched. Exit code 0 when they hold the same, 11 " +
    "when they differ. Passwords, tokens and scripts are compared, and never printed.",
  examples: [
    { command: "flowg snapshots diff ./monday ./tuesday", does: "what came, went and changed" },
    {
      command: "flowg snapshots diff 4f0c7ad0 latest --repository /srv/backups",
      does: "the same of two snapshots of a repository",
    },
    {
      command: "flowg snapshots diff ./monday/config.db ./tuesday/config.db --json",
      does: "one database, for a program",
    },
  ],
  args: {
    before: { type: "positional", description: "the earlier backup: a path, or a snapshot's id" },
    after: { type: "positional", description: "the later one" },
    ...repositoryFlag,
    ...repositoryKeys,
    ...hostFlag,
  },
  async run(invocation) {
    const { args, output, signal } = invocation;
    const report = await withBackupOrSnapshot(args.before, invocation, (_, before) =>
      withBackupOrSnapshot(args.after, invocation, ({ diffBackups }, after) =>
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
