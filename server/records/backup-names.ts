// The file names of snapshots: in a directory, in a tar of them, and as downloads.

import type { DatabaseKind } from "./kinds.js";

/**
 * In the order of FlowG's own backup. The first name is the one that a backup gives, and that wins where several are there.
 * FlowG's API says `logs.db`, its command line `log.db`.
 */
export const BACKUP_FILE_NAMES = {
  auth: ["auth.db"],
  logs: ["log.db", "logs.db"],
  config: ["config.db"],
} as const satisfies Record<DatabaseKind, readonly [string, ...string[]]>;

export const BACKUP_ORDER = Object.keys(BACKUP_FILE_NAMES) as readonly DatabaseKind[];

/** The names, for a hint. */
export const BACKUP_NAMES_TEXT = "auth.db, config.db and log.db (or logs.db)";

/** The name that FlowG's API gives. */
export const downloadName = (kind: DatabaseKind): `${DatabaseKind}.db` => `${kind}.db`;

/** The file in a tar of all three that says what belongs together. */
export const MANIFEST_NAME = "manifest.json";

/** The database of a file with exactly a backup's name: `log.db`, `logs.db`. */
export const kindOfFileName = (name: string): DatabaseKind | undefined =>
  BACKUP_ORDER.find((kind) => (BACKUP_FILE_NAMES[kind] as readonly string[]).includes(name));

/** The database of a file by its name: `log.db`, `auth.db.old`, `/srv/config.tar.gz`. */
export function kindOfName(path: string): DatabaseKind | undefined {
  const [name = ""] = (path.split(/[\\/]/).at(-1) ?? "").split(".");
  if (name === "log") return "logs";
  return BACKUP_ORDER.find((kind) => kind === name);
}
