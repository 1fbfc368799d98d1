// `flowg admin user`

import { defineGroup } from "../../command.js";

export const user = defineGroup({
  description: "Create, delete and list users, and set their passwords",
  examples: [
    { command: "flowg admin user create --name alice viewer", does: "asks for the password" },
    { command: "flowg admin user passwd --name root", does: "asks for the new password" },
    { command: "flowg admin user list", does: "all users and their roles" },
  ],
  commands: {
    create: async () => (await import("./user/create.js")).create,
    list: async () => (await import("./user/list.js")).list,
    passwd: async () => (await import("./user/passwd.js")).passwd,
    delete: async () => (await import("./user/delete.js")).remove,
  },
});
