// Collects the files that an online restore sends, from a directory or a tar, and checks each before anything is sent.

import type { SnapshotInfo } from "../../sdk/index.js";
import { demandBackupFiles } from "../../server/operations/restore/backup-files.js";
import { mixedSets, restoreOrder } from "../../server/operations/restore/set-plan.js";
import { kindOfFileName } from "../../server/records/backup-names.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../server/records/kinds.js";
import type { RestoreRequest } from "../administration.js";
import { lookIntoTar } from "../piped-backup.js";
import { checkLocally } from "./verify.js";

export interface RestoreFile {
  kind: DatabaseKind;
  /** The path for messages; for a file in a tar, after the tar's own path. */
  path: string;
}

export interface RestoreFiles {
  /** The files in the order of a restore. */
  files: RestoreFile[];
  /** Whether they are of all databases and of one instant, so that the server can take them as a set. */
  areWhole: boolean;
  /** What a person should know. */
  notes: string[];
}

/** @throws FILE_UNAVAILABLE, and what is wrong with a snapshot */
export async function filesInDirectory(request: RestoreRequest): Promise<RestoreFiles> {
  const { backupDir, only } = request;
  const { files, notes } = await demandBackupFiles(backupDir, restoreOrder(only));
  const infos: SnapshotInfo[] = [];
  for (const file of files) {
    const info = await checkLocally(file, request);
    if (info) infos.push(info);
  }
  const areAll = files.length === DATABASE_KINDS.length;
  return { files, areWhole: areAll && mixedSets(infos).length === 0, notes };
}

/** @throws what is wrong with the tar, or with a snapshot in it */
export async function filesInTar(request: RestoreRequest): Promise<RestoreFiles> {
  const { backupDir: tar } = request;
  const found: RestoreFile[] = [];
  const infos: SnapshotInfo[] = [];
  await lookIntoTar(tar, async ({ name, size, bytes }) => {
    const kind = kindOfFileName(name);
    if (kind === undefined) return;
    const path = `${tar}/${name}`;
    found.push({ kind, path });
    const info = await checkLocally({ kind, path, content: { bytes, size } }, request);
    if (info) infos.push(info);
  });
  const files = restoreOrder().flatMap((kind) => found.filter((file) => file.kind === kind));
  const areAll = DATABASE_KINDS.every(
    (kind) => files.filter((one) => one.kind === kind).length === 1,
  );
  return { files, areWhole: areAll && mixedSets(infos).length === 0, notes: [] };
}
