// `flowg admin inspect`

import { findBackupFiles } from "../../../server/operations/restore/backup-files.js";
import { BACKUP_ORDER } from "../../../server/records/backup-names.js";
import type { InspectReport } from "../../../server/records/reports.js";
import { defineCommand, type Invocation } from "../../command.js";
import { demandNoOnly, examinedSnapshot, type SnapshotAsked } from "../../examined-snapshot.js";
import { CliError } from "../../failure.js";
import { checkingServer, only } from "../../flags.js";
import { inspectText } from "../../output/report/inspect.js";
import { isPackedBackup, withPackedBackup } from "../../piped-backup.js";
import { fromRepository, isFromRepository } from "../../repository-snapshot.js";
import { administrationFor } from "../../target.js";

export const inspect = defineCommand({
  description: "Show who made a snapshot and when, and what it holds",
  details:
    "Shows header, seal, counts by kind, and each log stream with its time range. Only reads. " +
    "With --repository it shows the databases of a snapshot there, as the files that an export of it makes.",
  examples: [
    { command: "flowg admin inspect ./backup/log.db", does: "the streams in a log snapshot" },
    { command: "flowg admin inspect ./backup/auth.db --json", does: "for a program" },
    {
      command: "flowg admin inspect --repository /srv/off-site --snapshot latest --only logs",
      does: "the streams in the newest snapshot of a repository",
    },
  ],
  args: {
    file: {
      type: "positional",
      required: false,
      description:
        "a snapshot, a backup made by FlowG, or the tar of GET /backup, whose three are shown; - is one on stdin",
      piped: true,
    },
    ...fromRepository,
    only: { ...only.only, description: `with --repository: ${only.only.description}` },
    ...checkingServer,
  },
  async run({ args, origins, input, output, signal }) {
    if (isFromRepository({ args, origins }, args.file)) {
      return await inspectSnapshot({ args, output, signal });
    }
    demandNoOnly(args.only);
    const path = args.file;
    if (path === undefined) {
      throw new CliError("USAGE", "the argument FILE is missing", "name a file, or a --repository");
    }
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const watch = { onProgress: output.progress.update, signal };
    if (!(await isPackedBackup(path))) {
      const report = await administration.inspect(path, watch);
      for (const warning of report.warnings) output.warn(warning);
      return { json: report, text: inspectText(report, output.tableWidth), essential: true };
    }
    const snapshots = await withPackedBackup(path, input, async (directory) => {
      const reports: InspectReport[] = [];
      const { files } = await findBackupFiles(directory, BACKUP_ORDER);
      for (const { path } of files) reports.push(await administration.inspect(path, watch));
      return reports;
    });
    for (const { path, warnings } of snapshots) {
      for (const warning of warnings) output.warn(`${path}: ${warning}`);
    }
    return {
      json: { path, snapshots },
      text: snapshots.map((one) => inspectText(one, output.tableWidth)).join("\n\n\n"),
      essential: true,
    };
  },
});

/** @throws the error of the first bad database */
async function inspectSnapshot(
  asked: Pick<Invocation, "output" | "signal"> & { args: SnapshotAsked },
) {
  const { output } = asked;
  const { path, databases, bad, notes } = await examinedSnapshot(asked);
  const [first] = bad;
  if (first) throw first.error;
  const snapshots = databases.map(({ inspected }) => inspected);
  for (const { database, warnings } of snapshots) {
    for (const warning of warnings) output.warn(`${database}: ${warning}`);
  }
  for (const note of notes) output.warn(note);
  return {
    json: { path, snapshots, notes },
    text: snapshots.map((one) => inspectText(one, output.tableWidth)).join("\n\n\n"),
    essential: true,
  };
}
