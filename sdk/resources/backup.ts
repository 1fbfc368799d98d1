// client.backup

import { demandDatabase, demandText } from "../arguments.js";
import type { Caller, CallOptions } from "../call.js";
import type { SnapshotInfo } from "../snapshot-info.js";
import type { Database, DatabaseName, TransferProgress } from "../types.js";

/** How to back up. @example `const options: BackupOptions = { signal, onProgress: show }` */
export interface BackupOptions extends CallOptions {
  /** Leave damaged records out instead of failing. `leftOut` of `client.backup.all` names them, and so does the server's log. */
  skipDamaged?: boolean | undefined;
  /** Milliseconds until the first byte; an hour unless given: the server may have much to read before. */
  answerTimeout?: number | undefined;
  /** Told as bytes come. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** How to back up into files. @example `const options: FileBackupOptions = { allowShrink: true }` */
export interface FileBackupOptions extends BackupOptions {
  /** Replaces an older backup also by one with far fewer records: none, or less than half (of logs in the same database: a tenth). */
  allowShrink?: boolean | undefined;
}

/** How to back up a set. @example `const options: SetBackupOptions = { only: ["auth", "config"] }` */
export interface SetBackupOptions extends FileBackupOptions {
  /** Which databases; all three unless given. One alone needs only its own scopes. */
  only?: readonly DatabaseName[] | undefined;
  /** With `only`: also writes into a directory with files of the other databases. These are of another instant then. */
  allowMixed?: boolean | undefined;
}

/** A snapshot on its way. @example `const { stream, filename }: BackupStream = await client.backup.logs()` */
export interface BackupStream {
  /** Fails at its end, if what came isn't a whole snapshot. Read it or cancel it. */
  stream: ReadableStream<Uint8Array>;
  /** The headers that describe the file: type, length where it is known, name, set, moment. */
  headers: Headers;
  /** The name that the server gives it. */
  filename: string;
  /** UUID that snapshots of one instant share, where the headers say. */
  setId: string | undefined;
  /** RFC 3339, UTC; where the headers say. */
  createdAt: string | undefined;
  /** What a person should know of the server's databases: a restore of several that was cut. */
  notes: string[];
}

/** Three snapshots of one instant. @example `const { setId }: BackupSet = await client.backup.all("/srv/backup")` */
export interface BackupSet {
  /** UUID that the three share. */
  setId: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** What is known of each, and where it is. */
  snapshots: (SnapshotInfo & { path: string })[];
  /** What a person should know of the server's databases: a restore of several that was cut. */
  notes: string[];
}

/** Snapshots of the databases. Only in Node. @example `await client.backup.all("/srv/backup")` */
export interface Backup {
  /** Users, roles, tokens. @throws UnavailableError if as many are under way as the server allows, … @example `await pipeline((await client.backup.auth()).stream, createWriteStream("auth.db"))` */
  auth(options?: BackupOptions): Promise<BackupStream>;
  /** Pipelines, transformers, alerts. @throws UnavailableError, … @example `const { stream } = await client.backup.config()` */
  config(options?: BackupOptions): Promise<BackupStream>;
  /** Streams and their entries. @throws UnavailableError, … @example `const { stream } = await client.backup.logs({ signal })` */
  logs(options?: BackupOptions): Promise<BackupStream>;
  /**
   * Into a file that gets its name only when it is whole: written as `.part`, its seal demanded, flushed, read
   * back, renamed.
   * @throws RefusedError if an older file has far more records, SnapshotIncompleteError, SnapshotDamagedError, FileError, …
   * @example `const { entries } = await client.backup.toFile("logs", "/srv/backup/log.db")`
   */
  toFile(database: DatabaseName, path: string, options?: FileBackupOptions): Promise<SnapshotInfo>;
  /**
   * All three, or those of `only`, of one instant, into `auth.db`, `config.db` and `log.db` of a directory. All get their
   * names once all are whole, or none does.
   * @throws RefusedError if an older backup has far more records, or files of other databases are there, SnapshotIncompleteError, SnapshotDamagedError, FileError, …
   * @example `const { snapshots } = await client.backup.all("/srv/backup/monday")`
   */
  all(directory: string, options?: SetBackupOptions): Promise<BackupSet>;
}

export function backupOf(caller: Caller): Backup {
  const stream = (database: Database) => async (options?: BackupOptions) => {
    // node's modules come only with this: the JSON part works without them
    const { openBackup } = await import("../node/download.js");
    return await openBackup(caller, database, options ?? {});
  };
  return {
    auth: stream("auth"),
    config: stream("config"),
    logs: stream("logs"),
    toFile: async (database, path, options) => {
      const which = demandDatabase(database);
      demandText("path", path);
      const { backupToFile } = await import("../node/backup-file.js");
      return await backupToFile(caller, { database: which, path, options: options ?? {} });
    },
    all: async (directory, options) => {
      demandText("directory", directory);
      const { backupAll } = await import("../node/backup-set.js");
      return await backupAll(caller, directory, options ?? {});
    },
  };
}
