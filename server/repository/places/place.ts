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
/**
 * Says whether a lock can be ended before its time: in `governance` mode by users with a right of its own, in `compliance` mode
 * by nobody.
 */
export type LockMode = (typeof LOCK_MODES)[number];

/** A lock: until its time the object can't be removed, whatever rights a user has. */
export interface ObjectLock {
  mode: LockMode;
  /** When the lock ends, in whole seconds. */
  until: Date;
}

/** A locked object that is hidden, as by a plain DELETE: it is still there. */
export interface HiddenObject {
  path: string;
  /** When it was hidden, by the place's clock. */
  since: Date;
  lock: ObjectLock;
}

/** An object that has been removed or replaced since the time as of which its place is seen. */
export interface OverlaidObject {
  path: string;
  bytes: number;
  /** `removal` if the object was removed, `another` if another one was put in its place. */
  by: "removal" | "another";
}

/** Locks on objects, which can't be removed until these end. A place that has locks also keeps older versions of objects. */
export interface PlaceLocks {
  /**
   * Demands that this place can lock.
   * @throws INPUT_INVALID where it can't, PERMISSION_DENIED, and what `get` throws
   */
  demand(): Promise<void>;
  /** The time by the clock of the place; it is known after the first answer. */
  now(): Date;
  /**
   * Sees that an object is locked at least so long. An object that is locked in another mode keeps that mode, and its lock gets
   * longer.
   * @returns how it is locked now; undefined if it isn't there
   * @throws PERMISSION_DENIED, and what `get` throws
   */
  retain(path: string, lock: ObjectLock): Promise<ObjectLock | undefined>;
  /**
   * Reads how an object is locked now.
   * @throws PERMISSION_DENIED where that can't be told, and what `get` throws
   */
  of(path: string): Promise<ObjectLock | undefined>;
  /**
   * Finds objects that are hidden although they are locked now.
   * @throws what `of` throws
   */
  hidden(prefix: string): Promise<HiddenObject[]>;
}

/** A place that is seen as it was at a time. Writes there only put back what it held. */
export interface PlacePast {
  /** Lists the objects that have been removed or replaced since, by path. */
  overlaid(): Promise<OverlaidObject[]>;
  /** Puts one of these objects back, as it was, and with the same lock. */
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
   * The same, only their paths, which a directory tells without a look at each file.
   * @throws what `get` throws
   */
  listPaths(prefix: string): AsyncIterable<string>;
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
