// The values that a shell can offer for a flag or an argument: fixed words, or names on the server.

import type { Scope } from "../../sdk/index.js";

/** The kinds of names on a server. */
export const NAME_KINDS = [
  "streams",
  "pipelines",
  "transformers",
  "alerts",
  "forwarders",
  "users",
  "roles",
  "jobs",
  "tasks",
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

export type Values =
  | { words: readonly string[] /** Several of them, with commas between. */; isList?: true }
  | { names: NameKind };

export const databaseValues: Values = { words: ["auth", "config", "logs"], isList: true };

export const shellValues: Values = { words: ["bash", "zsh", "fish"] };

const SCOPES: Record<Scope, true> = {
  read_acls: true,
  write_acls: true,
  read_alerts: true,
  write_alerts: true,
  read_pipelines: true,
  write_pipelines: true,
  read_streams: true,
  write_streams: true,
  read_transformers: true,
  write_transformers: true,
  read_backups: true,
  write_backups: true,
  forget_backups: true,
  send_logs: true,
};
export const scopeValues: Values = { words: Object.keys(SCOPES).sort() };

export const namesOf = (names: NameKind): Values => ({ names });
