/** Where the writes to a database stood at an instant: tells a later backup what can't have changed since. */
export interface TrackingPoint {
  /** Random; names the database's history. A restore, and whatever else makes the history unclear, changes it. */
  history: string;
  /** Counts up; writes are marked with it. */
  epoch: number;
  /** Random, of those writers in a row who had the database open without a break: a copy that is taken up again has another. */
  nonce: string;
  /** How often records were changed in this history. */
  version: number;
}
