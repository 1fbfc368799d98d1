// Notes whether there ever was a role, and a user. A server adds its first ones only where there never were any: an operator
// that deletes them all must not find root with its first password after the next start. The notes are in the local table,
// which no restore replaces.

import { key, under } from "../../records/keys.js";
import type { Instant, SideTables } from "../tables.js";

const KINDS = ["role", "user"] as const;
export type AccountKind = (typeof KINDS)[number];

const YES = Buffer.from("yes");
const hadKey = (kind: AccountKind) => key("had", kind);

/** Notes which kinds of accounts there are, before they change. Only inside a write transaction. */
export function noteAccounts(tables: Pick<SideTables, "records" | "local">): void {
  for (const kind of KINDS) {
    if (!isAny(tables, kind) || tables.local.has(hadKey(kind))) continue;
    tables.local.put(hadKey(kind), YES);
  }
}

/** Notes that there is one of this kind. Only inside a write transaction. */
export function noteAccount({ local }: Pick<SideTables, "local">, kind: AccountKind): void {
  if (!local.has(hadKey(kind))) local.put(hadKey(kind), YES);
}

/** Whether a server that starts adds a role or a user: it does if there is none and never was. */
export function neverHad(
  instant: Pick<Instant, "records" | "local">,
): Record<AccountKind, boolean> {
  const never = (kind: AccountKind) => !isAny(instant, kind) && !instant.local.has(hadKey(kind));
  return { role: never("role"), user: never("user") };
}

/** Whether there is one now. */
export function isAny({ records }: Pick<Instant, "records">, kind: AccountKind): boolean {
  return records.count({ ...under(kind), limit: 1 }) > 0;
}
