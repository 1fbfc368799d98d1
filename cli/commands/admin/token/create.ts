// `flowg admin token create`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { CliError } from "../../../failure.js";
import { authDir, server } from "../../../flags.js";
import { safe } from "../../../output/safe.js";
import { administrationFor } from "../../../target.js";

export const create = defineCommand({
  description: "Create a token for a user, and print it",
  details:
    "Only the token is on stdout. It is stored as a hash and cannot be shown again. An expired token is refused, and stays listed until it is deleted.",
  examples: [
    { command: "flowg admin token create --user alice", does: "print a new token" },
    { command: "TOKEN=$(flowg admin token create --user alice)", does: "keep it in a variable" },
    {
      command: 'flowg admin token create --user alice --name "nightly backup" --expires-in 90d',
      does: "one that says what it is for, and ends",
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
    name: { type: "string", description: "what it is for: lists show it", valueHint: "NAME" },
    "expires-in": {
      type: "string",
      description: "how long it works: 30d, 12h, 1h30m; for ever unless given",
      valueHint: "TIME",
    },
    "expires-at": {
      type: "string",
      description: "the moment at which it stops working, RFC 3339, in place of --expires-in",
      valueHint: "TIME",
    },
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const { user, name, "expires-in": expiresIn, "expires-at": expiresAt } = args;
    if (expiresIn !== undefined && expiresAt !== undefined) {
      throw new CliError("USAGE", "--expires-in and --expires-at exclude each other");
    }
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const wishes = { name, expiresIn, expiresAt };
    const { token, uuid, expires } = await administration.tokens.create({ user, ...wishes });
    if (expires !== undefined) output.remark(`it expires at ${expires}`);
    const json = { token, token_uuid: uuid, expires_at: expires };
    return { json, text: safe(token), essential: true };
  },
});
