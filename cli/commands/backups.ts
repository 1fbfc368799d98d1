// `flowg backups`

import { defineGroup } from "../command.js";

export const backups = defineGroup({
  description: "See which backups there are, and whether they are good",
  examples: [{ command: "flowg backups list /srv/backup", does: "each with its date and counts" }],
  commands: { list: async () => (await import("./backups/list.js")).list },
});
