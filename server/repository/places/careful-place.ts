// A place as the repository uses it. It tries again, with growing delays, what may go well the next time. It bounds the requests
// that run at once, checks paths, and comes back at once when the signal says stop.

import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError, hasCode } from "../../platform/errors.js";
import { demandObjectPath, demandPrefix } from "./object-path.js";
import { type ObjectStore, TransientFault } from "./object-store.js";
import type {
  ByteRange,
  Lease,
  ObjectLock,
  Place,
  PlacedObject,
  PlaceLocks,
  PlacePast,
} from "./place.js";
import { Slots } from "./slots.js";

export interface Retry {
  /** The place's name, for people. */
  place: string;
  /** Such as `"get segments/ab/abcd.zst"`. */
  request: string;
  /** How many tries have failed. */
  tries: number;
  delayMs: number;
  reason: FlowgError;
}

export interface CarefulOptions {
  /** Ends all requests with CANCELLED. */
  signal?: AbortSignal | undefined;
  /** How many requests may run at once: 5 unless given. */
  parallel?: number | undefined;
  /** Called before each wait. */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** The first delay in milliseconds. Each further one is twice as long, at most 20 s; chance takes up to half of it. */
  delayMs?: number | undefined;
}

/** Reads a list page by page. */
interface Listing<Page, Item> {
  page(from: string | undefined, signal: AbortSignal): Promise<Page>;
  of(page: Page): readonly Item[];
  pathOf(item: Item): string;
}

const PARALLEL = 5;
const TRIES = 8;
/** Where no store answers at all. */
const DEAF_TRIES = 4;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
const LONGEST_ASKED_MS = 60_000;

export class CarefulPlace implements Place {
  readonly #store: ObjectStore;
  readonly #slots: Slots;
  readonly #options: CarefulOptions;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;

  constructor(store: ObjectStore, options: CarefulOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#slots = new Slots(options.parallel ?? PARALLEL);
    const { signal } = this.#ending;
    this.#signal = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
    // each waiting request listens to it
    setMaxListeners(0, this.#signal);
  }

  get name(): string {
    return this.#store.name;
  }

  get locks(): PlaceLocks | undefined {
    const { locks } = this.#store;
    return (
      locks && {
        demand: () => this.#try("ask for locks", (signal) => locks.demand(signal)),
        now: () => locks.now(),
        retain: (path, lock) =>
          this.#try(`lock ${path}`, (signal) => locks.retain(path, lock, signal)),
        of: (path) => this.#try(`see the lock of ${path}`, (signal) => locks.of(path, signal)),
        hidden: (prefix) =>
          this.#try(`list versions of ${prefix}`, (signal) => locks.hidden(prefix, signal)),
      }
    );
  }

  get past(): PlacePast | undefined {
    const { past } = this.#store;
    return (
      past && {
        overlaid: () => this.#try("list versions", (signal) => past.overlaid(signal)),
        revive: (path) => this.#try(`put ${path} back`, (signal) => past.revive(path, signal)),
      }
    );
  }

  async put(path: string, bytes: Uint8Array, lock?: ObjectLock): Promise<void> {
    demandObjectPath(path);
    await this.#try(`put ${path}`, (signal) => this.#store.put(path, bytes, { lock, signal }));
  }

  async putNew(path: string, bytes: Uint8Array, lock?: ObjectLock): Promise<boolean> {
    demandObjectPath(path);
    let tries = 0;
    const isStored = await this.#try(`put ${path}`, (signal) => {
      tries++;
      return this.#store.putNew(path, bytes, { lock, signal });
    });
    if (isStored || tries === 1) return isStored;
    // the answer to an earlier try may have been lost, so the object may be our own
    const found = await this.get(path).catch((error: unknown) => {
      // without the right to read, it counts as another writer's
      if (hasCode(error, "PERMISSION_DENIED")) return undefined;
      throw error;
    });
    return found?.equals(bytes) ?? false;
  }

  async get(path: string, range?: ByteRange): Promise<Buffer | undefined> {
    demandObjectPath(path);
    demandRange(range);
    return await this.#try(`get ${path}`, (signal) => this.#store.get(path, range, signal));
  }

  list(prefix: string): AsyncGenerator<PlacedObject> {
    return this.#listed(prefix, {
      page: (from, signal) => this.#store.page(prefix, from, signal),
      of: ({ objects }) => objects,
      pathOf: ({ path }) => path,
    });
  }

  async *listPaths(prefix: string): AsyncGenerator<string> {
    const page = this.#store.pathPage?.bind(this.#store, prefix);
    if (page)
      yield* this.#listed(prefix, { page, of: ({ paths }) => paths, pathOf: (path) => path });
    else for await (const { path } of this.list(prefix)) yield path;
  }

  async *#listed<Page extends { next: string | undefined }, Item>(
    prefix: string,
    { page, of, pathOf }: Listing<Page, Item>,
  ): AsyncGenerator<Item> {
    demandPrefix(prefix);
    let last = "";
    let from: string | undefined;
    do {
      const found: Page = await this.#try(`list ${prefix}`, (signal) => page(from, signal));
      for (const item of of(found)) {
        const path = pathOf(item);
        if (path <= last) throw outOfOrder(this.name, path);
        last = path;
        yield item;
      }
      from = found.next;
    } while (from !== undefined);
  }

  async remove(path: string, lease?: Lease): Promise<void> {
    demandObjectPath(path);
    await this.#try(`remove ${path}`, (signal) => this.#store.remove(path, signal), lease);
  }

  async tidy(): Promise<void> {
    await this.#try("tidy", () => this.#store.tidy());
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#store.close();
  }

  /** @param request its description, for messages */
  async #try<T>(
    request: string,
    once: (signal: AbortSignal) => Promise<T>,
    lease?: Lease,
  ): Promise<T> {
    const signal = lease ? AbortSignal.any([this.#signal, lease.signal]) : this.#signal;
    for (let tries = 1; ; tries++) {
      await using _slot = await this.#slots.take(signal);
      try {
        lease?.demand();
        return await unlessStopped(signal, once(signal));
      } catch (error) {
        lease?.demand();
        if (signal.aborted) throw stopped(error);
        if (!(error instanceof TransientFault)) throw error;
        if (tries >= (error.isDeaf ? DEAF_TRIES : TRIES)) throw triedOften(error, tries);
        const delayMs = this.#delay(tries, error);
        this.#options.onRetry?.({ place: this.name, request, tries, delayMs, reason: error });
        // keeps its slot: else other requests would go to a store that asks to be left alone
        await sleep(delayMs, undefined, { signal }).catch((cause: unknown) => {
          throw stopped(cause);
        });
      }
    }
  }

  #delay(tries: number, { retryAfterMs = 0 }: TransientFault): number {
    const full = Math.min(
      (this.#options.delayMs ?? FIRST_DELAY_MS) * 2 ** (tries - 1),
      LONGEST_DELAY_MS,
    );
    return Math.max(full * (0.5 + Math.random() / 2), Math.min(retryAfterMs, LONGEST_ASKED_MS));
  }
}

/** Stops waiting for what can't be stopped itself, such as a system call on a share that is away. */
async function unlessStopped<T>(signal: AbortSignal, done: Promise<T>): Promise<T> {
  let stop = () => {};
  const stopping = new Promise<never>((_, reject) => {
    stop = () => reject(stopped(signal.reason));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([done, stopping]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

const stopped = (cause: unknown): FlowgError => new FlowgError("CANCELLED", "stopped", { cause });

function triedOften(error: TransientFault, tries: number): FlowgError {
  const { message, hint, cause, details } = error;
  return new FlowgError("REPOSITORY_UNAVAILABLE", `${message} (tried ${tries} times)`, {
    cause,
    hint: hint ?? "try again later",
    details: { ...details, tries },
  });
}

function demandRange(range: ByteRange | undefined): void {
  if (!range) return;
  const { start, end = start + 1 } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new FlowgError("INPUT_INVALID", `no bytes are from ${start} to ${end}`);
}

const outOfOrder = (place: string, path: string): FlowgError =>
  new FlowgError("REPOSITORY_UNAVAILABLE", `${place} lists objects out of order, at ${path}`, {
    hint: "a repository needs a store that lists in the order of names, as S3 does",
  });
