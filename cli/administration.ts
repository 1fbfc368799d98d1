// The interface that the commands of `flowg admin` use. `offline` implements it on directories of this machine, `online` on a
// server.

import type { BackupSet } from "../server/core.js";
import type { BackupPlace } from "../server/operations/repository/backup-options.js";
import type { UndoBounds } from "../server/operations/restore/undo-bounds.js";
import type { DatabaseKind } from "../server/records/kinds.js";
import type {
  BackupReport,
  CompactedDatabase,
  InspectReport,
  OnProgress,
  RestoreMode,
  RestoreReport,
  RestoreRun,
  UndoReport,
  VerifyReport,
} from "../server/records/reports.js";
import type { RepositoryBackupReport } from "../server/records/repository-reports.js";
import type { LockWish } from "../server/repository/object-lock/lock-wish.js";

/** Watches and stops a long operation. */
export interface Watch {
  onProgress: OnProgress;
  signal: AbortSignal;
}

export interface BackupRequest extends Watch {
  backupDir: string;
  /** Which databases; all three when absent. */
  only?: readonly DatabaseKind[] | undefined;
  /** Allows the files beside files of other databases that are of another instant. */
  allowMixed?: boolean | undefined;
  /** Allows it to replace an older backup that has far more records. */
  allowShrink?: boolean | undefined;
  /** Leaves out damaged records. */
  skipDamaged?: boolean | undefined;
}

/** A backup into repositories, only of directories. */
export interface RepositoryBackupRequest extends Watch {
  repositories: readonly BackupPlace[];
  tags: readonly string[];
  host: string;
  full: boolean;
  objectLock?: LockWish | undefined;
  only?: readonly DatabaseKind[] | undefined;
  allowShrink?: boolean | undefined;
  skipDamaged?: boolean | undefined;
}

export interface RestoreRequest extends Watch {
  backupDir: string;
  /** On directories: a snapshot of a repository, in place of the files of `backupDir`. */
  from?: BackupSet | undefined;
  /** On a server: `backupDir` is a file, the tar of a backup. */
  isTar?: boolean | undefined;
  mode: RestoreMode;
  dryRun: boolean;
  /** Which databases; all three when absent. */
  only?: readonly DatabaseKind[] | undefined;
  /** The items to restore; everything in the databases if absent. */
  select?: readonly string[] | undefined;
  /** On a server: allows an auth restore that lets somebody in or locks somebody out. */
  allowAccessChange: boolean;
  /** On directories: keeps the files of a damaged database under another name, and restores into a new one. */
  replaceDamaged?: boolean | undefined;
  /** Allows an auth restore that leaves no administrator. */
  allowNoAdmin?: boolean | undefined;
  /** On directories: leaves databases that have records as they are. */
  ifEmpty?: boolean | undefined;
  /** Takes a salvaged snapshot. */
  salvaged?: boolean | undefined;
  /** On directories: how many bytes of memory large records may take. */
  maxMemory?: number | undefined;
  /** How undo files are kept; none are kept if absent. A server has bounds of its own. */
  undo?: UndoBounds | undefined;
  /** Called with the report of a dry run before anything changes. It throws to stop the restore. */
  confirm?: ((preview: RestoreReport) => Promise<void>) | undefined;
}

export interface UndoRequest extends Watch {
  /** The run to take back; if absent, the newest that wasn't taken back. */
  run?: string | undefined;
  dryRun: boolean;
  /** Also takes back records that somebody has changed since. */
  overwriteChanged: boolean;
  /** On a server: allows an undo of auth that lets somebody in or locks somebody out. */
  allowAccessChange?: boolean | undefined;
  allowNoAdmin?: boolean | undefined;
  /** How undo files for this undo are kept. */
  undo?: UndoBounds | undefined;
}

export interface Role {
  name: string;
  scopes: string[];
}

export interface User {
  name: string;
  roles: string[];
}

/** Allows a change that leaves no administrator, which is refused otherwise. */
export interface Insist {
  allowNoAdmin?: boolean | undefined;
}

export interface UserChange extends Insist {
  name: string;
  password: string;
  /** If absent, they stay as they are, and a new user gets none. */
  roles?: string[] | undefined;
}

export interface NewToken {
  /** The token's text, which is shown only once. */
  token: string;
  uuid: string;
  /** RFC 3339; absent if it never ends. */
  expires?: string | undefined;
}

export interface TokenRequest {
  user: string;
  /** The name that people see in lists. */
  name?: string | undefined;
  /** `30d` */
  expiresIn?: string | undefined;
  /** RFC 3339. */
  expiresAt?: string | undefined;
}

export interface TokenDetails {
  uuid: string;
  name?: string | undefined;
  /** RFC 3339. */
  expires?: string | undefined;
  isExpired: boolean;
  /** RFC 3339. */
  lastUsed?: string | undefined;
}

export interface Administration {
  readonly place: "directories" | "server";
  /** Says what it works on, for people, before anything is done. */
  describe(databases: readonly DatabaseKind[]): string;

  backup(request: BackupRequest): Promise<BackupReport>;
  /** Absent for a server. */
  backupToRepositories?(request: RepositoryBackupRequest): Promise<RepositoryBackupReport>;
  restore(request: RestoreRequest): Promise<RestoreReport>;
  /** Takes a restore back. */
  undo(request: UndoRequest): Promise<UndoReport>;
  /** The restores that the databases remember, newest first. */
  history(): Promise<RestoreRun[]>;
  /** @param path a file, or a directory of snapshots */
  verify(
    path: string,
    watch: Watch & { expected?: DatabaseKind | undefined },
  ): Promise<VerifyReport[]>;
  inspect(path: string, watch: Watch): Promise<InspectReport>;
  /** Rewrites databases without their free pages, where that is worth it. */
  compact(databases: readonly DatabaseKind[], watch: Watch): Promise<CompactedDatabase[]>;

  roles: {
    /** Lists roles by name. */
    list(): Promise<Role[]>;
    /** Makes a role, or replaces its scopes. */
    save(role: Role & Insist): Promise<Role>;
    /** Deletes a role. @returns whether it existed */
    delete(name: string, insist?: Insist): Promise<boolean>;
  };
  users: {
    list(): Promise<User[]>;
    /** Makes a user, or replaces the password, and the roles if they are given. */
    save(change: UserChange): Promise<{ user: User; existed: boolean }>;
    /** @throws NOT_FOUND */
    setPassword(name: string, password: string): Promise<void>;
    delete(name: string, insist?: Insist): Promise<boolean>;
  };
  tokens: {
    /** UUIDs. @throws NOT_FOUND for an unknown user */
    list(user: string): Promise<string[]>;
    /** @throws NOT_FOUND for an unknown user */
    details(user: string): Promise<TokenDetails[]>;
    /** @throws NOT_FOUND for an unknown user, INPUT_INVALID for an expiry in the past */
    create(request: TokenRequest): Promise<NewToken>;
    delete(user: string, uuid: string): Promise<boolean>;
  };
}
