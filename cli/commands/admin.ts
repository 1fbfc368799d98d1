// `flowg admin`

import { defineGroup } from "../command.js";

export const admin = defineGroup({
  description: "Back up and restore the databases; manage roles, users and tokens",
  examples: [
    { command: "flowg admin backup --backup-dir /srv/backup", does: "back up all three databases" },
    { command: "flowg admin verify /srv/backup", does: "check every snapshot of a backup" },
    { command: "flowg admin user list", does: "see who has an account" },
  ],
  commands: {
    backup: async () => (await import("./admin/backup.js")).backup,
    restore: async () => (await import("./admin/restore.js")).restore,
    undo: async () => (await import("./admin/undo.js")).undo,
    history: async () => (await import("./admin/history.js")).history,
    verify: async () => (await import("./admin/verify.js")).verify,
    inspect: async () => (await import("./admin/inspect.js")).inspect,
    diff: async () => (await import("./admin/diff.js")).diff,
    salvage: async () => (await import("./admin/salvage.js")).salvage,
    compact: async () => (await import("./admin/compact.js")).compact,
    role: async () => (await import("./admin/role.js")).role,
    user: async () => (await import("./admin/user.js")).user,
    token: async () => (await import("./admin/token.js")).token,
  },
});
