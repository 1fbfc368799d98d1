// `flowg admin backup`

import { hostname } from "node:os";
import type { StoredSnapshot } from "../../../server/records/repository-reports.js";
import { defineCommand, type Invocation } from "../../command.js";
import { CliError } from "../../failure.js";
import { backupDir, directories, gentle, only as onlyFlag, server } from "../../flags.js";
import { PIPED } from "../../local-paths.js";
import { objectLockFlags, objectLockWish } from "../../object-lock.js";
import { onlyDatabases } from "../../only-databases.js";
import { backupText, leftOutText } from "../../output/report/backup.js";
import { repositoryBackupText } from "../../output/report/repository-backup.js";
import type { Result } from "../../output/result.js";
import { backUpToStdout } from "../../piped-backup.js";
import { repositoryFlag, repositoryKeys } from "../../repository-options.js";
import {
  openReachableRepositories,
  type RepositoryAsked,
  usesRepository,
} from "../../repository-snapshot.js";
import { administrationFor, type ServerValues } from "../../target.js";
import { unflushedNotes } from "../../unflushed.js";

export const backup = defineCommand({
  description: "Back up the auth, config and log databases into a directory or a repository",
  details:
    "All three are read at one instant, while a server may be using them, and are never written " +
    "to. flowg writes each snapshot beside its final name, reads it back and verifies it before " +
    "it gets that name. So a backup that fails leaves an older one as it was. flowg refuses to " +
    "replace a backup by one with far fewer records (less than half, or for logs of the same " +
    "database less than a tenth): the data may have been lost.",
  examples: [
    { command: "flowg admin backup", does: "back up ./data into ./backup" },
    {
      command: "flowg admin backup --backup-dir /srv/backup/monday --quiet",
      does: "from cron: silent unless it fails",
    },
    {
      command: "flowg admin backup --url https://logs.example.com --token-file backup.token",
      does: "of a server, over the network",
    },
    {
      command: "flowg admin backup --backup-dir - | ssh backup.example.com 'cat > flowg.tar'",
      does: "to another machine, as a tar",
    },
    {
      command: "flowg admin backup --only auth,config --backup-dir /srv/backup/accounts",
      does: "without the logs; verify it with --allow-partial",
    },
    {
      command: "flowg admin backup --repository s3://bucket/flowg --tag nightly",
      does: "into a repository: only what has changed is read and stored",
    },
    {
      command: "flowg admin backup --repository s3://bucket/flowg --object-lock 30d",
      does: "and for 30 days nobody can remove it",
    },
    { command: "flowg admin backup --json", does: "the report for a program" },
  ],
  args: {
    ...directories,
    ...backupDir,
    "allow-shrink": {
      type: "boolean",
      description: "replace an older backup even if it has far more records",
    },
    ...onlyFlag,
    "allow-mixed": {
      type: "boolean",
      description:
        "with --only: write beside files of the other databases, which are then of another instant",
    },
    "skip-damaged": {
      type: "boolean",
      description: "leave out damaged records, back up the rest, and say what is missing",
    },
    ...gentle,
    ...repositoryFlag,
    ...repositoryKeys,
    tag: {
      type: "string",
      many: true,
      description: "with --repository: a word that the snapshot keeps; may be given several times",
      valueHint: "TAG",
    },
    full: {
      type: "boolean",
      description:
        "with --repository: read everything, not only what may have changed, and replace objects that have changed in the repository",
    },
    ...objectLockFlags,
    host: {
      type: "string",
      description:
        "with --repository: name of the host of these databases; this machine's name unless given",
      valueHint: "NAME",
    },
    ...server,
  },
  async run({ args, origins, output, signal }) {
    if (usesRepository(args, origins, ["backup-dir", "url"]))
      return await backUpToRepositories({ args, origins, output, signal });
    const isLocked = args["object-lock"] !== undefined && origins["object-lock"] === "flag";
    if (args.tag.length > 0 || args.full || args.host !== undefined || isLocked) {
      throw new CliError(
        "USAGE",
        "--tag, --full, --host and --object-lock are for a repository, and there is none",
        "add --repository",
      );
    }
    if (args["backup-dir"] === PIPED) output.demandPipe();
    const only = onlyDatabases(args.only);
    const administration = await administrationFor({ args, origins, output });
    output.remark(`${administration.describe(only)} -> ${args["backup-dir"]}`);
    const make = (directory: string) =>
      administration.backup({
        backupDir: directory,
        only,
        allowMixed: args["allow-mixed"],
        allowShrink: args["allow-shrink"],
        skipDamaged: args["skip-damaged"],
        onProgress: output.progress.update,
        signal,
      });
    const isPiped = args["backup-dir"] === PIPED;
    const report = isPiped
      ? await backUpToStdout(make, output, signal)
      : await make(args["backup-dir"]);
    for (const note of report.notes) output.warn(note);
    for (const { database, leftOut } of report.snapshots)
      if (leftOut) output.warn(leftOutText(database, leftOut));
    output.remark("done");
    if (isPiped) {
      // stdout must hold only the backup
      output.remarks(backupText(report, output.tableWidth));
      return { json: {}, text: "", essential: false };
    }
    const json = { ...report, notes: [...report.notes, ...unflushedNotes()] };
    return { json, text: backupText(report, output.tableWidth), essential: false };
  },
});

interface ToRepositories extends RepositoryAsked, ServerValues {
  only?: string | undefined;
  tag: readonly string[];
  full: boolean;
  host?: string | undefined;
  "object-lock"?: string | undefined;
  "object-lock-mode"?: string | undefined;
  "allow-shrink": boolean;
  "skip-damaged": boolean;
  "auth-dir": string;
  "config-dir": string;
  "log-dir": string;
}

async function backUpToRepositories({
  args,
  origins,
  output,
  signal,
}: Pick<Invocation, "origins" | "output" | "signal"> & { args: ToRepositories }): Promise<Result> {
  const only = onlyDatabases(args.only);
  const objectLock = objectLockWish(args);
  const administration = await administrationFor({ args, origins, output });
  if (!administration.backupToRepositories) {
    throw new CliError(
      "USAGE",
      "FLOWG_URL names a server, and a backup into a repository reads directories of this machine",
      "leave out FLOWG_URL, or name the directories: --auth-dir, --config-dir and --log-dir",
    );
  }
  await using repositories = await openReachableRepositories({ args, output, signal });
  output.remark(`${administration.describe(only)} -> ${args.repository.join(", ")}`);
  const report = await administration.backupToRepositories({
    repositories: repositories.given,
    tags: args.tag,
    host: args.host ?? hostname(),
    full: args.full,
    objectLock,
    only,
    allowShrink: args["allow-shrink"],
    skipDamaged: args["skip-damaged"],
    onProgress: output.progress.update,
    signal,
  });
  for (const note of report.notes) output.warn(note);
  for (const { database, leftOut } of report.databases)
    if (leftOut) output.warn(leftOutText(database, leftOut));
  const failure = failureOf(report.repositories);
  if (!failure) output.remark("done");
  const text = repositoryBackupText(report, output.tableWidth);
  return { json: report, text, essential: false, ...(failure ? { failure } : {}) };
}

/** The error of a run that failed in one of several repositories. */
function failureOf(stored: readonly StoredSnapshot[]): CliError | undefined {
  const failed = stored.flatMap((one) => ("failed" in one ? [one] : []));
  if (failed.length === 0) return undefined;
  const why = failed.map(({ place, failed: { message } }) => `${place}: ${message}`).join("; ");
  return new CliError("PARTLY_STORED", `the backup is not in ${why}`, failed[0]?.failed.hint);
}
