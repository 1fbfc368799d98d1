// `flowg snapshots list`

import type { SnapshotsReport } from "../../../server/records/repository-reports.js";
import { defineCommand } from "../../command.js";
import { core } from "../../offline.js";
import { snapshotsText } from "../../output/report/repository-backup.js";
import { repositoryKeys, repositoryRequired } from "../../repository-options.js";
import { openReachableRepositories } from "../../repository-snapshot.js";

export const list = defineCommand({
  description: "List the snapshots of a repository, newest first",
  details:
    "Without an identity, an encrypted repository tells of each snapshot when it was made, and its id.",
  examples: [
    { command: "flowg snapshots list --repository /srv/backups", does: "all that are there" },
    {
      command: "flowg snapshots list --repository s3://bucket/flowg --latest --json",
      does: "the newest of each host, for a program",
    },
  ],
  args: {
    ...repositoryRequired,
    ...repositoryKeys,
    host: {
      type: "string",
      many: true,
      description: "only those of this host; several times: of any of them",
      valueHint: "NAME",
    },
    latest: { type: "boolean", description: "only the newest of each host and installation" },
    tag: {
      type: "string",
      many: true,
      description: "only those with this tag; several times: with all of them",
      valueHint: "TAG",
    },
  },
  async run({ args, output, signal }) {
    const { listRepository } = await core();
    await using repositories = await openReachableRepositories({ args, output, signal });
    const reports: SnapshotsReport[] = [];
    for (const one of repositories.given) {
      if ("error" in one) {
        output.problem(one.error.message);
        continue;
      }
      const how = { tags: args.tag, hosts: args.host, latest: args.latest };
      const report = await listRepository(one.repository, how);
      const { keys, place } = one.repository;
      if (!keys.canRead && (args.identity.length > 0 || args["passphrase-file"] !== undefined))
        output.warn(
          `none of the identities given opens ${place.name}: only times and ids are known`,
        );
      for (const { message } of report.unreadable) output.problem(message);
      reports.push(report);
    }
    return {
      json: { repositories: reports },
      text: snapshotsText(reports, output.tableWidth),
      essential: true,
    };
  },
});
