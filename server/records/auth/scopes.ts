// The permissions: FlowG's eleven scopes and three of ours, what each one includes, and how they are shown.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../kinds.js";

export const SCOPES = [
  "read_pipelines",
  "write_pipelines",
  "read_transformers",
  "write_transformers",
  "read_streams",
  "write_streams",
  "read_alerts",
  "write_alerts",
  "read_acls",
  "write_acls",
  "send_logs",
  // not FlowG's: all backups and nothing else
  "read_backups",
  // not FlowG's: running and pausing backup jobs, making snapshots, and no more
  "write_backups",
  // not one of FlowG's scopes: it removes snapshots, which making them doesn't need
  "forget_backups",
] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/**
 * Gives the scopes back, sorted and each once.
 * @throws INPUT_INVALID naming the first unknown one
 */
export function checkScopes(scopes: readonly string[]): Scope[] {
  const known = scopes.filter(isScope);
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown === undefined) return [...new Set(known)].sort();
  throw new FlowgError("INPUT_INVALID", `there is no scope ${JSON.stringify(unknown)}`, {
    hint: `the scopes are ${SCOPES.join(", ")}`,
    details: { scope: unknown },
  });
}

/** The scopes that together read all three databases by the API. */
export const READING_ALL = [
  "read_pipelines",
  "read_transformers",
  "read_streams",
  "read_alerts",
  "read_acls",
] as const satisfies readonly Scope[];

/** The scopes that together restore all three databases by the API. */
const WRITING_ALL = [
  "write_pipelines",
  "write_transformers",
  "write_streams",
  "write_alerts",
  "write_acls",
] as const satisfies readonly Scope[];

type OfBackups = "read_backups" | "write_backups" | "forget_backups";

/**
 * Adds the scopes of backups that these scopes include. All reading includes `read_backups`, because a user that may read
 * everything may back it up. All writing includes `write_backups` and `forget_backups`, so administrators of earlier versions
 * may run jobs. Call this with the union of a user's scopes: each part alone may include less.
 */
export function withBackups<T extends string>(scopes: Iterable<T>): Set<T | OfBackups> {
  const all = new Set<T | OfBackups>(scopes);
  const texts: ReadonlySet<string> = all;
  if (READING_ALL.every((scope) => texts.has(scope))) all.add("read_backups");
  if (WRITING_ALL.every((scope) => texts.has(scope)))
    all.add("write_backups").add("forget_backups");
  return all;
}

/**
 * The scopes that hold for a user with these. `write_x` includes `read_x`. All reading includes `read_backups`, all writing
 * `write_backups` and `forget_backups`. Unknown names have no effect. `write_backups` alone doesn't include `read_backups`,
 * which permits downloading everything.
 */
export function effectiveScopes(scopes: Iterable<string>): Set<Scope> {
  const effective = new Set<Scope>();
  for (const scope of scopes) {
    if (!isScope(scope)) continue;
    effective.add(scope);
    const read = scope === "write_backups" ? scope : scope.replace(/^write_/, "read_");
    if (isScope(read)) effective.add(read);
  }
  return withBackups(effective);
}

const SUBJECTS = ["pipelines", "transformers", "streams", "alerts", "acls"] as const;
type Subject = (typeof SUBJECTS)[number];

/** Permissions as `whoami` shows them, in this order: FlowG's, then ours. */
export type Permissions = Record<
  | `can_${"view" | "edit"}_${Subject}`
  | "can_send_logs"
  | `can_${"view" | "edit" | "forget"}_backups`,
  boolean
>;

export function permissionsOf(effective: ReadonlySet<Scope>): Permissions {
  const pairs = SUBJECTS.flatMap((subject) => [
    [`can_view_${subject}`, effective.has(`read_${subject}`)],
    [`can_edit_${subject}`, effective.has(`write_${subject}`)],
  ]);
  return Object.fromEntries([
    ...pairs,
    ["can_send_logs", effective.has("send_logs")],
    ["can_view_backups", effective.has("read_backups")],
    ["can_edit_backups", effective.has("write_backups")],
    ["can_forget_backups", effective.has("forget_backups")],
  ]) as Permissions;
}

/** The scopes that a restore of each database needs. */
export const RESTORING = {
  auth: ["write_acls"],
  config: ["write_pipelines", "write_transformers", "write_alerts"],
  logs: ["write_streams"],
} as const satisfies Record<DatabaseKind, readonly Scope[]>;
