// The reports of comparisons of two backups.

import type { DatabaseKind, RecordKind } from "./kinds.js";

type Differing<T> = Record<"added" | "removed" | "changed", T>;

/** How records of one kind differ between two backups. */
export interface KindDiff extends Differing<number> {
  /** The first hundred names of each; none for entries. A token is named by its user and id, a field by its stream and name. */
  names: Differing<string[]>;
}

export interface DatabaseDiff {
  database: DatabaseKind;
  equal: boolean;
  /** Only those that differ. */
  kinds: Partial<Record<RecordKind, KindDiff>>;
  /** How entries differ, by stream. */
  streams: StreamDiff[];
  /** The permissions that differ. Only for an auth database that differs. */
  access?: AccessDiff;
}

export interface StreamDiff extends Differing<number> {
  name: string;
  /** RFC 3339, UTC: of the first and the last entry that differs; absent where a time has no date. */
  from?: string;
  to?: string;
}

/** Changes of permissions. Hashes are compared, and never shown. */
export interface AccessDiff {
  /** Users by name that have other scopes on one side, or exist only there. */
  changes: { user: string; gains: string[]; loses: string[] }[];
  usersAdded: string[];
  usersRemoved: string[];
  /** Users of both sides, whose hash of the password differs. */
  passwordsChanged: string[];
  /** Tokens that begin to work, work for longer, or have another hash; and those that stop, or do so earlier. */
  tokensGained: { user: string; uuid: string }[];
  tokensLost: { user: string; uuid: string }[];
  /** Users with write_acls. */
  administrators: { before: string[]; after: string[] };
}

/** What has changed from one backup to another. */
export interface DiffReport {
  before: string;
  after: string;
  equal: boolean;
  /** Databases that only one of them has. */
  onlyBefore: DatabaseKind[];
  onlyAfter: DatabaseKind[];
  /** The databases that both sides have. */
  databases: DatabaseDiff[];
}
