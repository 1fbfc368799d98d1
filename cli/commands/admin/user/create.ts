// `flowg admin user create`

import type { User } from "../../../administration.js";
import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { CliError } from "../../../failure.js";
import { allowNoAdmin, authDir, server } from "../../../flags.js";
import { usersText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";
import { demandPassword, passwordFlags, passwordOf } from "./password.js";

export const create = defineCommand({
  description: "Create a user, or set the password and roles of one",
  details:
    "Without --password, flowg asks for it, hidden. On a shared machine prefer that or " +
    "--password-stdin: other users can see the command line of a running program. The roles of a " +
    "user that exists stay where none are given. To set only a password: `flowg admin user " +
    "passwd`.",
  examples: [
    {
      command: "flowg admin user create --name alice viewer shipper",
      does: "asks for the password",
    },
    {
      command: "flowg admin user create --name alice --password-stdin viewer < secret.txt",
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
    "without-roles": { type: "boolean", description: "take all roles of a user that exists" },
    ...allowNoAdmin,
    ...authDir,
    ...server,
  },
  rest: { name: "role", description: "the roles of the user", completes: namesOf("roles") },
  async run({ args, rest, input, origins, output }) {
    const { name } = args;
    demandPassword(args, input);
    if (args["without-roles"] && rest.length > 0) {
      throw new CliError("USAGE", "--without-roles and roles exclude each other");
    }
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const isGiven = rest.length > 0 || args["without-roles"];
    const { user, existed } = await administration.users.save({
      name,
      password: await passwordOf(args, { input, name }),
      roles: isGiven ? rest : undefined,
      allowNoAdmin: args["allow-no-admin"],
    });
    if (existed) output.warn(`user ${name} existed: ${changed(user, isGiven)}`);
    return {
      json: { user, existed },
      text: usersText([user], output.tableWidth),
      essential: false,
    };
  },
});

function changed({ roles }: User, isGiven: boolean): string {
  const names = roles.length > 0 ? roles.join(", ") : "none";
  return `its password is set anew, its roles ${isGiven ? "are now" : "stay"}: ${names}`;
}
