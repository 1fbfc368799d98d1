// `flowg whoami`

import { defineCommand } from "../command.js";
import { connectTo } from "../connect.js";
import { serverOnly } from "../flags.js";
import { whoamiText } from "../output/report/whoami.js";

export const whoami = defineCommand({
  description: "Show your user, roles and permissions on a server",
  examples: [
    { command: "flowg whoami", does: "of the server that you logged in to" },
    {
      command: "flowg whoami --url https://logs.example.com --token-file backup.token --json",
      does: "whose token that is, for a program",
    },
  ],
  args: serverOnly,
  async run({ args, origins, output, signal }) {
    const client = await connectTo({ args, origins, output });
    const me = await client.auth.whoami({ signal });
    return { json: me, text: whoamiText(me), essential: true };
  },
});
