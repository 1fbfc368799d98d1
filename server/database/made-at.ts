// When a database was made. A copy or a restore into it changes nothing of that, so it tells a database that is younger
// than a backup from the one that the backup is of.

import type { Database } from "./open.js";

const KEY = Buffer.from("made");

/** Only inside the transaction that makes the database. */
export function writeMadeAt(local: Database["local"]): void {
  local.putSync(KEY, Buffer.from(new Date().toISOString()));
}

/** RFC 3339; undefined for what an earlier version made, and where it is damaged: a backup tells of that anyway. */
export function readMadeAt({ local }: Pick<Database, "local">): string | undefined {
  return local.getWhole(KEY)?.toString();
}
