// `flowg repository prune`

import type { PruneReport } from "../../../server/core.js";
import { defineCommand } from "../../command.js";
import { core } from "../../offline.js";
import { pruneText } from "../../output/report/prune.js";
import { missingSegments, pruneFlags, pruneOptions } from "../../prune-options.js";
import {
  openAllRepositories,
  repositoryKeys,
  repositoryRequired,
} from "../../repository-options.js";

export const prune = defineCommand({
  description: "Remove what no snapshot needs any more",
  details:
    "`flowg forget` leaves what only the removed snapshots held: this command removes it. " +
    "Backups go on meanwhile. If a snapshot can't be read, nothing is removed, since nobody " +
    "knows what it needs. Reading snapshots needs an identity.",
  examples: [
    {
      command: "flowg repository prune --repository /mnt/backups --identity flowg.identity",
      does: "what was stored more than a day ago",
    },
    {
      command: "flowg repository prune --repository s3://my-bucket/flowg --dry-run --json",
      does: "how much that would be, for a program",
    },
  ],
  args: {
    ...repositoryRequired,
    ...repositoryKeys,
    ...pruneFlags,
    "allow-remove-all": {
      type: "boolean",
      description: "go on although the repository has no snapshot left",
    },
  },
  async run({ args, output, signal }) {
    const options = { ...pruneOptions(args, output), signal };
    await using opened = await openAllRepositories({ args, output, signal }, { mustRead: true });
    const { pruneRepository } = await core();
    const repositories: (PruneReport & { repository: string })[] = [];
    for (const repository of opened.repositories) {
      const { name } = repository.place;
      repositories.push({ repository: name, ...(await pruneRepository(repository, options)) });
    }
    return {
      json: { repositories },
      text: repositories.map((one) => `${one.repository}: ${pruneText(one)}`).join("\n"),
      essential: true,
      failure: repositories
        .map((one) => missingSegments(one.repository, one))
        .find((failure) => failure !== undefined),
    };
  },
});
