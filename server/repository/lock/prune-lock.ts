// Keeps two prunes apart, on one machine or on several, by an object with a number. Its holder renews it while at work. If
// several processes want the lock, one of them stores the next number. A lock that wasn't renewed for a while is stale. The
// process that takes over stores a higher number; if the old holder comes back, it finds that and stops.
//
//     locks/prune-00000001.json    {"maker":"4711-1a2b3c4d","round":3}
//
// All times are those that the place lists for its objects: the clocks of machines differ.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, hasCode } from "../../platform/errors.js";
import { isMakerKnownGone, maker } from "../../platform/files/maker.js";
import type { Lease, Place, PlacedObject } from "../places/place.js";

const PREFIX = "locks/prune-";
const CLOCK_PREFIX = "locks/clock-";
const FORM = /^locks\/prune-(\d{8})\.json$/;
/** The holder renews it at least six times as often. */
export const LOCK_MS = 120_000;
/** Another process can be faster a few times. */
const TRIES = 10;

export interface LockOptions {
  /** A lock that isn't renewed for so long is stale. */
  lockMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What others can see of a lock. */
export interface SeenLock {
  number: number;
  path: string;
  storedAt: Date;
  /** See PruneLock.nextRound; undefined where the object can't be read. */
  round: number | undefined;
  maker: string | undefined;
}

export class PruneLock implements AsyncDisposable {
  readonly #place: Place;
  readonly #number: number;
  readonly #lockMs: number;
  #round = 0;
  #renewed = performance.now();
  #placeTime = new Date(0);

  private constructor(place: Place, number: number, lockMs: number) {
    this.#place = place;
    this.#number = number;
    this.#lockMs = lockMs;
  }

  /**
   * Takes the lock, and renews it. Waits for another one that is about to be stale.
   * @throws CONFLICT if another process holds it
   */
  static async take(place: Place, options: LockOptions = {}): Promise<PruneLock> {
    const { lockMs = LOCK_MS } = options;
    for (let tries = 0; tries < TRIES; tries++) {
      const highest = await highestLock(place);
      if (highest) await untilStale(place, highest, options);
      const lock = new PruneLock(place, (highest?.number ?? 0) + 1, lockMs);
      if (await lock.#store()) return lock;
    }
    // if lists keep hiding a lock that exists, this must still end
    throw underWay(undefined);
  }

  /** The place's time at the last renewal. */
  get placeTime(): Date {
    return this.#placeTime;
  }

  /**
   * Says that all removals decided before are done, and that later ones are decided anew.
   * @throws CONFLICT if another process has taken over
   */
  async nextRound(): Promise<void> {
    this.#round++;
    await this.#renew();
  }

  async #renew(): Promise<void> {
    await this.#demandHeld();
    // its age counts from when the place stored it, however long the answer takes
    const began = performance.now();
    await this.#place.put(this.#path, this.#content());
    this.#renewed = began;
    await this.#demandHeld();
  }

  /** Renews the lock if it is time. Long work calls this again and again. */
  async renewInTime(): Promise<void> {
    if (performance.now() - this.#renewed > this.#lockMs / 6) await this.#renew();
  }

  /** Whether the lock is surely still fresh for others: this process may have stood still. */
  get isFresh(): boolean {
    return performance.now() - this.#renewed < this.#lockMs / 2;
  }

  /**
   * Renews the lock while `work` goes on. All requests of that work end before others may call the lock stale. A removal carried
   * out later could take what others count on by then.
   */
  async whileHeld<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    const demand = () => {
      if (!ending.signal.aborted && !this.isFresh) ending.abort(notRenewed());
      if (ending.signal.aborted) throw ending.signal.reason;
    };
    let renewing: Promise<void> | undefined;
    const renew = () => {
      if (ending.signal.aborted || !this.isFresh) return ending.abort(notRenewed());
      renewing ??= this.renewInTime()
        .catch((error) => {
          // another process has the lock; no other failure matters as long as the lock is fresh
          if (hasCode(error, "CONFLICT")) ending.abort(error);
        })
        .finally(() => {
          renewing = undefined;
        });
    };
    const timer = setInterval(renew, this.#lockMs / 12);
    try {
      return await work({ signal: ending.signal, demand });
    } finally {
      clearInterval(timer);
      if (!ending.signal.aborted) await renewing;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // the lock is stale soon anyway; a failure here must not hide the error that ends the run
    await this.#place.remove(this.#path).catch(() => {});
  }

  get #path(): string {
    return `${PREFIX}${String(this.#number).padStart(8, "0")}.json`;
  }

  #content(): Buffer {
    return Buffer.from(`${JSON.stringify({ maker: maker(false), round: this.#round })}\n`);
  }

  /** Whether this process stored it. */
  async #store(): Promise<boolean> {
    if (!(await this.#place.putNew(this.#path, this.#content()))) return false;
    const locks = await lockObjects(this.#place);
    const highest = locks.at(-1);
    if (highest?.path !== this.#path) {
      await this.#place.remove(this.#path);
      if (locks.every(({ path }) => path < this.#path)) throw staleLists(this.#place);
      return false;
    }
    this.#placeTime = highest.storedAt;
    for (const { path } of locks.slice(0, -1)) await this.#place.remove(path);
    return true;
  }

  async #demandHeld(): Promise<void> {
    const highest = (await lockObjects(this.#place)).at(-1);
    if (highest?.path === this.#path) {
      this.#placeTime = highest.storedAt;
      return;
    }
    throw new FlowgError("CONFLICT", "another prune took over, because this one stood still", {
      hint: "run it again when the other one has ended",
    });
  }
}

/** The lock that counts, or undefined. */
export async function highestLock(place: Place): Promise<SeenLock | undefined> {
  const found = (await lockObjects(place)).at(-1);
  if (!found) return undefined;
  const { path, storedAt } = found;
  const number = Number(FORM.exec(path)?.[1]);
  return { number, path, storedAt, ...contentOf(await place.get(path)) };
}

/**
 * Whether its holder has stopped renewing it, by the place's clock, or is known to have died.
 * @param lockMs the stale time of the holder
 */
export async function isStale(place: Place, lock: SeenLock, lockMs = LOCK_MS): Promise<boolean> {
  return (await timeLeft(place, lock, lockMs)) <= 0;
}

async function untilStale(
  place: Place,
  lock: SeenLock,
  { lockMs = LOCK_MS, signal }: LockOptions,
): Promise<void> {
  const left = await timeLeft(place, lock, lockMs);
  const end = performance.now() + left;
  while (performance.now() < end) {
    await sleep(Math.min(1_000, Math.max(10, left / 4)), undefined, { signal }).catch((cause) => {
      throw new FlowgError("CANCELLED", "stopped", { cause });
    });
    const now = await highestLock(place);
    if (now?.path !== lock.path) return;
    if (now.round !== lock.round || now.storedAt.getTime() !== lock.storedAt.getTime()) {
      throw underWay(lock.maker);
    }
  }
}

/** Milliseconds until the lock is stale. */
async function timeLeft(place: Place, lock: SeenLock, lockMs: number): Promise<number> {
  if (lock.maker !== undefined && isMakerKnownGone(lock.maker)) return 0;
  const now = await timeOf(place);
  return lock.storedAt.getTime() + lockMs - now.getTime();
}

/** The place's clock: the time that it lists for an object that was stored a moment ago. */
async function timeOf(place: Place): Promise<Date> {
  const path = `${CLOCK_PREFIX}${randomUUID()}`;
  await place.put(path, Buffer.from("what time is it?\n"));
  try {
    for await (const { storedAt } of place.list(path)) return storedAt;
  } finally {
    await place.remove(path);
  }
  throw staleLists(place);
}

/** All lock objects, the highest number last. */
async function lockObjects(place: Place): Promise<PlacedObject[]> {
  const found: PlacedObject[] = [];
  for await (const object of place.list(PREFIX)) if (FORM.test(object.path)) found.push(object);
  return found;
}

function contentOf(bytes: Buffer | undefined): Pick<SeenLock, "round" | "maker"> {
  try {
    const { round, maker: by } = JSON.parse(String(bytes));
    return {
      round: typeof round === "number" ? round : undefined,
      maker: typeof by === "string" ? by : undefined,
    };
  } catch {
    return { round: undefined, maker: undefined };
  }
}

const notRenewed = (): FlowgError =>
  new FlowgError("CONFLICT", "the lock of the prune could not be renewed in time", {
    hint: "nothing that is needed was removed: run it again when the place answers",
  });

const underWay = (by: string | undefined): FlowgError =>
  new FlowgError("CONFLICT", "another prune of this repository is under way", {
    hint: "wait for its end",
    details: { maker: by },
  });

const staleLists = ({ name }: Place): FlowgError =>
  new FlowgError("REPOSITORY_UNAVAILABLE", `${name} doesn't list what it has stored`, {
    hint: "its lists are stale: try again later",
  });
