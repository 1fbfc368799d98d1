// Stores entries. Many small requests share a transaction: those that come during a commit go into the next. A promise resolves
// once its entries are on the disk, or only committed where the database was opened with that durability. During a restore they
// are on the disk beside the database (see deferred/).

import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { type NewEntry, type PreparedEntry, prepareEntry } from "../../records/logs/entry.js";
import { beforeWrite, checkNow, ownWrites } from "../../storage/around-writes.js";
import type { AllDatabases, Changes, Database } from "../../storage/database.js";
import { Deferring } from "./deferred/deferring.js";
import type { StreamBound } from "./stream-bound.js";
import { isGone, makeStreams, putEntry, StreamStates } from "./write-entries.js";

const GROUP_ENTRIES = 2_000;
const GROUP_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 5;
/** After a commit, the senders that it answered send more at once. They get this share of the commit's time to do so. */
const GATHERING_SHARE = 0.25;
const GATHERING_MOST_MS = 5;
/** A commit that takes less time than this is cheaper than a wait. */
const QUICK_COMMIT_MS = 1;
const DEFERRED_PATIENCE_MS = 10_000;
const DEFERRED_LOOK_MS = 20;

/** Entries that are stored together or not at all. */
interface Request {
  entries: PreparedEntry[];
  /** Throws if the sender may not store any more. */
  allow: (databases: AllDatabases) => void;
  resolve: (stored: PreparedEntry[]) => void;
  reject: (reason: unknown) => void;
}

/** The outcome of the requests in a transaction. */
interface Written {
  stored: Request[];
  /** Requests that must wait for a purge. */
  blocked: Request[];
  refused: Map<Request, unknown>;
  states: StreamStates;
}

export interface IngestOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  bound: StreamBound;
  /** Called when a purge must go on before something can be stored. */
  onBlocked: () => void;
  /** Called for each stream with the time of the oldest entry that was stored. */
  onStored: (stream: string, oldestMs: number) => void;
  /** Called when entries are stored that came during a restore. */
  onDeferredStored: (entries: number) => void;
  /** Called when such entries can't be kept or stored. */
  onError: (error: unknown) => void;
  /** How many bytes of such entries are kept at most; see MAX_DEFERRED_BYTES. */
  maxDeferredBytes?: number | undefined;
}

export class Ingester {
  readonly #database: Database;
  readonly #options: IngestOptions;
  #queue: Request[] = [];
  #writing: Promise<void> | undefined;
  readonly #waiting = new Set<Promise<void>>();
  readonly #deferring: Deferring;
  #again: NodeJS.Timeout | undefined;
  /** The restore whose end the loop is woken by. */
  #wakingAfter: Promise<unknown> | undefined;
  /** How many requests are expected after a commit, and until when the next one waits for them. */
  #expected = { requests: 0, untilMs: 0 };
  /** Ends that wait. */
  #gathered: (() => void) | undefined;
  #closed = false;

  constructor(database: Database, options: IngestOptions) {
    this.#database = database;
    this.#options = options;
    const { onStored, onError, bound } = options;
    const onAllStored = (entries: number) => {
      bound.countAgain();
      options.onDeferredStored(entries);
    };
    this.#deferring = new Deferring(database, {
      onStored,
      onError,
      onAllStored,
      maxBytes: options.maxDeferredBytes,
    });
  }

  /** Stores what came during a restore that a crash has cut. */
  async start(): Promise<void> {
    await this.#deferring.find();
    if (this.#deferring.hasWork) this.#enqueue([]);
  }

  /**
   * Stores all entries or none. It makes streams that don't exist.
   * @param receivedMs when they were received; now if absent
   * @throws INPUT_INVALID, DISK_FULL, DATABASE_UNAVAILABLE, REFUSED if there are too many streams
   */
  async ingest(
    entries: readonly NewEntry[],
    receivedMs = this.#options.now(),
  ): Promise<PreparedEntry[]> {
    if (this.#closed) {
      throw new FlowgError("DATABASE_UNAVAILABLE", "the log database is being closed", {
        hint: "send the log again once the server is back",
      });
    }
    const prepared = entries.map((entry) => prepareEntry(entry, receivedMs));
    return new Promise((resolve, reject) => {
      const allow = beforeWrite();
      this.#enqueue([{ entries: prepared, allow, resolve, reject }]);
    });
  }

  /** Resolves once no entries wait for the end of a restore, or after ten seconds, so that a full disk can be freed. */
  async untilDeferredStored(): Promise<void> {
    const began = performance.now();
    while (this.#deferring.hasWork && performance.now() - began < DEFERRED_PATIENCE_MS)
      await sleep(DEFERRED_LOOK_MS);
  }

  /** Takes no more entries, and resolves once those that it has are stored. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#writing || this.#waiting.size > 0)
      await Promise.all([this.#writing, ...this.#waiting]);
    clearTimeout(this.#again);
    await this.#deferring.close();
  }

  #enqueue(requests: Request[]): void {
    this.#queue.push(...requests);
    if (this.#queue.length >= this.#expected.requests) this.#gathered?.();
    // one loop also writes what comes later
    this.#writing ??= ownWrites(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      // Requests that have come already go along. Node reads them from their sockets one after the other, and lets promises run
      // in between, so without this the first of them would get a commit alone.
      await nextTurn();
      const isHeld = this.#database.excluded() !== undefined;
      const isDue = !isHeld && this.#deferring.hasWork && this.#deferring.leftMs === 0;
      if (!isDue && this.#queue.length === 0) break;
      // in turn, so that senders don't wait until all of the file is stored
      if (isDue) await this.#deferring.store();
      if (isHeld) await this.#defer(this.#takeGroup());
      else await this.#storeNext();
    }
    this.#writing = undefined;
    this.#storeDeferredLater();
  }

  async #storeNext(): Promise<void> {
    if (this.#queue.length === 0) return;
    await this.#gather();
    if (!this.#database.excluded()) await this.#store(this.#takeGroup());
  }

  async #store(group: Request[]): Promise<void> {
    const began = performance.now();
    try {
      const written = await this.#database.change((changes) => this.#write(changes, group), {
        flushLater: true,
      });
      const { stored, blocked, refused, states } = written;
      this.#expect(group.length, began);
      for (const [stream, oldestMs] of states.oldest()) this.#options.onStored(stream, oldestMs);
      for (const request of stored) request.resolve(request.entries);
      for (const [request, problem] of refused) request.reject(problem);
      if (blocked.length > 0) this.#retry(blocked);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Keeps requests on the disk until the restore is done. Those that need the database wait for it. */
  async #defer(group: Request[]): Promise<void> {
    const allowed: Request[] = [];
    for (const request of group) {
      try {
        await checkNow(request.allow);
        allowed.push(request);
      } catch (error) {
        request.reject(error);
      }
    }
    try {
      const isKept = await this.#deferring.take(allowed.map(({ entries }) => entries));
      for (const [at, request] of allowed.entries())
        if (isKept[at]) request.resolve(request.entries);
      const others = allowed.filter((_, at) => !isKept[at]);
      // not in turn with the next requests, which may not have to wait
      if (others.length > 0) this.#whileWaiting(this.#store(others));
    } catch (error) {
      for (const { reject } of allowed) reject(error);
    }
  }

  /** Goes on once something is done that the loop doesn't wait for. @param next gives requests that come up then */
  #whileWaiting(something: Promise<unknown>, next: () => Request[] = () => []): void {
    const waiting = something.then(() => {
      this.#waiting.delete(waiting);
      this.#enqueue(next());
    });
    this.#waiting.add(waiting);
  }

  #storeDeferredLater(): void {
    clearTimeout(this.#again);
    if (!this.#deferring.hasWork) return;
    const excluded = this.#database.excluded();
    if (excluded) {
      // each restore wakes the loop: a second one may begin before the entries of the first are stored
      if (this.#wakingAfter !== excluded) this.#whileWaiting(excluded);
      this.#wakingAfter = excluded;
    } else if (!this.#closed)
      this.#again = setTimeout(() => this.#enqueue([]), this.#deferring.leftMs).unref();
  }

  #expect(answered: number, began: number): void {
    const now = performance.now();
    const waitMs = Math.min(GATHERING_MOST_MS, (now - began) * GATHERING_SHARE);
    const isQuick = now - began < QUICK_COMMIT_MS;
    this.#expected = {
      requests: answered + this.#queue.length,
      untilMs: isQuick ? now : now + waitMs,
    };
  }

  /** Waits for senders. Otherwise the first of them would get a commit alone, and the others would wait for two. */
  async #gather(): Promise<void> {
    const { requests, untilMs } = this.#expected;
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0 || this.#queue.length >= requests) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#gathered = resolve;
      timer = setTimeout(resolve, leftMs);
    });
    this.#gathered = undefined;
    clearTimeout(timer);
  }

  #takeGroup(): Request[] {
    let entries = 0;
    let bytes = 0;
    let count = 0;
    for (const request of this.#queue) {
      if (entries >= GROUP_ENTRIES || bytes >= GROUP_BYTES) break;
      count += 1;
      entries += request.entries.length;
      for (const { value } of request.entries) bytes += value.length;
    }
    return this.#queue.splice(0, count);
  }

  /** Tries requests again whose streams were deleted just now. An entry must be of a later millisecond than the deletion. */
  #retry(blocked: Request[]): void {
    this.#options.onBlocked();
    this.#whileWaiting(sleep(RETRY_MS), () => {
      const now = this.#options.now();
      for (const request of blocked)
        request.entries = request.entries.map(({ stream, given, id }) =>
          prepareEntry({ stream, fields: given, id }, now),
        );
      return blocked;
    });
  }

  #write(changes: Changes, group: readonly Request[]): Written {
    const states = new StreamStates(changes);
    const written: Written = { stored: [], blocked: [], refused: new Map(), states };
    for (const request of group) {
      const refusal = refusalOf(request, changes);
      if (refusal !== undefined) {
        written.refused.set(request, refusal);
        continue;
      }
      let isBlocked = false;
      let problem: FlowgError | undefined;
      for (const entry of request.entries) {
        const state = states.of(entry.stream);
        isBlocked ||= isGone(state, entry);
        problem ??= state.problem;
      }
      if (isBlocked) {
        written.blocked.push(request);
        continue;
      }
      // the streams are counted and made together, so that the next request sees them
      const made = states.newOf(request.entries);
      if (made.length > 0) problem ??= this.#options.bound.problem(made, changes);
      if (problem) {
        written.refused.set(request, problem);
        continue;
      }
      makeStreams(changes, made, states);
      for (const entry of request.entries)
        putEntry(changes, entry, { state: states.of(entry.stream), isKnownNew: true });
      written.stored.push(request);
    }
    return written;
  }
}

/** The error if the sender may not store any more. */
function refusalOf({ allow }: Request, changes: Changes): unknown {
  try {
    allow(changes);
    return undefined;
  } catch (error) {
    return error;
  }
}
