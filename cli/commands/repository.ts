// `flowg repository`

import { defineGroup } from "../command.js";

export const repository = defineGroup({
  description: "Make a repository of backups off this machine, and look after it",
  details:
    "A repository keeps many snapshots in one place: a directory, or a bucket of any S3-compatible store. It is encrypted for " +
    "those who may read it. A machine that makes backups needs only a key file, which reads nothing.",
  examples: [
    {
      command: "flowg repository init --repository s3://my-bucket/flowg --identity flowg.identity",
      does: "make one, and the identity that reads it",
    },
    {
      command: "flowg repository key --repository s3://my-bucket/flowg --identity flowg.identity",
      does: "let another machine write to it",
    },
  ],
  commands: {
    check: async () => (await import("./repository/check.js")).check,
    init: async () => (await import("./repository/init.js")).init,
    key: async () => (await import("./repository/key.js")).key,
    prune: async () => (await import("./repository/prune.js")).prune,
    revive: async () => (await import("./repository/revive.js")).revive,
  },
});
