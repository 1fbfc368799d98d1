// Where a repository's objects lie: a directory, a bucket. What a backup needs of such a place is little; each kind of place is
// a folder here, and `careful-place` puts retries and a bound on parallel requests around all of them.

export interface PlacedObject {
  /** From the repository's root, parts joined by `/`. */
  path: string;
  /** Bytes. */
  bytes: number;
  /** When it was stored, by the clock of the place. */
  storedAt: Date;
}

/** Bytes from `start` up to `end`, which is exclusive; all that follow where it is absent. */
export interface ByteRange {
  start: number;
  end?: number | undefined;
}

/** For what may be done only as long as something holds, as a lock that has to be renewed. */
export interface Lease {
  /** Aborted when it ends. */
  readonly signal: AbortSignal;
  /** @throws if it has ended: this process may have stood still, and the signal be late */
  demand(): void;
}

/** Objects are whole or not there: a reader never sees half of one. */
export interface Place {
  /** For people: what was given for it, without anything secret. */
  readonly name: string;
  /**
   * Stores an object, in place of one that is there.
   * @throws REPOSITORY_UNAVAILABLE, PERMISSION_DENIED, DISK_FULL, CANCELLED
   */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Stores an object only if there is none of that path; of several at once, one stores it.
   * @returns whether it was stored
   * @throws what `put` throws
   */
  putNew(path: string, bytes: Uint8Array): Promise<boolean>;
  /**
   * An object, or a range of its bytes; undefined if it isn't there.
   * @throws REPOSITORY_UNAVAILABLE, PERMISSION_DENIED, CANCELLED
   */
  get(path: string, range?: ByteRange): Promise<Buffer | undefined>;
  /** All objects whose path begins so, by their paths' bytes. @throws what `get` throws */
  list(prefix: string): AsyncIterable<PlacedObject>;
  /**
   * Whether or not it is there.
   * @param lease while it lasts, the request may be tried, and be under way
   * @throws what `get` throws, and why the lease has ended
   */
  remove(path: string, lease?: Lease): Promise<void>;
  /** Removes what killed runs have left beside the objects. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}
