// `flowg admin compact`

import { defineCommand } from "../../command.js";
import { directories, gentle, only as onlyFlag, server } from "../../flags.js";
import { onlyDatabases } from "../../only-databases.js";
import { compactText } from "../../output/report/compact.js";
import { administrationFor } from "../../target.js";

export const compact = defineCommand({
  description: "Give the space of deleted records back to the disk",
  details:
    "A database's file never shrinks by itself: it keeps the space of deleted entries for new ones. Compact it after you have deleted much for good. With --url, a server compacts its " +
    "databases while it runs: reads go on, and writers wait. Otherwise stop the server first. No " +
    "other command may have the databases open. Each database is copied beside itself without " +
    "its free room, compared record by record, and replaced in one step: the disk needs room for " +
    "the copy, and a run that is stopped leaves the database as it was.",
  examples: [
    { command: "flowg admin compact", does: "the databases below ./data" },
    {
      command: "flowg admin compact --only logs --log-dir /var/lib/flowg/logs",
      does: "the logs alone",
    },
    {
      command: "flowg admin compact --only logs --url https://logs.example.com",
      does: "those of a server, which goes on meanwhile",
    },
  ],
  args: { ...directories, ...onlyFlag, ...gentle, ...server },
  async run({ args, origins, output, signal }) {
    const only = onlyDatabases(args.only);
    // it needs the databases for itself, so nothing else may open them
    const administration = await administrationFor({ args, origins, output }, []);
    output.remark(administration.describe(only));
    const { update: onProgress } = output.progress;
    const databases = await administration.compact(only, { onProgress, signal });
    return {
      json: { databases },
      text: compactText(databases, output.tableWidth),
      essential: false,
    };
  },
});
