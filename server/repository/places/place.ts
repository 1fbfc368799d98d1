// Where a repository's objects lie: a directory or a bucket. A backup needs little of it. Each kind of place is a folder here.
// `careful-place` adds retries and a bound on parallel requests to all of them.

export interface PlacedObject {
  /** Its path from the repository's root, with parts joined by `/`. */
  path: string;
  /** Bytes. */
  bytes: number;
  /** When it was stored, by the place's clock. */
  storedAt: Date;
}

/** Bytes from `start` up to `end`, which is exclusive. Without `end`, all that follow. */
export interface ByteRange {
  start: number;
  end?: number | undefined;
}

/** Bounds work to the time in which something holds, such as a lock that has to be renewed. */
export interface Lease {
  /** Aborted when the lease ends. */
  readonly signal: AbortSignal;
  /** @throws if the lease has ended. The signal may be late: this process may have stood still */
  demand(): void;
}

/** Objects are whole or missing: a reader never sees half of one. */
export interface Place {
  /** Its name for people: what was given for it, without secrets. */
  readonly name: string;
  /**
   * Stores an object; replaces an older one.
   * @throws REPOSITORY_UNAVAILABLE, PERMISSION_DENIED, DISK_FULL, CANCELLED
   */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Stores an object only if its path is free. Of several writers at once, one succeeds.
   * @returns whether it was stored
   * @throws what `put` throws
   */
  putNew(path: string, bytes: Uint8Array): Promise<boolean>;
  /**
   * Reads an object, or a range of its bytes; undefined if it is missing.
   * @throws REPOSITORY_UNAVAILABLE, PERMISSION_DENIED, CANCELLED
   */
  get(path: string, range?: ByteRange): Promise<Buffer | undefined>;
  /**
   * Lists all objects whose path begins with `prefix`, in the order of their paths' bytes.
   * @throws what `get` throws
   */
  list(prefix: string): AsyncIterable<PlacedObject>;
  /**
   * Removes an object; a missing one is no error.
   * @param lease the request begins and ends while it lasts
   * @throws what `get` throws, and the reason for the lease's end
   */
  remove(path: string, lease?: Lease): Promise<void>;
  /** Removes what killed runs have left beside the objects. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}
