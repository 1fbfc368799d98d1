// `flowg admin role list`

import { defineCommand } from "../../../command.js";
import { authDir } from "../../../flags.js";
import { rolesText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const list = defineCommand({
  description: "List the roles and their scopes",
  examples: [
    { command: "flowg admin role list --auth-dir /data/auth", does: "of another directory" },
  ],
  args: authDir,
  async run({ args, output }) {
    const administration = await administrationFor(args, output);
    output.remark(administration.describe(["auth"]));
    const roles = await administration.roles.list();
    const text = roles.length > 0 ? rolesText(roles) : "No roles found";
    return { json: { roles }, text, essential: true };
  },
});
