// `flowg admin user list`

import { defineCommand } from "../../../command.js";
import { authDir, server } from "../../../flags.js";
import { usersText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const list = defineCommand({
  description: "List the users and their roles",
  examples: [
    { command: "flowg admin user list --auth-dir /data/auth", does: "of another directory" },
  ],
  args: { ...authDir, ...server },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const users = await administration.users.list();
    const text = users.length > 0 ? usersText(users, output.tableWidth) : "No users found";
    return { json: { users }, text, essential: true };
  },
});
