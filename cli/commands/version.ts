// `flowg version`

import { defineCommand } from "../command.js";
import { packageVersion } from "../version.js";

export const version = defineCommand({
  description: "Print the version of flowg",
  examples: [{ command: "flowg version", does: "print the version and nothing else" }],
  args: {},
  async run() {
    const text = await packageVersion();
    return { json: { version: text }, text, essential: true };
  },
});
