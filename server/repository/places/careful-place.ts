// A place as the repository uses it: what may go well the next time is tried again, with growing delays; only so many requests
// run at once; what the signal stops comes back at once; and paths are checked.

import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { demandObjectPath, demandPrefix } from "./object-path.js";
import { type ObjectPage, type ObjectStore, TransientFault } from "./object-store.js";
import type { ByteRange, Lease, Place, PlacedObject } from "./place.js";
import { Slots } from "./slots.js";

export interface Retry {
  /** The place, for people. */
  place: string;
  /** `"get segments/ab/abcd.zst"` */
  request: string;
  /** Tries so far. */
  tries: number;
  delayMs: number;
  reason: FlowgError;
}

export interface CarefulOptions {
  /** Ends all requests with CANCELLED. */
  signal?: AbortSignal | undefined;
  /** Requests at once; 5 unless given. */
  parallel?: number | undefined;
  /** Told before each wait. */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** The first delay, milliseconds; each is twice the one before, at most 20 s, and half of it by chance. */
  delayMs?: number | undefined;
}

const PARALLEL = 5;
const TRIES = 8;
/** Where nobody answers at all. */
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
    // one for each request that waits
    setMaxListeners(0, this.#signal);
  }

  get name(): string {
    return this.#store.name;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    demandObjectPath(path);
    await this.#try(`put ${path}`, (signal) => this.#store.put(path, bytes, signal));
  }

  async putNew(path: string, bytes: Uint8Array): Promise<boolean> {
    demandObjectPath(path);
    let tries = 0;
    const isStored = await this.#try(`put ${path}`, (signal) => {
      tries++;
      return this.#store.putNew(path, bytes, signal);
    });
    if (isStored || tries === 1) return isStored;
    // the answer to an earlier try may have been lost: is this our own?
    const found = await this.get(path).catch((error: unknown) => {
      // who may not read can't tell, and takes it for another's
      if (error instanceof FlowgError && error.code === "PERMISSION_DENIED") return undefined;
      throw error;
    });
    return found?.equals(bytes) ?? false;
  }

  async get(path: string, range?: ByteRange): Promise<Buffer | undefined> {
    demandObjectPath(path);
    demandRange(range);
    return await this.#try(`get ${path}`, (signal) => this.#store.get(path, range, signal));
  }

  async *list(prefix: string): AsyncGenerator<PlacedObject> {
    demandPrefix(prefix);
    let last = "";
    let from: string | undefined;
    do {
      const page: ObjectPage = await this.#try(`list ${prefix}`, (signal) =>
        this.#store.page(prefix, from, signal),
      );
      for (const object of page.objects) {
        if (object.path <= last) throw outOfOrder(this.name, object.path);
        last = object.path;
        yield object;
      }
      from = page.next;
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

  /** @param request for messages */
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
        // with its slot: others would ask a store for more that asks to be spared
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

/** What can't be stopped itself, as a system call on a share that is away, isn't waited for any longer. */
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
