// Since when a user's name stands for whom it does now, where a restore has made that so: it may have brought somebody else of
// the same name. In the local table, which no restore replaces.

import type { AuthRecords } from "../../records/auth/auth-records.js";
import { key, segments } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import { decodeValue, type UserRecord } from "../../records/records.js";
import type { Instant, SideTables } from "../tables.js";

const sinceKey = (user: string) => key("user-since", user);

/** Notes the users whom a restore has brought, removed, or given another password. Only inside its write transaction. */
export function noteRestoredUsers(
  tables: Pick<SideTables, "local">,
  before: AuthRecords,
  after: AuthRecords,
): void {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [kind, user = ""] = segments(Buffer.from(name, "latin1"));
    if (kind !== "user" || hashIn(before.get(name)) === hashIn(after.get(name))) continue;
    // a clock that was set back must not make it earlier
    const now = Math.max(Date.now(), restoredSince(tables, user) ?? 0);
    tables.local.put(sinceKey(user), Buffer.from(String(now)));
  }
}

/** Milliseconds since 1970; undefined where no restore has changed whom the name stands for. */
export function restoredSince({ local }: Pick<Instant, "local">, user: string): number | undefined {
  if (nameProblem(user)) return undefined;
  const value = local.get(sinceKey(user));
  return value && Number(value.toString());
}

const hashIn = (value: Buffer | undefined): string | undefined =>
  value && decodeValue<UserRecord>(value).passwordHash;
