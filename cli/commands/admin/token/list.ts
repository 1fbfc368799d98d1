// `flowg admin token list`

import { defineCommand } from "../../../command.js";
import { authDir, server } from "../../../flags.js";
import { table } from "../../../output/table.js";
import { administrationFor } from "../../../target.js";

export const list = defineCommand({
  description: "List the UUIDs of a user's tokens",
  examples: [{ command: "flowg admin token list --user alice", does: "before deleting one" }],
  args: {
    user: { type: "string", description: "name of the user", valueHint: "NAME", required: true },
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const uuids = await administration.tokens.list(args.user);
    const rows = uuids.map((uuid) => [uuid]);
    const text = rows.length > 0 ? table(["UUID"], rows) : "No tokens found";
    return { json: { token_uuids: uuids }, text, essential: true };
  },
});
