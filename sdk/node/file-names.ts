// What the snapshots of a backup are called. The server says the same (`server/records/backup-names`): the SDK imports nothing
// of it, and a test compares them.

import type { Database } from "../types.js";

/** As FlowG's own `admin backup` names them. */
export const FILE_NAMES: Readonly<Record<Database, string>> = {
  auth: "auth.db",
  config: "config.db",
  logs: "log.db",
};

/** As FlowG's API does, and the tar of all three. */
export const API_NAMES: Readonly<Record<Database, string>> = { ...FILE_NAMES, logs: "logs.db" };

/** Which database a file of either name holds. */
export const databaseNamed = (name: string): Database | undefined =>
  (Object.keys(FILE_NAMES) as Database[]).find(
    (database) => FILE_NAMES[database] === name || API_NAMES[database] === name,
  );

/** In the tar it comes last, and says what belongs together. */
export const MANIFEST = "manifest.json";
