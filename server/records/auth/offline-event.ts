// A change that the command line made to accounts by itself, for the trail.

export interface OfflineEvent {
  /** When, RFC 3339. */
  at: string;
  /** The account of the machine. */
  by: string;
  action: string;
  /** The user or item that it changed. */
  facts: Record<string, unknown>;
}
