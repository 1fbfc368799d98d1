// `flowg admin token create`

import { defineCommand } from "../../../command.js";
import { authDir, server } from "../../../flags.js";
import { safe } from "../../../output/safe.js";
import { administrationFor } from "../../../target.js";

export const create = defineCommand({
  description: "Create a token for a user, and print it",
  details: "Only the token is on stdout. It is stored as a hash: it cannot be shown again.",
  examples: [
    { command: "flowg admin token create --user alice", does: "print a new token" },
    { command: "TOKEN=$(flowg admin token create --user alice)", does: "keep it in a variable" },
  ],
  args: {
    user: { type: "string", description: "name of the user", valueHint: "NAME", required: true },
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const { token, uuid } = await administration.tokens.create(args.user);
    return { json: { token, token_uuid: uuid }, text: safe(token), essential: true };
  },
});
