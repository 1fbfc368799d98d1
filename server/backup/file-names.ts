// What the snapshots in a directory are called.

import type { DatabaseKind } from "../database/kinds.js";

/**
 * In the order of FlowG's own backup. First the name that a backup gives, and that wins where more are there: FlowG's API
 * says `logs.db` where its command line says `log.db`.
 */
export const BACKUP_FILE_NAMES = {
  auth: ["auth.db"],
  logs: ["log.db", "logs.db"],
  config: ["config.db"],
} as const satisfies Record<DatabaseKind, readonly [string, ...string[]]>;

export const BACKUP_ORDER = Object.keys(BACKUP_FILE_NAMES) as readonly DatabaseKind[];
