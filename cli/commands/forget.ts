// `flowg forget`

import type { ForgetOptions, ForgetReport } from "../../server/core.js";
import { Calendar } from "../../server/repository/retention/calendar.js";
import { parseGroupings } from "../../server/repository/retention/groups.js";
import type { Thinning } from "../../server/repository/retention/plan.js";
import { COUNTED, demandRule, type Policy } from "../../server/repository/retention/policy.js";
import { parseSpan } from "../../server/repository/retention/span.js";
import { defineCommand, type Origin } from "../command.js";
import { CliError } from "../failure.js";
import { core } from "../offline.js";
import { nowAndThen } from "../output/now-and-then.js";
import { forgetText } from "../output/report/forget.js";
import { missingSegments, pruneFlags, pruneOptions } from "../prune-options.js";
import { positive } from "../quantity.js";
import { openAllRepositories, repositoryKeys, repositoryRequired } from "../repository-options.js";

const counted = <const Text extends string>(description: Text) =>
  ({ type: "string", description, valueHint: "COUNT" }) as const;

const rules = {
  "keep-last": counted("keep this many of the newest; `unlimited` keeps all, here and below"),
  "keep-hourly": counted("keep the newest of each hour that has one, for this many hours"),
  "keep-daily": counted("the same for days"),
  "keep-weekly": counted("the same for weeks, which begin on Monday"),
  "keep-monthly": counted("the same for months"),
  "keep-yearly": counted("the same for years"),
  "keep-within": {
    type: "string",
    description:
      "keep all that are at most this much older than the newest: 1y6m, 30d, 36h; m is months",
    valueHint: "SPAN",
  },
  "keep-tag": {
    type: "string",
    description:
      "keep all with this tag, or with all of several with commas between; may be given several times",
    valueHint: "TAGS",
    many: true,
  },
} as const;

/** Flags of the rules, beside the rules themselves. */
const SCOPE = ["tag", "host", "group-by", "time-zone"] as const;

export const forget = defineCommand({
  description: "Remove snapshots from a repository that no rule keeps, or that you name",
  details:
    "Each rule goes from the newest snapshot to the oldest, and keeps the newest of each period, " +
    "such as a day, until it has kept as many as you said. A snapshot stays if any rule keeps " +
    "it. The rules apply to each host by itself, and where servers share a host name, to each of these " +
    "installations. What only the removed ones held stays in the " +
    "repository until `flowg repository prune`, or --prune. Snapshots that can't be read, or " +
    "that no trusted key has signed, don't count and stay.",
  examples: [
    {
      command: "flowg forget --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run",
      does: "see what would stay, and why",
    },
    {
      command: "flowg forget --keep-within 30d --keep-tag release --prune",
      does: "remove the others, and what only they held",
    },
    { command: "flowg forget 5f0c2a 91d3", does: "remove two, by how their ids begin" },
  ],
  args: {
    ...repositoryRequired,
    ...repositoryKeys,
    ...rules,
    tag: {
      type: "string",
      description:
        "look only at snapshots with this tag, or all of several with commas between; may be given several times",
      valueHint: "TAGS",
      many: true,
    },
    host: {
      type: "string",
      description: "look only at snapshots of this host; may be given several times",
      valueHint: "NAME",
      many: true,
    },
    "group-by": {
      type: "string",
      description:
        "apply the rules to each of these by itself: host, installation, tags, databases, with commas " +
        "between, or none",
      valueHint: "WORDS",
      default: "host,installation",
    },
    "time-zone": {
      type: "string",
      description: "where days and hours begin: UTC, Europe/Berlin",
      valueHint: "ZONE",
      default: "UTC",
    },
    prune: { type: "boolean", description: "afterwards, remove what no snapshot needs any more" },
    ...pruneFlags,
    "allow-remove-all": {
      type: "boolean",
      description: "go on although no snapshot of a group would be left",
    },
  },
  rest: { name: "id", description: "how the id of a snapshot to remove begins" },
  async run({ args, rest, origins, output, signal }) {
    demandUsed(origins, { byIds: rest.length > 0, prune: args.prune });
    const what = rest.length > 0 ? { ids: rest } : { thinning: thinningOf(args) };
    const prune = pruneOptions(args, output);
    const say = nowAndThen(output);
    const options: ForgetOptions = {
      ...what,
      dryRun: args["dry-run"],
      keepDeltasMs: prune.keepDeltasMs,
      // --allow-remove-all counts for the prune as well
      prune: args.prune ? { ...prune, signal } : undefined,
      onForgotten: (done, total) => say(() => `${done} of ${total} snapshots removed`),
    };
    await using opened = await openAllRepositories({ args, output, signal });
    const { forgetSnapshots } = await core();
    const repositories: (ForgetReport & { repository: string })[] = [];
    for (const repository of opened.repositories) {
      const { name } = repository.place;
      repositories.push({ repository: name, ...(await forgetSnapshots(repository, options)) });
    }
    for (const { unread } of repositories)
      for (const { problem } of unread) output.problem(`${problem}: it stays, and doesn't count`);
    return {
      json: { repositories },
      text: repositories
        .map((one) => `${one.repository}:\n${forgetText(one, output.tableWidth)}`)
        .join("\n\n"),
      essential: true,
      failure: repositories.map(failureIn).find((failure) => failure !== undefined),
    };
  },
});

interface RuleValues {
  "keep-within": string | undefined;
  "keep-tag": readonly string[];
  tag: readonly string[];
  host: readonly string[];
  "group-by": string;
  "time-zone": string;
  "allow-remove-all": boolean;
}

/** @throws USAGE, INPUT_INVALID */
function thinningOf(
  args: RuleValues & Record<`keep-${(typeof COUNTED)[number]}`, string | undefined>,
): Thinning {
  const counts = COUNTED.map((name) => [name, countOf(`keep-${name}`, args[`keep-${name}`])]);
  const within = args["keep-within"];
  const policy: Policy = {
    ...(Object.fromEntries(counts) as Policy),
    within: within === undefined ? undefined : parseSpan(within, "--keep-within"),
    tags: args["keep-tag"].map(tagsIn),
  };
  demandRule(policy);
  return {
    policy,
    calendar: new Calendar(args["time-zone"]),
    groupings: parseGroupings(args["group-by"]),
    hosts: args.host,
    tags: args.tag.map(tagsIn),
    allowRemoveAll: args["allow-remove-all"],
  };
}

/** Reads `7` or `unlimited`. 0 counts as not given. */
function countOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "0") return undefined;
  return text.trim() === "unlimited" ? Number.POSITIVE_INFINITY : positive(flag, text);
}

const tagsIn = (text: string): string[] => text.split(",").map((tag) => tag.trim());

/** Flags that say which snapshots the rules look at, and how. */
const OF_RULES = [...(Object.keys(rules) as (keyof typeof rules)[]), ...SCOPE] as const;

/**
 * Refuses flags that would do nothing.
 * @throws USAGE
 */
function demandUsed(
  origins: Readonly<Record<string, Origin>>,
  { byIds, prune }: { byIds: boolean; prune: boolean },
): void {
  const isGiven = (name: string) => origins[name] === "flag";
  const ofRules = byIds ? OF_RULES.find(isGiven) : undefined;
  if (ofRules !== undefined) {
    throw new CliError(
      "USAGE",
      `--${ofRules} and ids of snapshots exclude each other`,
      "give the ids of snapshots to remove, or rules for those to keep",
    );
  }
  // rules spare what deltas need also without a prune
  const ofPrune = prune ? [] : byIds ? ["grace", "keep-deltas"] : ["grace"];
  const unused = ofPrune.find(isGiven);
  if (unused !== undefined)
    throw new CliError("USAGE", `--${unused} is for --prune`, "add --prune, or leave it out");
}

function failureIn({ repository, unread, prune }: ForgetReport & { repository: string }) {
  if (prune) {
    const failure = missingSegments(repository, prune);
    if (failure) return failure;
  }
  if (unread.length === 0) return undefined;
  return new CliError(
    "REPOSITORY_DAMAGED",
    `${repository} holds ${unread.length} that can't be read, or that nobody trusted has signed`,
    "flowg repository check says more; to remove one, give its id",
  );
}
