// One interface for the commands of `flowg admin`. Two things carry it out: `offline` on the directories of this machine,
// `online` on a server.

import type { BackupSet } from "../server/core.js";
import type { BackupPlace } from "../server/operations/repository/backup-options.js";
import type { UndoBounds } from "../server/operations/restore/undo-wishes.js";
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

/** How a long operation is watched and stopped. */
export interface Watch {
  onProgress: OnProgress;
  signal: AbortSignal;
}

export interface BackupRequest extends Watch {
  backupDir: string;
  /** Which databases; all three when absent. */
  only?: readonly DatabaseKind[] | undefined;
  /** Beside files of the other databases, which are of another instant then. */
  allowMixed?: boolean | undefined;
  /** Replaces an older backup also by one with far fewer records. */
  allowShrink?: boolean | undefined;
  /** Goes on without what is damaged in the databases. */
  skipDamaged?: boolean | undefined;
}

/** Into repositories: only of directories. */
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
  /** What is restored, one item each; all of the databases when there is none. */
  select?: readonly string[] | undefined;
  /** On a server, which otherwise refuses an auth restore that lets somebody in or locks somebody out. */
  allowAccessChange: boolean;
  /** On directories: keeps the files of a damaged database under another name, and restores into a new one. */
  replaceDamaged?: boolean | undefined;
  /** Allows an auth restore that leaves no administrator. */
  allowNoAdmin?: boolean | undefined;
  /** On directories: leaves databases that have records as they are. */
  ifEmpty?: boolean | undefined;
  /** Takes what was salvaged from a damaged snapshot. */
  salvaged?: boolean | undefined;
  /** On directories: how many bytes of memory large records may take. */
  maxMemory?: number | undefined;
  /** How what takes it back is kept; it isn't if absent. A server has bounds of its own. */
  undo?: UndoBounds | undefined;
  /** Shown what a dry run found, before anything changes; throws to stop it. */
  confirm?: ((preview: RestoreReport) => Promise<void>) | undefined;
}

export interface UndoRequest extends Watch {
  /** The newest that was not taken back, if absent. */
  run?: string | undefined;
  dryRun: boolean;
  /** Takes back even what somebody has changed since. */
  overwriteChanged: boolean;
  /** On a server, which otherwise refuses an undo of auth that lets somebody in or locks somebody out. */
  allowAccessChange?: boolean | undefined;
  allowNoAdmin?: boolean | undefined;
  /** How what takes it back itself is kept. */
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

/** Allows a change that leaves no administrator; otherwise it is refused. */
export interface Insist {
  allowNoAdmin?: boolean | undefined;
}

export interface UserChange extends Insist {
  name: string;
  password: string;
  /** Absent: as they are, of a new user none. */
  roles?: string[] | undefined;
}

export interface NewToken {
  /** The only time it is ever seen. */
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
  /** What it talks to, for people: said before anything is done. */
  describe(databases: readonly DatabaseKind[]): string;

  backup(request: BackupRequest): Promise<BackupReport>;
  /** Absent of a server. */
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
    /** Makes it, or replaces its scopes. */
    save(role: Role & Insist): Promise<Role>;
    /** Whether there was one. */
    delete(name: string, insist?: Insist): Promise<boolean>;
  };
  users: {
    list(): Promise<User[]>;
    /** Makes one, or replaces its password, and its roles where they are given. */
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
