// Which sessions have ended: for a user, the moment before which every JWT is void. It stands in the local table, so it
// is in no snapshot: restoring an older password doesn't bring the sessions of that time back.

import { key } from "../../records/keys.js";
import { nameProblem } from "../../records/names.js";
import type { Instant, SideTables } from "../../storage/tables.js";

const sessionKey = (user: string) => key("session", user);

/** Milliseconds since 1970 up to which JWTs issued to `user` are void, or undefined if none is. */
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
  // a clock that was set back must not let the sessions that were ended go on
  const now = Math.max(Date.now(), sessionsVoidUntil(tables, user) ?? 0);
  tables.local.put(sessionKey(user), Buffer.from(String(now)));
}
