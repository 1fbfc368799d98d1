// Finds where a backup is: at the argument, or else at --backup-dir, FLOWG_BACKUP_DIR or ./backup.

import type { Origin } from "./command.js";
import { CliError } from "./failure.js";

/** @throws USAGE if both the argument and the flag are given */
export function backupPath(
  argument: string | undefined,
  flag: string,
  origins: Readonly<Record<string, Origin>>,
): string {
  if (argument === undefined) return flag;
  if (origins["backup-dir"] !== "flag") return argument;
  throw new CliError(
    "USAGE",
    `${JSON.stringify(argument)} and --backup-dir exclude each other`,
    "both say where the backup is: leave one out",
  );
}

/** Finds where several backups are. */
export function backupPaths(
  [first, ...others]: readonly (string | undefined)[],
  flag: string,
  origins: Readonly<Record<string, Origin>>,
): string[] {
  const more = others.filter((path) => path !== undefined);
  return [backupPath(first, flag, origins), ...more];
}
