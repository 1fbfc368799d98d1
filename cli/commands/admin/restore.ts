// `flowg admin restore`

import { hostname } from "node:os";
import { selectionOf } from "../../../server/operations/restore/selection-of.js";
import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import type { RestoreReport } from "../../../server/records/reports.js";
import { selectedDatabases } from "../../../server/records/selection.js";
import type { RestoreRequest } from "../../administration.js";
import { backupPath } from "../../backup-path.js";
import { defineCommand } from "../../command.js";
import { databaseValues } from "../../completion/values.js";
import { CliError } from "../../failure.js";
import {
  allowNoAdmin,
  backupDir,
  directories,
  gentle,
  keepsUndo,
  server,
  undoLimits,
  yes,
} from "../../flags.js";
import type { Input } from "../../input/input.js";
import { core } from "../../offline.js";
import { onlyDatabases } from "../../only-databases.js";
import type { Output } from "../../output/output.js";
import { restoreText } from "../../output/report/restore.js";
import { isPackedBackup, withBackupAt, withTarFile } from "../../piped-backup.js";
import { byteCount } from "../../quantity.js";
import {
  fromRepository,
  isFromRepository,
  openReachableRepositories,
  snapshotWish,
} from "../../repository-snapshot.js";
import { administrationFor } from "../../target.js";
import { undoCommand } from "../../undo-command.js";
import { undoOptions } from "../../undo-options.js";

export const restore = defineCommand({
  description: "Restore the databases from a backup directory, or a snapshot of a repository",
  details:
    "Every snapshot is verified before any database is touched. Then each database changes as a " +
    "whole or not at all. `flowg admin undo` takes a restore back. Items that exist are " +
    "overwritten, others are kept, unless --replace removes what the snapshot does not have. " +
    "Backups made by FlowG itself (v0.22 and later) are recognised and converted.",
  examples: [
    {
      command: "flowg admin restore --dry-run",
      does: "see what ./backup would change, and change nothing",
    },
    {
      command: "flowg admin restore /srv/backup/monday",
      does: "restore all three databases",
    },
    {
      command: "flowg admin restore --only auth,config --replace",
      does: "make two of them equal the snapshot",
    },
    {
      command: "flowg admin restore --select user=alice --select pipeline=default",
      does: "bring back one user and one pipeline, and nothing else",
    },
    {
      command:
        "flowg admin restore --select stream=web,from=2026-11-28T10:00:00Z,to=2026-11-28T11:00:00Z",
      does: "bring back an hour of a stream, which stays configured as it is",
    },
    {
      command: "flowg admin restore --repository s3://bucket/flowg --at 2026-11-28T12:00:00Z",
      does: "the newest snapshot of that time or before, from a repository",
    },
    {
      command: "flowg admin restore --if-empty --backup-dir /seed",
      does: "at a container's start: fill what is empty, leave the rest",
    },
    {
      command: "flowg admin restore --url https://logs.example.com",
      does: "restore into a server, after it has shown what would change",
    },
  ],
  args: {
    path: {
      type: "positional",
      required: false,
      description: "the backup: a directory, or the tar of GET /backup; else that of --backup-dir",
      piped: true,
    },
    ...directories,
    ...backupDir,
    replace: {
      type: "boolean",
      description:
        "also remove items that the snapshot does not have; asks first, needs --yes in scripts",
    },
    "dry-run": { type: "boolean", description: "report what would change, and write nothing" },
    only: {
      type: "string",
      description: "the databases to restore, of auth, config and logs, with commas between",
      valueHint: "KINDS",
      completes: databaseValues,
    },
    select: {
      type: "string",
      many: true,
      description:
        "restore only this item, and leave all else as it is; repeatable: user=NAME (with tokens), role=, transformer=, pipeline=, " +
        "alert=, stream=NAME, or stream=NAME,from=TIME,to=TIME: entries from that time on, before that time; \\, is a comma in a name",
      valueHint: "ITEM",
    },
    "if-empty": {
      type: "boolean",
      description: "restore only databases that are missing or have no records, leave the others",
    },
    "allow-access-change": {
      type: "boolean",
      description: "with --url: restore auth although somebody gains access or is locked out",
    },
    "replace-damaged": {
      type: "boolean",
      description: "move the files of a damaged database aside, and restore into a new one",
    },
    salvaged: {
      type: "boolean",
      description:
        "take what `flowg admin salvage` made, which may lack records; never with --replace",
    },
    "max-restore-memory": {
      type: "string",
      description:
        "memory that large records may take, such as 4GiB; three quarters of what is free unless set",
      valueHint: "SIZE",
    },
    ...gentle,
    ...keepsUndo,
    ...undoLimits,
    ...fromRepository,
    ...allowNoAdmin,
    ...yes,
    ...server,
  },
  async run({ args, origins, output, input, signal }) {
    const { select } = args;
    const selection = selectionOf({
      select,
      only: args.only === undefined ? undefined : onlyDatabases(args.only),
      replaceDamaged: args["replace-damaged"],
    });
    const only = selection ? selectedDatabases(selection) : onlyDatabases(args.only);
    const dryRun = args["dry-run"];
    const uses = isFromRepository({ args, origins }, args.path);
    const place = uses ? "" : backupPath(args.path, args["backup-dir"], origins);
    const administration = await administrationFor({ args, origins, output });
    const isOnline = administration.place === "server";
    if (uses && isOnline) {
      throw new CliError(
        "USAGE",
        "a snapshot of a repository is restored into directories",
        "leave out FLOWG_URL, or export it (flowg snapshots export) and restore the files into the server",
      );
    }
    const allowAccessChange = args["allow-access-change"];
    if (allowAccessChange && !isOnline) {
      throw new CliError("USAGE", "--allow-access-change is for a server, and there is none");
    }
    const replaceDamaged = args["replace-damaged"];
    if (replaceDamaged && isOnline) {
      throw new CliError(
        "USAGE",
        "--replace-damaged is for directories",
        "stop the server, and restore on its machine without --url",
      );
    }
    const undo = undoOptions(args);
    const ifEmpty = args["if-empty"];
    const given = args["max-restore-memory"];
    if (given !== undefined && isOnline) {
      throw new CliError(
        "USAGE",
        "--max-restore-memory is for directories",
        "a server's is set where it is started: flowg serve --max-restore-memory",
      );
    }
    const maxMemory = given === undefined ? undefined : byteCount("max-restore-memory", given);
    if (ifEmpty) demandIfEmpty(args.replace, isOnline);
    const mustAsk = (args.replace || isOnline) && !dryRun && !args.yes;
    if (mustAsk && !input.interactive) throw unasked(args.replace);
    if (!uses) output.remark(`${place} -> ${administration.describe(only)}`);
    const requestFor = (directory: string): RestoreRequest => ({
      backupDir: directory,
      mode: args.replace ? "replace" : "merge",
      dryRun,
      only,
      select,
      allowAccessChange,
      replaceDamaged,
      allowNoAdmin: args["allow-no-admin"],
      ifEmpty,
      salvaged: args.salvaged,
      maxMemory,
      undo,
      confirm: mustAsk ? (preview) => confirm(preview, args.replace, { input, output }) : undefined,
      onProgress: output.progress.update,
      signal,
    });
    const restoreFrom = (directory: string) => administration.restore(requestFor(directory));
    // a server takes a tar as it is
    const isTar =
      !uses && isOnline && only.length === DATABASE_KINDS.length && (await isPackedBackup(place));
    const wish = { ...snapshotWish(args), signal };
    const fromSnapshot = async () => {
      await using repositories = await openReachableRepositories({ args, output, signal });
      const { openSnapshot, otherHosts } = await core();
      const { snapshot, from, name } = await openSnapshot(repositories.given, wish);
      output.remark(`${name} -> ${administration.describe(only)}`);
      const { host } = snapshot.copies[0].manifest;
      // without --host, the newest snapshot may be another server's
      const mayBeAnothers = !wish.host && !wish.snapshot && host !== hostname();
      if (mayBeAnothers) warnOfOthers(host, await otherHosts(snapshot), output);
      return await administration.restore({ ...requestFor(""), from });
    };
    const report = await (uses
      ? fromSnapshot()
      : isTar
        ? withTarFile(place, input, (file) =>
            administration.restore({ ...requestFor(file), isTar }),
          )
        : withBackupAt(place, input, restoreFrom));
    output.remark("done");
    tell(report, output);
    const back = report.run === undefined ? undefined : undoCommand(report.run, args, origins);
    return { json: report, text: restoreText(report, output.tableWidth, back), essential: dryRun };
  },
});

/** @throws USAGE if --if-empty makes no sense */
function demandIfEmpty(replaces: boolean, isOnline: boolean): void {
  if (isOnline) {
    throw new CliError(
      "USAGE",
      "--if-empty is for directories: a server that runs has users, so it is never empty",
      "restore before the server starts, without --url; --dry-run shows what a restore would change",
    );
  }
  if (replaces) {
    throw new CliError(
      "USAGE",
      "--if-empty and --replace exclude each other",
      "an empty database has nothing to remove: leave out --replace",
    );
  }
}

function warnOfOthers(host: string, others: readonly string[], output: Output): void {
  if (others.length === 0) return;
  output.warn(
    `this snapshot is of the host ${host}; the repository also has those of ${others.join(", ")}: choose with --host`,
  );
}

/** @throws REFUSED unless the user answers yes */
async function confirm(
  preview: RestoreReport,
  replaces: boolean,
  { input, output }: { input: Input; output: Output },
): Promise<void> {
  tell(preview, output);
  output.preview(restoreText(preview, output.tableWidth));
  const agreed = await input.confirm(
    replaces ? "Replace the contents of these databases?" : "Restore into these databases?",
  );
  if (!agreed) throw new CliError("REFUSED", "not confirmed; nothing was changed");
}

function unasked(replaces: boolean): CliError {
  return replaces
    ? new CliError(
        "REFUSED",
        "--replace removes what the snapshots do not have, and there is no terminal to ask at",
        "add --yes to insist, or --dry-run to see what it would remove",
      )
    : new CliError(
        "REFUSED",
        "a restore into a server is confirmed first, and there is no terminal to ask at",
        "add --yes to insist, or --dry-run to see what it would do",
      );
}

function tell(report: RestoreReport, output: Output): void {
  for (const note of report.notes) output.warn(note);
  for (const { database, warnings } of report.databases) {
    for (const warning of warnings) output.warn(`${database}: ${warning}`);
  }
}
