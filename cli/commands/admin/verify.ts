// `flowg admin verify`

import { type CheckedSet, checkSets, failureOfSets } from "../../checked-sets.js";
import { defineCommand } from "../../command.js";
import { CliError, failureOf } from "../../failure.js";
import { checkingServer } from "../../flags.js";
import { PIPED } from "../../local-paths.js";
import { verifyText } from "../../output/report/verify.js";
import { withBackupFromStdin } from "../../piped-backup.js";
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
    path: {
      type: "positional",
      description: "a snapshot, or a directory of snapshots; - is a tar of them on stdin",
      piped: true,
    },
    "allow-mixed": {
      type: "boolean",
      description: "take sets whose files are of several instants: downloads one by one",
    },
    "allow-partial": { type: "boolean", description: "take sets that lack a database" },
    ...checkingServer,
  },
  rest: { name: "path", description: "more of them" },
  async run({ args, rest, origins, input, output, signal }) {
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const look = async (paths: string[]) =>
      plain(
        await checkSets(administration, paths, {
          onProgress: output.progress.update,
          signal,
          allowed: { mixed: args["allow-mixed"], partial: args["allow-partial"] },
        }),
      );
    const paths = [args.path, ...rest];
    if (paths.includes(PIPED) && paths.length > 1) {
      throw new CliError("USAGE", '"-" is taken alone, without other paths');
    }
    const { files, notes, bad, problems, failure } = paths.includes(PIPED)
      ? await withBackupFromStdin(input, (directory) => look([directory]))
      : await look(paths);
    const failed = failure && new CliError(failure.code, failure.message, failure.hint);
    // one file that is bad is the failure itself
    if (failed && files.length === 0 && bad.length === 1 && problems.length === 0) throw failed;
    for (const { path, warnings } of files) {
      for (const warning of warnings) output.warn(`${path}: ${warning}`);
    }
    for (const note of notes) output.warn(note);
    for (const { path, message } of bad) output.problem(about(path, message));
    for (const problem of problems) output.problem(problem);
    return {
      json: { files, notes, bad, problems },
      text: verifyText(files, bad),
      essential: false,
      failure: failed,
    };
  },
});

/** What is told of the sets, as plain data. */
function plain(sets: readonly CheckedSet[]) {
  const failure = failureOfSets(sets);
  const told = (error: unknown) => {
    const { code, message, hint } = failureOf(error);
    return { code, message, hint };
  };
  return {
    files: sets.flatMap((set) => set.files),
    notes: sets.flatMap((set) => set.notes),
    bad: sets.flatMap((set) => set.bad.map(({ path, error }) => ({ path, ...told(error) }))),
    problems: sets.flatMap((set) => set.problems),
    failure: failure === undefined ? undefined : told(failure),
  };
}

const about = (path: string, message: string): string =>
  message.includes(path) ? message : `${path}: ${message}`;
