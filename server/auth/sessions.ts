// Which sessions have ended: for a user, the moment before which every JWT is void. It stands in the local table, so it
// is in no snapshot: restoring an older password doesn't bring the sessions of that time back.

import { key } from "../database/keys.js";
import { nameProblem } from "../database/names.js";
import type { Database } from "../database/open.js";

const sessionKey = (user: string) => key("session", user);

export class SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Milliseconds since 1970 up to which JWTs issued to `user` are void, or undefined if none is. */
  voidUntil(user: string): number | undefined {
    if (nameProblem(user)) return undefined;
    const value = this.#database.local.get(sessionKey(user));
    return value && Number(value.toString());
  }

  /** Ends all sessions of `user`. Only inside a write transaction. */
  end(user: string): void {
    // a clock that was set back must not let the sessions that were ended go on
    const now = Math.max(Date.now(), this.voidUntil(user) ?? 0);
    this.#database.local.putSync(sessionKey(user), Buffer.from(String(now)));
  }
}
