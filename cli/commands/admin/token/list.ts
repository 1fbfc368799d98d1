// `flowg admin token list`

import { defineCommand } from "../../../command.js";
import { namesOf } from "../../../completion/values.js";
import { authDir, server } from "../../../flags.js";
import { tokensText } from "../../../output/report/accounts.js";
import { administrationFor } from "../../../target.js";

export const list = defineCommand({
  description: "List a user's tokens: UUID, name, expiry and last use",
  details:
    "A server notes the last use about once a minute, not with each request. Backups don't hold it.",
  examples: [{ command: "flowg admin token list --user alice", does: "before deleting one" }],
  args: {
    user: {
      type: "string",
      description: "name of the user",
      completes: namesOf("users"),
      valueHint: "NAME",
      required: true,
    },
    ...authDir,
    ...server,
  },
  async run({ args, origins, output }) {
    const administration = await administrationFor({ args, origins, output });
    output.remark(administration.describe(["auth"]));
    const tokens = await administration.tokens.details(args.user);
    const json = {
      token_uuids: tokens.map(({ uuid }) => uuid),
      tokens: tokens.map(({ uuid, name, expires, isExpired, lastUsed }) => ({
        uuid,
        name,
        expires_at: expires,
        expired: isExpired,
        last_used_at: lastUsed,
      })),
    };
    const text = tokens.length > 0 ? tokensText(tokens, output.tableWidth) : "No tokens found";
    return { json, text, essential: true };
  },
});
