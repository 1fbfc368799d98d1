// `flowg admin role list`

import { defineCommand } from "../../../command.js";
import { authDir, server } from "../../../flags.js";
import { rolesText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const list = defineCommand({
  description: "List the roles and their scopes",
  examples: [
    { command: "flowg admin role list --auth-dir /data/auth", does: "of another directory" },
  ],
  args: { ...authDir, ...server },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const roles = await administration.roles.list();
    const text = roles.length > 0 ? rolesText(roles, output.tableWidth) : "No roles found";
    return { json: { roles }, text, essential: true };
  },
});
