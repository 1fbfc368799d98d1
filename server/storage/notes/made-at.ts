// When a database was made. A copy or a restore into it changes nothing of that, so it tells a database that is younger
// than a backup from the one that the backup is of.

import type { Instant, WriteTable } from "../tables.js";

const KEY = Buffer.from("made");

/** Only inside the transaction that makes the database. */
export function writeMadeAt(local: WriteTable): void {
  local.put(KEY, Buffer.from(new Date().toISOString()));
}

/** RFC 3339; undefined for what an earlier version made, and where it is damaged: a backup tells of that anyway. */
export function readMadeAt({ local }: Pick<Instant, "local">): string | undefined {
  const found = local.find(KEY);
  return found?.isWhole ? found.value.toString() : undefined;
}
