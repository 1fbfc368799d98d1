// Notes when a database was made. Copying it, or a restore into it, doesn't change that. So it tells a database that is younger
// than a backup from the database that the backup is of.

import type { Instant, WriteTable } from "../tables.js";

const KEY = Buffer.from("made");

/** Only inside the transaction that makes the database. */
export function writeMadeAt(local: WriteTable): void {
  local.put(KEY, Buffer.from(new Date().toISOString()));
}

/** RFC 3339. Undefined where an earlier version made the database, or the note is damaged, which a backup reports anyway. */
export function readMadeAt({ local }: Pick<Instant, "local">): string | undefined {
  const found = local.find(KEY);
  return found?.isWhole ? found.value.toString() : undefined;
}
