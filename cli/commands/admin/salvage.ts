// `flowg admin salvage`

import { defineCommand, type Invocation } from "../../command.js";
import { CliError, failureOf } from "../../failure.js";
import { gentle } from "../../flags.js";
import { salvageDatabases, salvage as salvageFiles } from "../../offline.js";
import { databaseSalvageText } from "../../output/report/database-salvage.js";
import { salvageText } from "../../output/report/salvage.js";

export const salvage = defineCommand({
  description: "Save the sound parts of a damaged snapshot or database",
  details:
    "Takes every block that passes its checks, also where the header or the seal is gone, and " +
    "names what is lost. Several copies of one snapshot complete each other: where together they " +
    "have all of it, the output is the snapshot itself. Otherwise it is marked as salvaged: " +
    "`flowg admin restore` takes it only with --salvaged, and never removes anything by it. " +
    "Works on snapshots of flowg: FlowG's own files have no checksums. With --from-database it " +
    "reads the pages of a database that can't be opened any more, without LMDB, and writes " +
    "nothing to it: each record that is in use and has its checksum is saved. What the newest " +
    "state has lost, it takes from the state before, and says so. With a directory that holds " +
    "auth, config and logs, --output is a directory too.",
  examples: [
    {
      command: "flowg admin salvage broken.db --output saved/log.db",
      does: "what can be saved of one file",
    },
    {
      command: "flowg admin salvage disk1/log.db disk2/log.db --output saved/log.db",
      does: "one whole file of two damaged copies",
    },
    {
      command: "flowg admin salvage --from-database ./data/logs --output saved/log.db",
      does: "what can be read of a damaged database",
    },
    {
      command: "flowg admin salvage --from-database ./data --output saved",
      does: "the same of all three",
    },
    {
      command: "flowg admin restore --backup-dir saved --only logs --salvaged",
      does: "then add what was saved to a database",
    },
  ],
  args: {
    file: { type: "positional", required: false, description: "the damaged snapshot" },
    "from-database": {
      type: "string",
      description: "a damaged database: its directory, its data.mdb, or the directory of several",
      valueHint: "DIR",
    },
    "include-unreachable": {
      type: "boolean",
      description:
        "with --from-database: where records are lost, also take records on pages that nothing leads to; they may be older, or removed since",
    },
    output: {
      type: "string",
      required: true,
      description: "the file to make; it must not exist yet",
      valueHint: "FILE",
    },
    ...gentle,
  },
  rest: { name: "file", description: "more copies of the same snapshot" },
  async run({ args, rest, output, signal }) {
    const from = args["from-database"];
    if (from !== undefined) return await fromDatabase(from, { args, output, signal });
    if (args["include-unreachable"]) {
      throw new CliError("USAGE", "--include-unreachable is for a database", "add --from-database");
    }
    if (args.file === undefined) {
      throw new CliError(
        "USAGE",
        "there is nothing to salvage",
        "give the damaged snapshot, or --from-database and the directory of a damaged database",
      );
    }
    const report = await salvageFiles({
      paths: [args.file, ...rest],
      output: args.output,
      onProgress: output.progress.update,
      signal,
    });
    if (!report.whole) output.warn(notWhole(report.lost.entries));
    return { json: report, text: salvageText(report), essential: true };
  },
});

function notWhole(lost: number | undefined): string {
  if (lost === undefined)
    return "the snapshot is not whole; its seal is lost, so nobody knows how much is missing";
  if (lost === 0) return "the snapshot is damaged, and all of its records are saved";
  return `the snapshot is not whole: ${lost.toLocaleString("en-US")} ${lost === 1 ? "record is" : "records are"} lost`;
}

type Salvaging = Pick<Invocation, "output" | "signal"> & {
  args: { file?: string | undefined; output: string; "include-unreachable": boolean };
};

async function fromDatabase(from: string, { args, output, signal }: Salvaging) {
  if (args.file !== undefined) {
    throw new CliError(
      "USAGE",
      "--from-database and a snapshot exclude each other",
      "salvage each by itself",
    );
  }
  const { databases, failed } = await salvageDatabases({
    from,
    output: args.output,
    includeUnreachable: args["include-unreachable"],
    onProgress: output.progress.update,
    signal,
  });
  let isMore = false;
  for (const { source, whole, lost, mayBeOlder, waiting } of databases) {
    if (!whole) output.warn(`${source}: ${missing(lost.entries)}`);
    if (!args["include-unreachable"] && lost.entries !== 0 && lost.ranges.length > 0) isMore = true;
    if (mayBeOlder > 0) output.warn(`${source}: ${older(mayBeOlder)}`);
    if (waiting !== undefined) output.warn(lacking(waiting));
  }
  if (isMore) output.remark(MORE);
  const failures = failed.map(({ source, error }) => ({ source, failure: failureOf(error) }));
  for (const { source, failure } of failures) output.problem(`${source}: ${failure.message}`);
  return {
    json: {
      databases,
      failed: failures.map(({ source, failure: { code, message, hint } }) => ({
        source,
        code,
        message,
        hint,
      })),
    },
    text: databases.map(databaseSalvageText).join("\n"),
    essential: true,
    failure: failures[0]?.failure,
  };
}

const MORE =
  "--include-unreachable also looks for missing records on pages that nothing leads to any more";

const missing = (lost: number | undefined): string =>
  lost === undefined
    ? "it is not known how many of its records are missing"
    : lost === 0
      ? "none of its records is missing, but the database is damaged"
      : `${lost.toLocaleString("en-US")} of its records ${lost === 1 ? "is" : "are"} missing`;

const lacking = (waiting: string): string =>
  `entries that a server took during a restore wait in ${waiting}, and were not saved: move that file into the directory of the new log database, and the server's next start stores them`;

const older = (records: number): string =>
  `${records.toLocaleString("en-US")} of the records that were saved may be in an older form, or were removed since`;
