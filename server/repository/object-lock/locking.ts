// Locks what a backup stores, and holds what it counts on locked for as long as its snapshot is: see "Immutability" in ../README.md.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import type { SegmentEntry } from "../manifest.js";
import type { ObjectLock, Place, PlaceLocks } from "../places/place.js";
import { REPOSITORY_FILE } from "../repository-file.js";
import type { LockWish } from "./lock-wish.js";

/** As many as a place takes at once. */
const AT_ONCE = 5;
/** What later snapshots may count on too is locked for longer than a snapshot, by these shares of its period at least and … */
const MORE = 0.25;
/** … at most, by chance: so the locks of a first backup don't all end at once. */
const MOST = 0.5;
/** So many ends of locks to a period: manifests say when each lock ends, and are smaller for it. */
const STEPS = 64;

export class Locking {
  /** Locks that were renewed. */
  renewed = 0;
  /** Objects that stay locked in another mode than the one that is wished for. */
  inOtherMode = 0;

  private constructor(
    private readonly locks: PlaceLocks,
    readonly wish: LockWish,
  ) {}

  /** @throws INPUT_INVALID where the place locks nothing */
  static async open(place: Place, wish: LockWish): Promise<Locking> {
    const locks = demandLocks(place);
    await locks.demand();
    return new Locking(locks, wish);
  }

  /** Of a snapshot that is stored now. */
  get ofSnapshot(): ObjectLock {
    return this.#lock(this.wish.periodMs, 1000);
  }

  /** Of what further snapshots may count on. */
  get ofSegment(): ObjectLock {
    const { periodMs } = this.wish;
    const more = MORE + (MOST - MORE) * Math.random();
    return this.#lock(periodMs * (1 + more), Math.max(1000, periodMs / STEPS));
  }

  /**
   * Sees that they are all locked until then, and says in each until when it is. What is known to be asks for no request.
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

  /** The same for what says what the repository is: without it nothing is found. */
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

/** @throws INPUT_INVALID where the place locks nothing, whatever it is told */
export function demandLocks({ name, locks }: Pick<Place, "name" | "locks">): PlaceLocks {
  if (locks) return locks;
  throw new FlowgError("INPUT_INVALID", `nothing can be locked in ${name}: it is a directory`, {
    hint: "object lock is for buckets. Leave it out for this place, or back up into a bucket that has it",
  });
}
