// `flowg repository revive`

import type { ReviveReport } from "../../../server/core.js";
import { momentOrDay } from "../../../server/records/times.js";
import { defineCommand } from "../../command.js";
import { CliError } from "../../failure.js";
import { core } from "../../offline.js";
import { reviveText } from "../../output/report/repository-revive.js";
import { demandNoSecrets, repositoryRequired, sayRetries } from "../../repository-options.js";

export const revive = defineCommand({
  description: "Put back what a bucket held at a time, after somebody removed or overwrote it",
  details:
    "A lock keeps objects from being destroyed, not from being hidden: a user who may delete can " +
    "put a marker over them. In a bucket that keeps versions, this command puts back the version " +
    "of each object that was the newest at that time. The store makes the copies, and locks them " +
    "as long as before. What is there now stays as an older version. A restore needn't wait for " +
    "that: with ?as-of=TIME in the repository's URL, each command that reads sees the repository " +
    "as it was.",
  examples: [
    {
      command:
        "flowg repository revive --repository s3://my-bucket/flowg --as-of 2026-11-28T10:00:00Z --dry-run",
      does: "what has gone or changed since",
    },
    {
      command:
        "flowg repository revive --repository s3://my-bucket/flowg --as-of 2026-11-28T10:00:00Z",
      does: "put it back",
    },
  ],
  args: {
    ...repositoryRequired,
    "as-of": {
      type: "string",
      required: true,
      description: "the time, RFC 3339 with a zone, or a date; before the damage",
      valueHint: "TIME",
    },
    "dry-run": { type: "boolean", description: "only say what would be put back" },
  },
  async run({ args, output, signal }) {
    for (const url of args.repository) demandNoSecrets(url);
    const ms = momentOrDay(args["as-of"]);
    if (ms === undefined)
      throw new CliError(
        "USAGE",
        `--as-of: ${JSON.stringify(args["as-of"])} is neither an RFC 3339 time with a zone nor a date`,
        "write it as 2026-11-28T10:00:00Z",
      );
    const { reviveRepository } = await core();
    const how = {
      asOf: new Date(ms),
      dryRun: args["dry-run"],
      signal,
      onRetry: sayRetries(output),
    };
    const repositories: ReviveReport[] = [];
    for (const url of args.repository) repositories.push(await reviveRepository({ ...how, url }));
    return {
      json: { repositories },
      text: repositories.map(reviveText).join("\n"),
      essential: true,
    };
  },
});
