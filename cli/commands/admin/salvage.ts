// `flowg admin salvage`

import { defineCommand } from "../../command.js";
import { salvage as salvageFiles } from "../../offline.js";
import { salvageText } from "../../output/report/salvage.js";

export const salvage = defineCommand({
  description: "Save what is whole in a damaged or cut snapshot",
  details:
    "Takes every block that passes its checks, also where the header or the seal is gone, and names what is lost. " +
    "Several copies of one snapshot complete each other: where together they have all of it, the output is the snapshot " +
    "itself. Else it says that it was salvaged: `flowg admin restore` takes it only with --salvaged, and never removes " +
    "anything by it. Works on snapshots of flowg: FlowG's own files have no checksums.",
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
      command: "flowg admin restore --backup-dir saved --only logs --salvaged",
      does: "then add what was saved to the database",
    },
  ],
  args: {
    file: { type: "positional", description: "the damaged snapshot" },
    output: {
      type: "string",
      required: true,
      description: "the file that is made; there must be none of that name",
      valueHint: "FILE",
    },
  },
  rest: { name: "file", description: "more copies of the same snapshot" },
  async run({ args, rest, output, signal }) {
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

const notWhole = (lost: number | undefined): string =>
  lost === undefined
    ? "the snapshot is not whole, and how much is lost is not known: its seal is"
    : `the snapshot is not whole: ${lost.toLocaleString("en-US")} ${lost === 1 ? "record is" : "records are"} lost`;
