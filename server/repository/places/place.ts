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

export const LOCK_MODES = ["governance", "compliance"] as const;
/** Who may end a lock before its time: those who have a right of their own for it, or nobody. */
export type LockMode = (typeof LOCK_MODES)[number];

/** Until then nobody removes an object, whatever they may do else. */
export interface ObjectLock {
  mode: LockMode;
  /** In whole seconds. */
  until: Date;
}

/** One that was removed, or so it looks, while it was locked: it is still there. */
export interface HiddenObject {
  path: string;
  /** When it was hidden, by the place's clock. */
  since: Date;
  lock: ObjectLock;
}

/** One that isn't any more what it was at the time as of which its place is seen. */
export interface OverlaidObject {
  path: string;
  bytes: number;
  /** Removed, or another one was put in its place. */
  by: "removal" | "another";
}

/** Locks on objects: for how long nobody can remove them. A place that has them keeps older versions of objects, too. */
export interface PlaceLocks {
  /** @throws INPUT_INVALID where this place locks nothing, PERMISSION_DENIED, and what `get` throws */
  demand(): Promise<void>;
  /** By the clock of the place, once it was asked anything. */
  now(): Date;
  /**
   * Sees that an object is locked at least so long. What is locked in another mode stays so, and longer.
   * @returns how it is locked now; undefined if it isn't there
   * @throws PERMISSION_DENIED, and what `get` throws
   */
  retain(path: string, lock: ObjectLock): Promise<ObjectLock | undefined>;
  /** How an object is locked now, if it is. @throws PERMISSION_DENIED where that can't be told, and what `get` throws */
  of(path: string): Promise<ObjectLock | undefined>;
  /** Objects that are hidden, although they are locked now. @throws what `of` throws */
  hidden(prefix: string): Promise<HiddenObject[]>;
}

/** For a place that is seen as it was: nothing is written there but what it held. */
export interface PlacePast {
  /** What has been removed or replaced since, by path. */
  overlaid(): Promise<OverlaidObject[]>;
  /** Puts one of these back, as it was, and as long locked. */
  revive(path: string): Promise<void>;
}

/** Objects are whole or missing: a reader never sees half of one. */
export interface Place {
  /** Its name for people: what was given for it, without secrets. */
  readonly name: string;
  /** Absent where nothing can be locked, as in a directory. */
  readonly locks?: PlaceLocks | undefined;
  readonly past?: PlacePast | undefined;
  /**
   * Stores an object; replaces an older one.
   * @param lock holds from the beginning; only where the place has locks
   * @throws REPOSITORY_UNAVAILABLE, PERMISSION_DENIED, DISK_FULL, CANCELLED
   */
  put(path: string, bytes: Uint8Array, lock?: ObjectLock): Promise<void>;
  /**
   * Stores an object only if its path is free. Of several writers at once, one succeeds.
   * @returns whether it was stored
   * @throws what `put` throws
   */
  putNew(path: string, bytes: Uint8Array, lock?: ObjectLock): Promise<boolean>;
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
