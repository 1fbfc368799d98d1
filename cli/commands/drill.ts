// `flowg drill`

import type { DrillReport } from "../../server/records/drill-report.js";
import { defineCommand, type Invocation } from "../command.js";
import { databaseValues } from "../completion/values.js";
import { CliError } from "../failure.js";
import { core } from "../offline.js";
import { onlyDatabases } from "../only-databases.js";
import { drillProblems, drillText } from "../output/report/drill.js";
import { byteCount } from "../quantity.js";
import { openAllRepositories, repositoryFlag, repositoryKeys } from "../repository-options.js";
import { deltaFlags, snapshotFlags, snapshotWish, usesRepository } from "../repository-snapshot.js";
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
      does: "the state of that day's begin, for a program",
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
      ...{ ...snapshotWish(args), eachAge, realDir, signal },
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
    const reports: DrillReport[] = [];
    if (uses) {
      await using opened = await openAllRepositories({ args, output, signal }, { mustRead: true });
      // each by itself: one must not hide what another lacks
      for (const repository of opened.repositories)
        reports.push(await drillRepository(repository, options));
    } else reports.push(await drillDirectory(backupDir as string, options));
    return result(reports, output);
  },
});

function result(reports: readonly DrillReport[], output: Invocation["output"]) {
  for (const { drills, notes } of reports)
    for (const text of [...drills.flatMap(({ warnings }) => warnings), ...notes]) output.warn(text);
  const problems = reports.flatMap(drillProblems);
  for (const problem of problems) output.problem(problem);
  return {
    json: { ok: problems.length === 0, reports },
    text: reports.map((one) => drillText(one, output.tableWidth)).join("\n\n"),
    essential: true,
    ...(problems.length === 0 ? {} : { failure: failed(problems.length) }),
  };
}

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
