// `flowg login`

import { defineCommand } from "../command.js";
import { tlsOptions, warnOfPlainHttp } from "../connect.js";
import { CliError } from "../failure.js";
import { connection, server } from "../flags.js";
import { storeLogin } from "../logins.js";
import { safe } from "../output/safe.js";

export const login = defineCommand({
  description: "Log in to a server, and keep the session for later commands",
  details:
    "Asks for the password, hidden. Keeps the session's token for a day, in a file of your own: " +
    "$XDG_CONFIG_HOME/flowg/logins.json, else ~/.config/flowg/logins.json. For cron, make a " +
    "token: `flowg admin token create`.",
  examples: [
    {
      command: "flowg login --url https://logs.example.com --username alice",
      does: "asks for the password",
    },
    {
      command: "flowg login --url http://localhost:5080 --username root --password-stdin < secret",
      does: "from a script",
    },
  ],
  args: {
    url: { ...server.url, description: "the server to log in to", required: true },
    username: {
      type: "string",
      description: "the user; flowg asks for the name if it is not given",
      valueHint: "NAME",
    },
    "password-stdin": { type: "boolean", description: "read the password from stdin" },
    ...connection,
  },
  async run({ args, origins, input, output, signal }) {
    const fromStdin = args["password-stdin"];
    if (fromStdin ? args.username === undefined : !input.interactive) {
      throw new CliError(
        "USAGE",
        fromStdin ? "--password-stdin needs --username" : "there is no terminal to ask at",
        "use --username and --password-stdin",
      );
    }
    const { createClient } = await import("../../sdk/index.js");
    const tls = await tlsOptions({ args, origins, output });
    // the environment's token must not be sent: it may belong to another user
    const client = createClient({ baseUrl: args.url, token: "none", tls });
    const url = client.baseUrl;
    warnOfPlainHttp(output, url);
    output.remark(`server ${url}`);
    const username = args.username ?? (await input.line("User name"));
    const password = fromStdin
      ? await input.passwordFromStdin()
      : await input.password(`Password for ${username}`);
    const token = await client.auth.login(username, password, { signal });
    const path = await storeLogin(url, { username, token });
    return {
      json: { url, username, file: path },
      text: `Logged in to ${safe(url)} as ${safe(username)}`,
      essential: false,
    };
  },
});
