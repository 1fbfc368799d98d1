// `flowg admin token delete`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { authDir, server } from "../../../flags.js";
import { deletion } from "../../../output/report/deletion.js";
import { administrationFor } from "../../../target.js";

export const remove = defineCommand({
  description: "Delete a token of a user: it stops working at once",
  examples: [
    {
      command: "flowg admin token delete --user alice --uuid 0b9a54c8-7a3c-4b0e-9f6e-2f1f6c1f5a11",
      does: "one that `token list` shows",
    },
  ],
  args: {
    user: {
      type: "string",
      description: "name of the user",
      completes: namesOf("users"),
      valueHint: "NAME",
      required: true,
    },
    uuid: { type: "string", description: "UUID of the token", valueHint: "UUID", required: true },
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const deleted = await administration.tokens.delete(args.user, args.uuid);
    return deletion(output, `Token ${args.uuid}`, deleted);
  },
});
