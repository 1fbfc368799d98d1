// `flowg admin verify`

import { checkSets, failureOfSets } from "../../checked-sets.js";
import { defineCommand } from "../../command.js";
import { checkingServer } from "../../flags.js";
import { verifyText } from "../../output/report/verify.js";
import { administrationFor } from "../../target.js";

export const verify = defineCommand({
  description: "Check snapshots, and the sets of them in directories",
  details:
    "Reads each file to its end and makes every check that restore makes: checksums, counts, order, the seal. " +
    "Touches no database. A directory may also hold directories of backups. Goes on after a bad file, and prints a row for each. " +
    "A directory's files must be of all three databases and of one instant, and what its manifest.json says. " +
    "The exit code is 3 if a snapshot is broken.",
  examples: [
    { command: "flowg admin verify ./backup", does: "check all snapshots of a backup" },
    { command: "flowg admin verify /srv/backup", does: "all of mon/, tue/, wed/ in it" },
    { command: "flowg admin verify ./backup/log.db --json", does: "one file, for a program" },
  ],
  args: {
    path: { type: "positional", description: "a snapshot, or a directory of snapshots" },
    "allow-mixed": {
      type: "boolean",
      description: "take sets whose files are of several instants: downloads one by one",
    },
    "allow-partial": { type: "boolean", description: "take sets that lack a database" },
    ...checkingServer,
  },
  rest: { name: "path", description: "more of them" },
  async run({ args, rest, origins, output, signal }) {
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const sets = await checkSets(administration, [args.path, ...rest], {
      onProgress: output.progress.update,
      signal,
      allowed: { mixed: args["allow-mixed"], partial: args["allow-partial"] },
    });
    const files = sets.flatMap((set) => set.files);
    for (const { path, warnings } of files) {
      for (const warning of warnings) output.warn(`${path}: ${warning}`);
    }
    const notes = sets.flatMap((set) => set.notes);
    for (const note of notes) output.warn(note);
    const failure = failureOfSets(sets);
    const bad = sets.flatMap((set) => set.bad);
    // one file that is bad is the failure itself
    if (failure !== undefined && bad[0]?.error === failure && files.length === 0) throw failure;
    const problems = sets.flatMap((set) => set.problems);
    for (const { path, failure } of bad) output.problem(about(path, failure.message));
    for (const problem of problems) output.problem(problem);
    const told = bad.map(({ path, failure: { code, message, hint } }) => ({
      path,
      code,
      message,
      hint,
    }));
    return {
      json: { files, notes, bad: told, problems },
      text: verifyText(files, told),
      essential: false,
      failure,
    };
  },
});

const about = (path: string, message: string): string =>
  message.includes(path) ? message : `${path}: ${message}`;
