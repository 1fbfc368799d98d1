// `flowg stream`

import { defineGroup } from "../command.js";

export const stream = defineGroup({
  description: "List, show, configure and delete the streams of a server",
  examples: [
    { command: "flowg stream list", does: "their limits and indexes" },
    { command: "flowg stream set web --ttl 604800", does: "keep a week" },
  ],
  commands: {
    list: async () => (await import("./stream/list.js")).list,
    get: async () => (await import("./stream/get.js")).get,
    set: async () => (await import("./stream/set.js")).set,
    delete: async () => (await import("./stream/delete.js")).remove,
  },
});
