// Reads a backup where it is, without restoring it: files, or a snapshot in a repository.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { peekSnapshot } from "../../formats/snapshot/peek.js";
import { localFile } from "../../formats/sources/local-file.js";
import type { Source } from "../../formats/sources/source.js";
import { fileError } from "../../platform/files/file-error.js";
import { kindOfFileName } from "../../records/backup-names.js";
import type { KeyRange } from "../../records/keys.js";
import { DATABASE_KINDS, type DatabaseKind } from "../../records/kinds.js";
import type { RawBlock } from "../../records/raw-block.js";
import { demandBackupFiles, findBackupFiles } from "../restore/backup-files.js";
import type { Segment } from "./snapshot-in-place.js";

export interface BackupInPlace {
  /** The name for messages. */
  readonly name: string;
  /** Which databases it has. Absent where only reading the file tells. */
  kinds?: readonly DatabaseKind[] | undefined;
  /** When it was made, RFC 3339; undefined where it doesn't say. */
  createdAt(kind: DatabaseKind): Promise<string | undefined>;
  /** The segments that keep its records, if parts of it can be read alone. Segments of equal contents hold the same records. */
  segments?: ((kind: DatabaseKind) => readonly Segment[]) | undefined;
  /**
   * The snapshot of one database: at least all of its records in these ranges. Absent where `blocks` gives them.
   * @param ranges all if absent
   * @throws FILE_UNAVAILABLE
   */
  source?: ((kind: DatabaseKind, ranges?: readonly KeyRange[]) => Promise<Source>) | undefined;
  /** All records of one database, checked. Only where the source is a database, without a snapshot. */
  blocks?: ((kind: DatabaseKind) => AsyncIterable<RawBlock>) | undefined;
}

/**
 * A file, or those in a directory.
 * @throws FILE_UNAVAILABLE
 */
export async function backupAt(path: string): Promise<BackupInPlace> {
  const found = await stat(path).catch((cause) => {
    throw fileError(cause, "read", path);
  });
  const isDirectory = found.isDirectory();
  const fileOf = async (kind: DatabaseKind): Promise<string> => {
    if (!isDirectory) return path;
    const { files } = await demandBackupFiles(path, [kind]);
    return files[0]?.path ?? path;
  };
  const kinds = isDirectory
    ? (await findBackupFiles(path, DATABASE_KINDS)).files.map(({ kind }) => kind)
    : await kindOf(path);
  return {
    name: path,
    kinds,
    createdAt: async (kind) => (await peekSnapshot(await fileOf(kind)))?.ends?.header.createdAt,
    source: async (kind) => localFile(await fileOf(kind)),
  };
}

/** The databases that a file's header names. FlowG's own files have none, but perhaps their usual name. */
async function kindOf(path: string): Promise<DatabaseKind[] | undefined> {
  const kind = (await peekSnapshot(path))?.ends?.header.database;
  if (kind !== undefined) return [kind];
  const named = kindOfFileName(basename(path));
  return named && [named];
}
