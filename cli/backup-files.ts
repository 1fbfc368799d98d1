// Finds the snapshots at a path of this machine.

import { stat } from "node:fs/promises";
import { findBackupFiles } from "../server/operations/restore/backup-files.js";
import { BACKUP_NAMES_TEXT, BACKUP_ORDER } from "../server/records/backup-names.js";
import type { DatabaseKind } from "../server/records/kinds.js";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";

/**
 * The file, or the backup files in a directory.
 * @throws FILE_UNAVAILABLE if there is none
 */
export async function filesAt(path: string): Promise<{ path: string; kind?: DatabaseKind }[]> {
  const found = await stat(path).catch((error: Error) => {
    throw fileFault(error, "read", path);
  });
  if (!found.isDirectory()) return [{ path }];
  const { files } = await findBackupFiles(path, BACKUP_ORDER);
  if (files.length > 0) return files;
  throw new CliError(
    "FILE_UNAVAILABLE",
    `there is no backup in ${path}`,
    `give a file, or a directory with ${BACKUP_NAMES_TEXT}`,
  );
}
