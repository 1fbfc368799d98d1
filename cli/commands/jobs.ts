// `flowg jobs`

import { defineGroup } from "../command.js";

export const jobs = defineGroup({
  description: "List, run and pause the backup jobs of a server",
  examples: [
    { command: "flowg jobs list", does: "what ran, what runs next, what failed and why" },
    { command: "flowg jobs run nightly", does: "now" },
  ],
  commands: {
    list: async () => (await import("./jobs/list.js")).list,
    run: async () => (await import("./jobs/run.js")).run,
    pause: async () => (await import("./jobs/pause.js")).pause,
    resume: async () => (await import("./jobs/resume.js")).resume,
  },
});
