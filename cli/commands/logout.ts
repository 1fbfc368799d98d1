// `flowg logout`

import { defineCommand } from "../command.js";
import { urlOf } from "../connect.js";
import { serverOnly } from "../flags.js";
import { forgetLogin } from "../logins.js";
import { safe } from "../output/safe.js";

export const logout = defineCommand({
  description: "Forget the session that `flowg login` has kept for a server",
  details:
    "The session itself ends after a day, or when the password changes: FlowG has no way to end it sooner.",
  examples: [{ command: "flowg logout --url https://logs.example.com", does: "forget it" }],
  args: { url: serverOnly.url },
  async run({ args, output }) {
    const { createClient } = await import("../../sdk/index.js");
    const url = createClient({ baseUrl: await urlOf(args), token: "none" }).baseUrl;
    const forgotten = await forgetLogin(url);
    if (!forgotten) output.warn(`there was no login at ${url}`);
    return {
      json: { url, forgotten },
      text: forgotten ? `Logged out of ${safe(url)}` : "",
      essential: false,
    };
  },
});
