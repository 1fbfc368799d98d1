// `flowg snapshots export`

import { defineCommand } from "../../command.js";
import { core } from "../../offline.js";
import { backupText } from "../../output/report/backup.js";
import { repositoryKeys, repositoryRequired } from "../../repository-options.js";
import { hostFlag, openReachableRepositories } from "../../repository-snapshot.js";

export const exportCommand = defineCommand({
  description: "Write a snapshot of a repository as the files of a backup directory",
  details:
    "auth.db, config.db and log.db, as `flowg admin backup` writes them: each is read back before it gets its name, and all get " +
    "theirs or none. It is refused where a backup would be refused: beside files of another instant, or in place of a backup with far more records.",
  examples: [
    {
      command: "flowg snapshots export latest --repository /srv/backups --backup-dir ./monday",
      does: "for a tool that knows only files",
    },
  ],
  args: {
    snapshot: {
      type: "positional",
      description: "the snapshot: its id, the beginning of it, or latest",
    },
    ...repositoryRequired,
    ...repositoryKeys,
    ...hostFlag,
    "backup-dir": {
      type: "string",
      description: "directory that gets the files",
      valueHint: "DIR",
      env: "FLOWG_BACKUP_DIR",
      default: "./backup",
    },
    "allow-shrink": {
      type: "boolean",
      description: "replace an older backup even if it has far more records",
    },
    "allow-mixed": {
      type: "boolean",
      description:
        "write a snapshot of some databases beside files of the others, which are of another instant",
    },
  },
  async run({ args, output, signal }) {
    const { exportSnapshot, openSnapshot } = await core();
    const { snapshot: wanted, ...asked } = args;
    await using repositories = await openReachableRepositories({ args: asked, output, signal });
    const wish = { snapshot: wanted, host: args.host, installation: args.installation, signal };
    const { snapshot, name } = await openSnapshot(repositories.given, wish);
    const backupDir = args["backup-dir"];
    output.remark(`${name} -> ${backupDir}`);
    const onProgress = output.progress.update;
    const report = await exportSnapshot({
      snapshot,
      backupDir,
      onProgress,
      signal,
      allowShrink: args["allow-shrink"],
      allowMixed: args["allow-mixed"],
    });
    for (const note of report.notes) output.warn(note);
    output.remark("done");
    return { json: report, text: backupText(report, output.tableWidth), essential: false };
  },
});
