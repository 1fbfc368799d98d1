// `flowg drill`

import type { DrillReport } from "../../server/records/drill-report.js";
import { defineCommand, type Invocation } from "../command.js";
import { databaseValues } from "../completion/values.js";
import { CliError, type Failure, failureOf } from "../failure.js";
import { core } from "../offline.js";
import { onlyDatabases } from "../only-databases.js";
import { drillProblems, drillText } from "../output/report/drill.js";
import { byteCount } from "../quantity.js";
import {
  demandNoSecrets,
  openAllRepositories,
  repositoryFlag,
  repositoryKeys,
} from "../repository-options.js";
import {
  deltaFlags,
  hostFlag,
  snapshotFlags,
  snapshotWish,
  usesRepository,
} from "../repository-snapshot.js";
import { watcher } from "../watched.js";

export const drill = defineCommand({
  description: "Prove that a backup can be restored: restore it into a scratch directory",
  details:
    "The newest state of a repository, or that of --at, is restored into a private scratch directory, by the code of every restore, and opened as " +
    "a server opens it. Each record and what is derived from it is checked, against the manifest too, and each database is asked some " +
    "questions. The report says how long a restore took, and what is wrong where. All that is written into the repository is which " +
    "snapshots passed: no policy of `flowg forget` removes the newest of these. Nothing is written into any database of yours. It needs an identity, as a restore does. Exit code 13 if anything is wrong.",
  examples: [
    {
      command: "flowg drill --repository s3://my-bucket/flowg --identity flowg.identity",
      does: "can the newest snapshot be restored, and how long does that take?",
    },
    {
      command: "flowg drill --repository /mnt/backups --identity flowg.identity --each-age",
      does: "also one of a day, a week, a month and a year ago",
    },
    {
      command: "flowg drill --repository /mnt/backups --identity id --at 2026-11-28 --json",
      does: "the state as that day began, for a program",
    },
    {
      command: "flowg drill --repository /mnt/backups --identity id --real-dir /var/lib/flowg",
      does: "how long a restore onto that disk takes; it is measured",
    },
    {
      command: "flowg drill --backup-dir /srv/backup/monday",
      does: "files of `flowg admin backup`",
    },
  ],
  args: {
    ...repositoryFlag,
    ...repositoryKeys,
    ...snapshotFlags,
    ...hostFlag,
    ...deltaFlags,
    "each-age": {
      type: "boolean",
      description:
        "the newest snapshot, and one each that is about a day, a week, a month and a year old",
    },
    "no-note": {
      type: "boolean",
      description: "write nothing into the repository, not even that a snapshot passed",
    },
    "backup-dir": {
      type: "string",
      description: "drill the files of this directory, in place of a repository",
      valueHint: "DIR",
    },
    only: {
      type: "string",
      description:
        "the databases that must be there, of auth, config and logs, with commas between",
      valueHint: "KINDS",
      completes: databaseValues,
    },
    "scratch-dir": {
      type: "string",
      description:
        "directory to restore into; the drill removes what it made there; else " +
        "~/.cache/flowg/drills, or $TMPDIR",
      valueHint: "DIR",
    },
    "real-dir": {
      type: "string",
      description:
        "directory on the disk of a real restore: measured with 32 MiB, and the estimate follows it",
      valueHint: "DIR",
    },
    "full-speed": {
      type: "boolean",
      description: "don't give way to other programs: then the time is that of a real restore",
    },
    "max-restore-memory": {
      type: "string",
      description:
        "memory that large records may take, such as 4GiB; three quarters of what is free unless set",
      valueHint: "SIZE",
    },
  },
  async run({ args, origins, output, signal }) {
    const { only, "each-age": eachAge, "backup-dir": backupDir, "real-dir": realDir } = args;
    const uses = usesRepository(args, origins, ["backup-dir"]);
    if (!uses && backupDir === undefined) throw nothingNamed();
    const isNamed = args.snapshot !== undefined || args.at !== undefined || args.latest;
    if (eachAge && (!uses || isNamed))
      throw new CliError(
        "USAGE",
        "--each-age is for a repository, and chooses the snapshots by itself",
        "leave out --snapshot, --at, --latest and --backup-dir",
      );
    const memory = args["max-restore-memory"];
    const options = {
      ...snapshotWish(args),
      eachAge,
      realDir,
      signal,
      note: !args["no-note"],
      only: only === undefined ? undefined : onlyDatabases(only),
      scratchDir: args["scratch-dir"],
      maxMemory: memory === undefined ? undefined : byteCount("max-restore-memory", memory),
      onProgress: output.progress.update,
      onSnapshot: ({ setId, createdAt, age }: { setId: string; createdAt: string; age?: string }) =>
        output.remark(`drilling the snapshot ${setId} of ${createdAt}${age ? ` (${age})` : ""}`),
    };
    const { drillDirectory, drillRepository, lowerPriority, openWatched } = await core();
    if (!args["full-speed"]) await lowerPriority();
    const tell = watcher();
    if (tell)
      await openWatched((at) => tell({ opening: at ? { kind: at.kind, dir: at.dir } : null }));
    if (!uses) return result([await drillDirectory(backupDir as string, options)], [], output);
    for (const url of args.repository) demandNoSecrets(url);
    const reports: DrillReport[] = [];
    const notDrilled: NotDrilled[] = [];
    // each by itself: one must not hide what another lacks
    for (const url of args.repository) {
      const one = { args: { ...args, repository: [url] }, output, signal };
      try {
        await using opened = await openAllRepositories(one, { mustRead: true });
        for (const repository of opened.repositories)
          reports.push(await drillRepository(repository, options));
      } catch (error) {
        const failure = failureOf(error);
        if (args.repository.length === 1 || OF_ALL.has(failure.code)) throw error;
        notDrilled.push({ repository: url, failure });
      }
    }
    return result(reports, notDrilled, output);
  },
});

/** A repository that could not be drilled, or has no snapshot that is meant. */
interface NotDrilled {
  repository: string;
  failure: Failure;
}

/** The other repositories would meet it as well. */
const OF_ALL: ReadonlySet<Failure["code"]> = new Set(["USAGE", "CANCELLED", "INTERNAL"] as const);

function result(
  reports: readonly DrillReport[],
  notDrilled: readonly NotDrilled[],
  output: Invocation["output"],
) {
  for (const { drills, notes } of reports)
    for (const text of [...drills.flatMap(({ warnings }) => warnings), ...notes]) output.warn(text);
  const problems = reports.flatMap(drillProblems);
  const lacking = notDrilled.map(({ repository, failure }) => `${repository}: ${failure.message}`);
  // the error says it where it is the only one
  const isAlone = problems.length === 0 && lacking.length === 1;
  for (const problem of [...problems, ...(isAlone ? [] : lacking)]) output.problem(problem);
  const ok = problems.length === 0 && lacking.length === 0;
  const [first] = notDrilled;
  return {
    json: {
      ok,
      reports,
      ...(first && {
        notDrilled: notDrilled.map(({ repository, failure: { code, message } }) => ({
          repository,
          code,
          message,
        })),
      }),
    },
    text: reports.map((one) => drillText(one, output.tableWidth)).join("\n\n"),
    essential: true,
    ...(problems.length > 0
      ? { failure: failed(problems.length) }
      : first && { failure: notAll(notDrilled, first) }),
  };
}

const notAll = (all: readonly NotDrilled[], { repository, failure }: NotDrilled): CliError =>
  new CliError(
    failure.code,
    all.length === 1
      ? `${repository} was not drilled: ${failure.message}`
      : `${all.length} repositories were not drilled; the first is ${repository}: ${failure.message}`,
    failure.hint,
  );

const nothingNamed = (): CliError =>
  new CliError(
    "USAGE",
    "say what is drilled: --repository URL, or --backup-dir DIR",
    "--repository with --identity drills the newest snapshot",
  );

const failed = (problems: number): CliError =>
  new CliError(
    "DRILL_FAILED",
    `the drill failed: ${problems === 1 ? "1 problem was" : `${problems} problems were`} found`,
    "make a new backup now, with --full into a repository, and drill it; older snapshots may be whole: --each-age tells",
  );
