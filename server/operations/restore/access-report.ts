// The report on how an auth restore would change permissions, and the caller that asks for the restore.

import type { Scope } from "../../records/auth/scopes.js";

/** A user whose scopes change. */
export interface ScopeChange {
  user: string;
  gains: Scope[];
  loses: Scope[];
}

export interface AccessReport {
  /** Users whose scopes change, with those that come or go, by name. */
  changes: ScopeChange[];
  /** Users that are not there now and will be. */
  usersBack: string[];
  /** Users that are there now and won't be. */
  usersGone: string[];
  /** Users that exist before and after with different hashes of their password. The password may differ, too. */
  passwordsChanged: string[];
  /**
   * Tokens that don't authenticate now and will, or will for longer. A token whose hash changes is in both lists. It may be
   * another one, or the same one with the SHA-256 that replaces FlowG's slow hash at its first use.
   */
  tokensBack: { user: string; uuid: string }[];
  /** Tokens that authenticate now and won't, or not for as long. */
  tokensGone: { user: string; uuid: string }[];
  /** How many users may administer (write_acls) afterwards. */
  administrators: number;
  caller: { user: string; stays: boolean; gains: Scope[] };
  /** Why it is refused unless access changes are allowed; empty if it isn't refused. */
  refusals: string[];
}

export interface AccessCaller {
  user: string;
  scopes: ReadonlySet<Scope>;
  /** The caller's token; absent for a session. */
  token?: CallerToken | undefined;
}

export interface CallerToken {
  uuid: string;
  /** Whether a stored hash is this token's: SHA-256 in hex, or FlowG's Argon2id string. */
  isOf(hash: string): boolean;
}
