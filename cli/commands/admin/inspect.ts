// `flowg admin inspect`

import { findBackupFiles } from "../../../server/operations/restore/backup-files.js";
import { BACKUP_ORDER } from "../../../server/records/backup-names.js";
import type { InspectReport } from "../../../server/records/reports.js";
import { defineCommand } from "../../command.js";
import { checkingServer } from "../../flags.js";
import { inspectText } from "../../output/report/inspect.js";
import { isPackedBackup, withPackedBackup } from "../../piped-backup.js";
import { administrationFor } from "../../target.js";

export const inspect = defineCommand({
  description: "Look into a snapshot: who made it and when, and what it holds",
  details:
    "Shows header, seal, counts by kind, and each log stream with its time range. Only reads.",
  examples: [
    { command: "flowg admin inspect ./backup/log.db", does: "the streams in a log snapshot" },
    { command: "flowg admin inspect ./backup/auth.db --json", does: "for a program" },
  ],
  args: {
    file: {
      type: "positional",
      description:
        "a snapshot, a backup made by FlowG, or the tar of GET /backup, whose three are shown; - is one on stdin",
      piped: true,
    },
    ...checkingServer,
  },
  async run({ args, origins, input, output, signal }) {
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const watch = { onProgress: output.progress.update, signal };
    const path = args.file;
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
