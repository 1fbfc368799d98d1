// Names the installation that a database belongs to: an id in its local table, which no backup holds and no restore changes. Two
// servers may share a host name and a repository; by this id each knows what it has stored itself.

import { randomUUID } from "node:crypto";
import { ownWrites } from "../around-writes.js";
import type { Database } from "../database.js";
import type { Instant } from "../tables.js";

const KEY = Buffer.from("installation");

/**
 * The database's id. It is made where there is none.
 * @throws what a write throws
 */
export async function installationOf(database: Pick<Database, "read" | "change">): Promise<string> {
  const kept = await database.read(readInstallation);
  if (kept !== undefined) return kept;
  return await ownWrites(() =>
    database.change((changes) => {
      const meanwhile = readInstallation(changes);
      if (meanwhile !== undefined) return meanwhile;
      const made = randomUUID();
      changes.local.put(KEY, Buffer.from(made));
      return made;
    }),
  );
}

/** Reads the id; undefined where there is none, or it is damaged. */
function readInstallation({ local }: Pick<Instant, "local">): string | undefined {
  const found = local.find(KEY);
  return found?.isWhole ? found.value.toString() : undefined;
}
