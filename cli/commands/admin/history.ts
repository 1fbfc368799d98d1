// `flowg admin history`

import { DATABASE_KINDS } from "../../../server/records/kinds.js";
import { defineCommand } from "../../command.js";
import { directories, server } from "../../flags.js";
import { historyText } from "../../output/report/history.js";
import { administrationFor } from "../../target.js";

export const history = defineCommand({
  description: "List the restores that have changed the databases",
  details:
    "Shows who restored what and when, what that changed, and whether it can be taken back with " +
    "`flowg admin undo`. Each database remembers its last hundred restores.",
  examples: [
    { command: "flowg admin history", does: "the restores of the databases below ./data" },
    { command: "flowg admin history --url https://logs.example.com", does: "those of a server" },
  ],
  args: { ...directories, ...server },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(DATABASE_KINDS));
    const restores = await administration.history();
    return { json: { restores }, text: historyText(restores, output.tableWidth), essential: true };
  },
});
