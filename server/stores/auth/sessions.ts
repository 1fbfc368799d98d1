// Ends sessions. Each user has a time up to which all JWTs are void. It lies in the local table and so in no snapshot:
// restoring an older password doesn't bring back the sessions of that time.

import { key } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import type { Instant, SideTables } from "../../storage/tables.js";

const sessionKey = (user: string) => key("session", user);

/** Milliseconds since 1970 up to which JWTs issued to `user` are void, or undefined if none are. */
export function sessionsVoidUntil(
  { local }: Pick<Instant, "local">,
  user: string,
): number | undefined {
  if (nameProblem(user)) return undefined;
  const value = local.get(sessionKey(user));
  return value && Number(value.toString());
}

/** Ends all sessions of `user`. Only inside a write transaction. */
export function endSessions(tables: Pick<SideTables, "local">, user: string): void {
  // ended sessions stay ended even if the clock is set back
  const now = Math.max(Date.now(), sessionsVoidUntil(tables, user) ?? 0);
  tables.local.put(sessionKey(user), Buffer.from(String(now)));
}
