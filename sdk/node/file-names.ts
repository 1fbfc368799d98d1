// The names of a backup's snapshots. They are the server's (`server/records/backup-names`). The SDK imports nothing of the
// server, and a test compares both.

import type { Database } from "../types.js";

/** The names that FlowG's own `admin backup` gives. */
export const FILE_NAMES: Readonly<Record<Database, string>> = {
  auth: "auth.db",
  config: "config.db",
  logs: "log.db",
};

/** The names that FlowG's API gives, and the tar of all three uses. */
export const API_NAMES: Readonly<Record<Database, string>> = { ...FILE_NAMES, logs: "logs.db" };

/** Which database a file of either name holds. */
export const databaseNamed = (name: string): Database | undefined =>
  (Object.keys(FILE_NAMES) as Database[]).find(
    (database) => FILE_NAMES[database] === name || API_NAMES[database] === name,
  );

/** It comes last in the tar, and says what belongs together. */
export const MANIFEST = "manifest.json";
