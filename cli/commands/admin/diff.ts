// `flowg admin diff`

import { defineCommand } from "../../command.js";
import { withCompared, withOtherSide } from "../../compared.js";
import { checkingServer, directories, gentle, only } from "../../flags.js";
import { onlyDatabases } from "../../only-databases.js";
import { diffText } from "../../output/report/diff.js";
import { repositoryFlag, repositoryKeys } from "../../repository-options.js";

const server = {
  ...checkingServer,
  url: { ...checkingServer.url, description: "the other side is this server" },
} as const;

import { hostFlag } from "../../repository-snapshot.js";

export const diff = defineCommand({
  description: "Tell what differs between backups, databases, servers and snapshots",
  details:
    "Each side is a backup (a directory of snapshots, a file, a tar, also FlowG's own), a directory of databases such as ./data, " +
    "the address of a server, whose backup is downloaded for it, or with --repository the id of a snapshot there, or latest. In " +
    "place of the second side, --auth-dir, --config-dir and --log-dir name three directories of databases, or --url a server. Each is " +
    "read at one instant and to its end, with every check, and nothing is changed. Of accounts it tells who gains and who loses " +
    "what. Exit code 0 when both hold the same, 11 when they differ. Passwords, tokens and scripts are compared, and never " +
    "printed. Only databases that both have are compared.",
  examples: [
    { command: "flowg admin diff ./backup ./data", does: "what has changed since the backup" },
    {
      command: "flowg admin diff ./data https://logs.example.com --only auth",
      does: "who may do what there and not here",
    },
    {
      command:
        "flowg admin diff ./backup --auth-dir /srv/auth --config-dir /srv/config --log-dir /mnt/logs",
      does: "the same for databases that lie in different places",
    },
    {
      command: "flowg admin diff latest ./data --repository /srv/off-site --json",
      does: "what a restore of the newest snapshot would undo, for a program",
    },
  ],
  args: {
    before: {
      type: "positional",
      description: "the one side, the earlier one: a path, an address, or a snapshot's id",
    },
    after: {
      type: "positional",
      required: false,
      description:
        "the other side, unless --auth-dir, --config-dir and --log-dir, or --url, name it",
    },
    ...directories,
    ...only,
    ...gentle,
    ...repositoryFlag,
    ...repositoryKeys,
    ...hostFlag,
    ...server,
  },
  async run(invocation) {
    const { args, output, signal } = invocation;
    const wanted = args.only === undefined ? undefined : onlyDatabases(args.only);
    const asking = { ...invocation, only: wanted };
    const report = await withCompared(args.before, asking, (_, before) =>
      withOtherSide(asking, ({ diffBackups }, after) =>
        diffBackups(before, after, { only: wanted, signal }),
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
