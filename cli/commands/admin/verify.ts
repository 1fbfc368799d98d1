// `flowg admin verify`

import { backupPaths } from "../../backup-path.js";
import { checkSets, failureOfSets } from "../../checked-sets.js";
import { defineCommand, type Invocation } from "../../command.js";
import { demandNoOnly, examinedSnapshot, type SnapshotAsked } from "../../examined-snapshot.js";
import { CliError, failureOf } from "../../failure.js";
import { backupDir, checkingServer, gentle, only } from "../../flags.js";
import { PIPED } from "../../local-paths.js";
import { snapshotVerifyText, verifyText } from "../../output/report/verify.js";
import { fromRepository, isFromRepository } from "../../repository-snapshot.js";
import { administrationFor } from "../../target.js";

export const verify = defineCommand({
  description: "Check snapshots, and whether those in a directory belong together",
  details:
    "Reads each file to its end and makes every check that restore makes: checksums, counts, " +
    "order, the seal. Touches no database. A directory may also hold directories and tars of " +
    "backups, in up to four levels. Goes on after a bad file, and prints a row for each. A " +
    "directory's files must be of all three databases and of one instant, and agree with its " +
    "manifest.json. With --repository it reads a snapshot there, as a restore of it would. The " +
    "exit code is 3 if a snapshot is broken.",
  examples: [
    { command: "flowg admin verify", does: "check all snapshots in ./backup" },
    { command: "flowg admin verify /srv/backup", does: "all of mon/, tue/, wed.tar in it" },
    { command: "flowg admin verify ./backup/log.db --json", does: "one file, for a program" },
    {
      command: "flowg admin verify --repository /srv/off-site --snapshot latest",
      does: "the newest snapshot of a repository",
    },
  ],
  args: {
    path: {
      type: "positional",
      required: false,
      description:
        "a snapshot, a directory of snapshots, or a tar of them; - is one on stdin; else that of --backup-dir",
      piped: true,
    },
    ...backupDir,
    "allow-mixed": {
      type: "boolean",
      description: "take sets whose files are of several instants: downloads one by one",
    },
    "allow-partial": { type: "boolean", description: "take sets that lack a database" },
    ...gentle,
    ...fromRepository,
    only: { ...only.only, description: `with --repository: ${only.only.description}` },
    ...checkingServer,
  },
  rest: { name: "path", description: "more of them" },
  async run({ args, rest, origins, input, output, signal }) {
    if (isFromRepository({ args, origins }, args.path)) {
      return await verifySnapshot({ args, output, signal });
    }
    demandNoOnly(args.only);
    const administration = await administrationFor({ args, origins, output });
    if (administration.place === "server") output.remark(administration.describe([]));
    const paths = backupPaths([args.path, ...rest], args["backup-dir"], origins);
    if (paths.filter((path) => path === PIPED).length > 1) {
      throw new CliError("USAGE", '"-" is given twice, and stdin is read once');
    }
    const sets = await checkSets(administration, paths, {
      input,
      signal,
      onProgress: output.progress.update,
      allowed: { mixed: args["allow-mixed"], partial: args["allow-partial"] },
    });
    const failure = failureOfSets(sets);
    const files = sets.flatMap((set) => set.files);
    const notes = sets.flatMap((set) => set.notes);
    const problems = sets.flatMap((set) => set.problems);
    const bad = sets.flatMap((set) => set.bad.map(({ path, error }) => ({ path, ...told(error) })));
    // the error of a single bad file is the failure itself
    if (failure && files.length === 0 && bad.length === 1 && problems.length === 0) throw failure;
    for (const { path, warnings } of files) {
      for (const warning of warnings) output.warn(`${path}: ${warning}`);
    }
    for (const note of notes) output.warn(note);
    for (const { path, message } of bad) output.problem(about(path, message));
    for (const problem of problems) output.problem(problem);
    return {
      json: { files, notes, bad, problems },
      text: verifyText(files, bad, output.tableWidth),
      essential: false,
      failure,
    };
  },
});

async function verifySnapshot(
  asked: Pick<Invocation, "output" | "signal"> & {
    args: SnapshotAsked & { "allow-partial": boolean };
  },
) {
  const { args, output } = asked;
  const { path, databases, bad: failed, missing, notes } = await examinedSnapshot(asked);
  const files = databases.map(({ verified }) => verified);
  const lacks = missing.length > 0 && args.only === undefined;
  const partial = lacks ? [`${path} holds no ${missing.join(", ")}`] : [];
  const problems = args["allow-partial"] ? [] : partial;
  if (args["allow-partial"]) notes.push(...partial);
  const failure = failureOfSets([{ path, files, bad: failed, problems, notes }], "databases");
  const bad = failed.map(({ path, database, error }) => ({ path, database, ...told(error) }));
  for (const { database, warnings } of files) {
    for (const warning of warnings) output.warn(`${database}: ${warning}`);
  }
  for (const note of notes) output.warn(note);
  for (const { database, message } of bad) output.problem(`${database}: ${message}`);
  for (const problem of problems) output.problem(problem);
  return {
    json: { files, notes, bad, problems },
    text: snapshotVerifyText(files, bad, output.tableWidth),
    essential: false,
    failure,
  };
}

function told(error: unknown) {
  const { code, message, hint } = failureOf(error);
  return { code, message, hint };
}

const about = (path: string, message: string): string =>
  message.includes(path) ? message : `${path}: ${message}`;
