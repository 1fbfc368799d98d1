// `flowg admin user create`

import { defineCommand } from "../../../command.js";
import { CliError } from "../../../failure.js";
import { authDir, server } from "../../../flags.js";
import type { Input } from "../../../input/input.js";
import { usersText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const create = defineCommand({
  description: "Create a user, or replace the password and roles of one",
  details:
    "Without --password it is asked for, hidden. On a shared machine prefer that or --password-stdin: " +
    "other users can see the command line of a running program.",
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
    name: { type: "string", description: "name of the user", valueHint: "NAME", required: true },
    password: { type: "string", description: "the password", valueHint: "TEXT", secret: true },
    "password-stdin": { type: "boolean", description: "read the password from stdin" },
    ...authDir,
    ...server,
  },
  rest: { name: "role", description: "the roles it shall have" },
  async run({ args, rest, input, origins, output }) {
    const { name, password } = args;
    const fromStdin = args["password-stdin"];
    if (password !== undefined && fromStdin) {
      throw new CliError("USAGE", "--password and --password-stdin exclude each other");
    }
    if (password === undefined && !fromStdin && !input.interactive) {
      throw new CliError(
        "USAGE",
        "the password is missing, and there is no terminal to ask at",
        "use --password-stdin or --password",
      );
    }
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const user = await administration.users.save({
      name,
      roles: rest,
      password: password ?? (await ask(input, name, fromStdin)),
    });
    return { json: { user }, text: usersText([user]), essential: false };
  },
});

async function ask(input: Input, name: string, fromStdin: boolean): Promise<string> {
  return fromStdin
    ? await input.passwordFromStdin()
    : await input.newPassword(`Password for ${name}`);
}
