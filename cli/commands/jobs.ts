// `flowg jobs`

import { defineGroup } from "../command.js";

export const jobs = defineGroup({
  description: "List, run, drill and pause the backup jobs of a server",
  examples: [
    { command: "flowg jobs list", does: "what ran, what runs next, what failed and why" },
    { command: "flowg jobs run nightly", does: "now" },
  ],
  commands: {
    list: async () => (await import("./jobs/list.js")).list,
    run: async () => (await import("./jobs/run.js")).run,
    drill: async () => (await import("./jobs/drill.js")).drill,
    pause: async () => (await import("./jobs/pause.js")).pause,
    resume: async () => (await import("./jobs/resume.js")).resume,
  },
});
