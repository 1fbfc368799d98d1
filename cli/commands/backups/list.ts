// `flowg backups list`

import { checkSets, isGood } from "../../checked-sets.js";
import { defineCommand } from "../../command.js";
import { backupsText } from "../../output/report/backups.js";
import { administrationFor } from "../../target.js";

export const list = defineCommand({
  description: "List the backups in a directory: date, good or bad, counts",
  details:
    "Each backup is verified, which reads all of it. A directory with auth.db, config.db and log.db is one backup; else each directory in it that " +
    "holds such files is one. The exit code is 0 also where some are bad: for that use `flowg admin verify`.",
  examples: [
    { command: "flowg backups list /srv/backup", does: "those in mon/, tue/, wed/" },
    { command: "flowg backups list /srv/backup --json", does: "for a program" },
  ],
  args: { path: { type: "positional", description: "a directory of backups" } },
  async run({ args, origins, input, output, signal }) {
    const administration = await administrationFor({ args: {}, origins, output });
    const sets = await checkSets(administration, [args.path], {
      input,
      signal,
      onProgress: output.progress.update,
      allowed: { mixed: false, partial: false },
    });
    // an error for a directory without backups, not an empty list
    const [first] = sets;
    if (sets.length === 1 && first?.bad[0]?.path === args.path) throw first.bad[0].error;
    const backups = sets.map((set) => {
      const { path, files, bad } = set;
      const problems = [...bad.map(({ failure }) => failure.message), ...set.problems];
      const counts = Object.fromEntries(files.map(({ database, entries }) => [database, entries]));
      const createdAt = files.map((file) => file.createdAt ?? "").sort()[0] || undefined;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { path, good: isGood(set), createdAt, counts, bytes, problems };
    });
    for (const { problems } of backups) for (const problem of problems) output.problem(problem);
    return { json: { backups }, text: backupsText(backups, output.tableWidth), essential: true };
  },
});
