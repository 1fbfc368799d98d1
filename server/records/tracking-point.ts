/** Where the writes to a database stood at an instant. It tells a later backup what can't have changed since. */
export interface TrackingPoint {
  /** Random. It names the database's history. A restore changes it, and so does whatever else makes the history unclear. */
  history: string;
  /** Counts up; writes are marked with it. */
  epoch: number;
  /** Random. It names an unbroken row of writers that had the database open. A copy that is opened again gets another. */
  nonce: string;
  /** How often records were changed in this history. */
  version: number;
  /**
   * The millisecond of the last change before the instant. Present where the later changes are shipped to this repository:
   * deltas go on from here.
   */
  journaled?: number;
}

/** The tracking point as it is read from a database, whichever repository it is for. */
export interface TrackedInstant extends Omit<TrackingPoint, "journaled"> {
  /** The ids of the repositories that the changes after it are shipped to, and the millisecond of the last change before it. */
  shipped?: { repositories: readonly string[]; time: number };
}

/** The tracking point as the manifest of a repository has it. */
export function pointFor(repository: string, { shipped, ...point }: TrackedInstant): TrackingPoint {
  return shipped?.repositories.includes(repository) ? { ...point, journaled: shipped.time } : point;
}
