// `flowg repository check`

import type { CheckProgress } from "../../../server/core.js";
import { defineCommand } from "../../command.js";
import { CliError } from "../../failure.js";
import { core } from "../../offline.js";
import { nowAndThen } from "../../output/now-and-then.js";
import type { Output } from "../../output/output.js";
import { checkProblems, checkText } from "../../output/report/repository-check.js";
import {
  openAllRepositories,
  repositoryKeys,
  repositoryRequired,
} from "../../repository-options.js";

export const check = defineCommand({
  description: "Check that a repository holds what its snapshots need",
  details:
    "Reads each manifest, with its signature, and looks for each segment that a manifest names. " +
    "That finds what is missing. Only --read-data finds what has changed in place. The report " +
    "names what is lost, and the snapshots and records that it costs. The exit code is 3 if " +
    "anything is lost. Needs an identity, and tells which of the given ones open the repository.",
  examples: [
    {
      command: "flowg repository check --repository s3://my-bucket/flowg --identity id",
      does: "checks that everything is there",
    },
    {
      command: "flowg repository check --repository /mnt/backups --identity id --read-data=10%",
      does: "reads a tenth of it, another tenth each time",
    },
    {
      command:
        "flowg repository check --repository /mnt/backups --identity id --read-data --repair",
      does: "reads all, and makes snapshots without what is lost",
    },
    {
      command:
        "flowg repository check --repository /mnt/backups --identity id --read-data --repair --dry-run",
      does: "says which snapshots that would make, and what they would lack",
    },
  ],
  args: {
    ...repositoryRequired,
    ...repositoryKeys,
    "read-data": {
      type: "string",
      description:
        "read whole segments and check their records: all, or this share, chosen at random",
      valueHint: "PERCENT",
      bare: "100%",
    },
    locks: {
      type: "boolean",
      description: "ask the store how each object is locked, with one request for each",
    },
    repair: {
      type: "boolean",
      description:
        "write a snapshot, tagged partial, without what each damaged one has lost; where repository.json is lost, put only that back",
    },
    "dry-run": {
      type: "boolean",
      description: "with --repair: only say what it would write, and what that would lack",
    },
  },
  async run({ args, output, signal }) {
    const readShare = shareOf(args["read-data"]);
    const dryRun = args["dry-run"];
    if (dryRun && !args.repair) throw onlyWithRepair();
    await using opened = await openAllRepositories({ args, output, signal }, { mustRead: true });
    const { checkRepository } = await core();
    const repositories: CheckedRepository[] = [];
    for (const repository of opened.repositories) {
      const options = {
        readShare,
        signal,
        repair: args.repair,
        dryRun,
        locks: args.locks,
        onProgress: progressOf(output),
      };
      const outcome = await checkRepository(repository, options);
      repositories.push({ ...told(repository, outcome), dryRun });
    }
    const problems = repositories.flatMap(checkProblems);
    for (const problem of problems) output.problem(problem);
    const text = repositories.map((one) => checkText(one, output.tableWidth)).join("\n\n\n");
    return {
      json: { sound: problems.length === 0, repositories },
      text,
      essential: true,
      ...(problems.length === 0 ? {} : { failure: damaged(problems.length, repositories) }),
    };
  },
});

function progressOf(output: Pick<Output, "remark">): (progress: CheckProgress) => void {
  const say = nowAndThen(output);
  return ({ phase, done, total }) =>
    say(() => `${done} of ${total} ${phase === "manifests" ? "snapshots" : "segments"} read`);
}

type Core = Awaited<ReturnType<typeof core>>;
type Opened = Awaited<ReturnType<Core["openRepository"]>>;
type Outcome = Awaited<ReturnType<Core["checkRepository"]>>;

/** The report of a repository, with the identities that open it. */
function told(
  { id, place, file, identities, keyFile, lostFile }: Opened,
  { report, repaired, putBack }: Outcome,
) {
  const { recipients } = file;
  return {
    id,
    place: place.name,
    encrypted: file.encryption !== "none",
    recipients,
    identities: identities.map(({ recipient }) => ({
      recipient,
      opens: recipients.includes(recipient),
    })),
    keyFile: keyFile?.path ?? null,
    /** Why repository.json can't be read. */
    lostFile: lostFile?.message ?? null,
    ...(putBack && { putBack }),
    ...report,
    repaired,
  };
}

export type CheckedRepository = ReturnType<typeof told> & { dryRun: boolean };

const onlyWithRepair = (): CliError =>
  new CliError(
    "USAGE",
    "--dry-run is for --repair",
    "leave it out: without --repair a check writes nothing",
  );

/** @throws USAGE */
function shareOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, number] = /^(\d{1,3}(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(number);
  if (number !== undefined && percent > 0 && percent <= 100) return percent / 100;
  throw new CliError(
    "USAGE",
    "--read-data takes more than 0% and at most 100%",
    "as --read-data=10%",
  );
}

const damaged = (problems: number, checked: readonly CheckedRepository[]): CliError =>
  new CliError(
    "REPOSITORY_DAMAGED",
    `the repository is damaged: ${problems === 1 ? "1 problem was" : `${problems} problems were`} found`,
    ["the sound parts can be restored", ...whatHelps(checked)].join("; "),
  );

function whatHelps(checked: readonly CheckedRepository[]): string[] {
  const helps: string[] = [];
  const isPutBack = ({ putBack, dryRun }: CheckedRepository) => putBack?.lacks === null && !dryRun;
  if (checked.some((one) => one.lostFile !== null && !isPutBack(one)))
    helps.push("--repair puts repository.json back, with the key file of a machine that backs up");
  if (checked.some(({ lost }) => lost.length > 0)) {
    const isRepaired = ({ repaired }: CheckedRepository) =>
      repaired.some(({ repairedId }) => repairedId !== null);
    helps.push(
      checked.some(isRepaired)
        ? "to restore a snapshot that the repair made, give --salvaged"
        : "--repair makes snapshots without the lost records",
      "a new backup stores missing segments again, if the database still has their records",
    );
  }
  if (checked.some(({ unreadable }) => unreadable.length > 0)) {
    helps.push(
      "put snapshots that can't be read back from another copy, or remove them: flowg forget ID",
    );
  }
  return helps;
}
