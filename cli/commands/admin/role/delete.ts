// `flowg admin role delete`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { allowNoAdmin, authDir, server } from "../../../flags.js";
import { deletion } from "../../../output/report/deletion.js";
import { administrationFor } from "../../../target.js";

export const remove = defineCommand({
  description: "Delete a role; users keep its name, which then grants nothing",
  examples: [
    { command: "flowg admin role delete --name viewer", does: "take its scopes from its users" },
  ],
  args: {
    name: {
      type: "string",
      description: "name of the role",
      completes: namesOf("roles"),
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
    const deleted = await administration.roles.delete(args.name, {
      allowNoAdmin: args["allow-no-admin"],
    });
    return deletion(output, `Role ${args.name}`, deleted);
  },
});
