// `flowg logs`

import { defineGroup } from "../command.js";

export const logs = defineGroup({
  description: "Watch, query and send logs of a server",
  examples: [
    { command: "flowg logs tail default", does: "entries as they come" },
    { command: "flowg logs query default --last 1h", does: "the last hour" },
    { command: "flowg logs ingest default level=info message=hello", does: "send one" },
  ],
  commands: {
    tail: async () => (await import("./logs/tail.js")).tail,
    query: async () => (await import("./logs/query.js")).query,
    ingest: async () => (await import("./logs/ingest.js")).ingest,
  },
});
