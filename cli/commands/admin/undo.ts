// `flowg admin undo`

import type { UndoReport } from "../../../server/records/reports.js";
import type { UndoRequest } from "../../administration.js";
import { defineCommand } from "../../command.js";
import { CliError } from "../../failure.js";
import {
  allowNoAdmin,
  directories,
  gentle,
  keepsUndo,
  server,
  undoLimits,
  yes,
} from "../../flags.js";
import type { Output } from "../../output/output.js";
import { undoText } from "../../output/report/undo.js";
import { administrationFor } from "../../target.js";
import { undoCommand } from "../../undo-command.js";
import { undoOptions } from "../../undo-options.js";

export const undo = defineCommand({
  description: "Take a restore back",
  details:
    "A restore keeps, beside each database, what it overwrites and removes, and what it adds. " +
    "This puts all databases of that restore back: each as a whole or not at all, once " +
    "its undo files have been checked. What came in after the restore stays. Items that " +
    "somebody has changed since stay as they are, and are named, unless --overwrite-changed is " +
    "given. An undo is itself a restore: when you take it back, you have the first restore again.",
  examples: [
    {
      command: "flowg admin undo --dry-run",
      does: "see what taking the last restore back would change",
    },
    {
      command: "flowg admin undo",
      does: "take back the newest restore that was not taken back yet",
    },
    {
      command: "flowg admin undo 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60 --yes",
      does: "one that `flowg admin history` lists, in a script",
    },
    {
      command: "flowg admin undo --url https://logs.example.com",
      does: "the last restore of a server, after it has shown what would change",
    },
  ],
  args: {
    run: {
      type: "positional",
      required: false,
      description: "the restore, by its id; else the newest that was not taken back",
    },
    ...directories,
    "dry-run": { type: "boolean", description: "report what would change, and write nothing" },
    "overwrite-changed": {
      type: "boolean",
      description: "also take back what somebody has changed after the restore",
    },
    "allow-access-change": {
      type: "boolean",
      description: "with --url: go on although somebody gains access or is locked out",
    },
    ...gentle,
    ...keepsUndo,
    ...undoLimits,
    ...allowNoAdmin,
    ...yes,
    ...server,
  },
  async run({ args, origins, output, input, signal }) {
    const dryRun = args["dry-run"];
    const administration = await administrationFor({ args, origins, output });
    const isOnline = administration.place === "server";
    const allowAccessChange = args["allow-access-change"];
    if (allowAccessChange && !isOnline)
      throw new CliError("USAGE", "--allow-access-change is for a server, and there is none");
    const mustAsk = !dryRun && !args.yes;
    if (mustAsk && !input.interactive) {
      throw new CliError(
        "REFUSED",
        "an undo is confirmed first, and there is no terminal to ask at",
        "add --yes to insist, or --dry-run to see what it would do",
      );
    }
    const request: UndoRequest = {
      run: args.run,
      dryRun,
      overwriteChanged: args["overwrite-changed"],
      allowAccessChange,
      allowNoAdmin: args["allow-no-admin"],
      undo: undoOptions(args),
      onProgress: output.progress.update,
      signal,
    };
    let { run } = request;
    if (mustAsk) {
      const preview = await administration.undo({ ...request, dryRun: true });
      // takes back the run that was shown, even if another restore comes meanwhile
      run = preview.undoes;
      tell(preview, output);
      output.preview(undoText(preview, output.tableWidth));
      const agreed = await input.confirm(`Take back the restore of ${preview.undoesAt}?`);
      if (!agreed) throw new CliError("REFUSED", "not confirmed; nothing was changed");
    }
    const report = await administration.undo({ ...request, run });
    output.remark("done");
    tell(report, output);
    const again = report.run === undefined ? undefined : undoCommand(report.run, args, origins);
    return { json: report, text: undoText(report, output.tableWidth, again), essential: dryRun };
  },
});

function tell(report: UndoReport, output: Output): void {
  for (const note of report.notes) output.warn(note);
  for (const { database, warnings } of report.databases)
    for (const warning of warnings) output.warn(`${database}: ${warning}`);
}
