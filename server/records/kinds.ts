// The three databases, and the kinds of record that each one holds. All other code takes them from here.

export const DATABASE_KINDS = ["auth", "config", "logs"] as const;
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

/** The first segment of a record's key says its kind. Sorted, as keys are. */
export const RECORD_KINDS = {
  auth: ["role", "token", "user"],
  config: ["alert", "pipeline", "transformer"],
  logs: ["entry", "field", "stream"],
} as const satisfies Record<DatabaseKind, readonly string[]>;

export type RecordKind = (typeof RECORD_KINDS)[DatabaseKind][number];

export function isDatabaseKind(text: unknown): text is DatabaseKind {
  return (DATABASE_KINDS as readonly unknown[]).includes(text);
}
