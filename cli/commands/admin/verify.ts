// `flowg admin verify`

import { defineCommand } from "../../command.js";
import { checkingServer } from "../../flags.js";
import { verifyText } from "../../output/report/verify.js";
import { missingDatabases, mixedSets } from "../../snapshot-notes.js";
import { administrationFor } from "../../target.js";

export const verify = defineCommand({
  description: "Check a snapshot, or every snapshot in a directory",
  details:
    "Reads each file to its end and makes every check that restore makes: checksums, counts, order, the seal. " +
    "Touches no database. The exit code is 3 if a snapshot is broken.",
  examples: [
    { command: "flowg admin verify ./backup", does: "check all snapshots of a backup" },
    { command: "flowg admin verify ./backup/log.db --json", does: "one file, for a program" },
  ],
  args: {
    path: { type: "positional", description: "a snapshot, or a directory of snapshots" },
    ...checkingServer,
  },
  async run({ args, origins, output, signal }) {
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const files = await administration.verify(args.path, {
      onProgress: output.progress.update,
      signal,
    });
    for (const { path, warnings } of files) {
      for (const warning of warnings) output.warn(`${path}: ${warning}`);
    }
    const notes = [...mixedSets(files), ...missingDatabases(files, args.path)];
    for (const note of notes) output.warn(note);
    return { json: { files, notes }, text: verifyText(files), essential: false };
  },
});
