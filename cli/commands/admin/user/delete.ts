// `flowg admin user delete`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { allowNoAdmin, authDir, server } from "../../../flags.js";
import { deletion } from "../../../output/report/deletion.js";
import { administrationFor } from "../../../target.js";

export const remove = defineCommand({
  description: "Delete a user and its tokens",
  examples: [
    { command: "flowg admin user delete --name alice", does: "its tokens stop working at once" },
  ],
  args: {
    name: {
      type: "string",
      description: "name of the user",
      completes: namesOf("users"),
      valueHint: "NAME",
      required: true,
    },
    ...allowNoAdmin,
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const deleted = await administration.users.delete(args.name, {
      allowNoAdmin: args["allow-no-admin"],
    });
    return deletion(output, `User ${args.name}`, deleted);
  },
});
