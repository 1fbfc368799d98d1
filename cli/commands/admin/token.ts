// `flowg admin token`

import { defineGroup } from "../../command.js";

export const token = defineGroup({
  description: "Create, delete and list the tokens of a user",
  examples: [
    { command: "flowg admin token create --user alice", does: "print a new token, once" },
    {
      command: "flowg admin token list --user alice",
      does: "its tokens: their names, expiry and last use",
    },
  ],
  commands: {
    create: async () => (await import("./token/create.js")).create,
    list: async () => (await import("./token/list.js")).list,
    delete: async () => (await import("./token/delete.js")).remove,
  },
});
