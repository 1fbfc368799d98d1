// Locks what a backup stores, and holds what it counts on locked for as long as its snapshot is: see "Immutability" in ../README.md.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import type { SegmentEntry } from "../manifest.js";
import type { ObjectLock, Place, PlaceLocks } from "../places/place.js";
import { REPOSITORY_FILE } from "../repository-file.js";
import type { LockWish } from "./lock-wish.js";

/** The number of requests at once, which a place takes. */
const AT_ONCE = 5;
/** An object that later snapshots may use too is locked for longer than a snapshot, by at least this share of its period … */
const MORE = 0.25;
/** … and by at most this share. Chance chooses, so that the locks of a first backup don't all end at once. */
const MOST = 0.5;
/** A period has this many ends of locks: manifests say when each lock ends, and fewer ends make them smaller. */
const STEPS = 64;

export class Locking {
  /** The number of locks that were renewed. */
  renewed = 0;
  /** The number of objects that stay locked in another mode than the one that is wished for. */
  inOtherMode = 0;

  private constructor(
    private readonly locks: PlaceLocks,
    readonly wish: LockWish,
  ) {}

  /**
   * Opens the locks of a place.
   * @throws INPUT_INVALID where the place locks nothing
   */
  static async open(place: Place, wish: LockWish): Promise<Locking> {
    const locks = demandLocks(place);
    await locks.demand();
    return new Locking(locks, wish);
  }

  /** The lock of a snapshot that is stored now. */
  get ofSnapshot(): ObjectLock {
    return this.#lock(this.wish.periodMs, 1000);
  }

  /** The lock of a segment that is stored now, which further snapshots may use. */
  get ofSegment(): ObjectLock {
    const { periodMs } = this.wish;
    const more = MORE + (MOST - MORE) * Math.random();
    return this.#lock(periodMs * (1 + more), Math.max(1000, periodMs / STEPS));
  }

  /**
   * Sees that all these objects are locked until then, and notes in each entry when its lock ends. Objects that are known to be
   * locked so long need no request.
   * @throws REPOSITORY_DAMAGED if one isn't there, PERMISSION_DENIED, and what the place throws
   */
  async hold(
    segments: readonly SegmentEntry[],
    until: Date,
    pathOf: (name: string) => string,
  ): Promise<void> {
    const due = segments.filter(({ lockedUntil = "" }) => !(new Date(lockedUntil) >= until));
    await eachAtOnce(due, AT_ONCE, async (entry) => {
      entry.lockedUntil = (await this.#retain(pathOf(entry.name))).until.toISOString();
    });
  }

  /** Sees that the file which says what the repository is stays locked: without it nothing can be read. */
  async holdRepositoryFile(until: Date): Promise<void> {
    const found = await this.locks.of(REPOSITORY_FILE);
    if (!found || found.until < until) await this.#retain(REPOSITORY_FILE);
  }

  async #retain(path: string): Promise<ObjectLock> {
    const locked = await this.locks.retain(path, this.ofSegment);
    if (!locked) {
      throw new FlowgError("REPOSITORY_DAMAGED", `${path} isn't there any more: nothing locks it`, {
        hint: "something removes objects beside the backup: run it again",
      });
    }
    this.renewed++;
    if (locked.mode !== this.wish.mode) this.inOtherMode++;
    return locked;
  }

  #lock(ms: number, stepMs: number): ObjectLock {
    const until = Math.ceil((this.locks.now().getTime() + ms) / stepMs) * stepMs;
    return { mode: this.wish.mode, until: new Date(Math.ceil(until / 1000) * 1000) };
  }
}

/**
 * Demands a place that has locks.
 * @throws INPUT_INVALID where the place can lock nothing at all
 */
export function demandLocks({ name, locks }: Pick<Place, "name" | "locks">): PlaceLocks {
  if (locks) return locks;
  throw new FlowgError("INPUT_INVALID", `nothing can be locked in ${name}: it is a directory`, {
    hint: "object lock is for buckets. Leave it out for this place, or back up into a bucket that has it",
  });
}
