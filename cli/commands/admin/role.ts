// `flowg admin role`

import { defineGroup } from "../../command.js";

export const role = defineGroup({
  description: "Create, delete and list roles",
  examples: [
    {
      command: "flowg admin role create --name viewer read_streams",
      does: "a role that may read logs",
    },
    { command: "flowg admin role list", does: "all roles and their scopes" },
  ],
  commands: {
    create: async () => (await import("./role/create.js")).create,
    list: async () => (await import("./role/list.js")).list,
    delete: async () => (await import("./role/delete.js")).remove,
  },
});
