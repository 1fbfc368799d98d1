// `flowg admin user passwd`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { authDir, server } from "../../../flags.js";
import { safe } from "../../../output/safe.js";
import { administrationFor } from "../../../target.js";
import { demandPassword, passwordFlags, passwordOf } from "./password.js";

export const passwd = defineCommand({
  description: "Set the password of a user; its roles and tokens stay, its sessions end",
  details:
    "Without --password, flowg asks for it, hidden. On a shared machine prefer that or " +
    "--password-stdin: other users can see the command line of a running program.",
  examples: [
    { command: "flowg admin user passwd --name root", does: "asks for the new password" },
    {
      command: "flowg admin user passwd --name root --password-stdin < secret.txt",
      does: "from a script",
    },
  ],
  args: {
    name: {
      type: "string",
      description: "name of the user",
      completes: namesOf("users"),
      valueHint: "NAME",
      required: true,
    },
    ...passwordFlags,
    ...authDir,
    ...server,
  },
  async run({ args, input, origins, output }) {
    const { name } = args;
    demandPassword(args, input);
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    await administration.users.setPassword(name, await passwordOf(args, { input, name }));
    return {
      json: { user: name },
      text: `The password of user ${safe(name)} is set; its sessions have ended`,
      essential: false,
    };
  },
});
