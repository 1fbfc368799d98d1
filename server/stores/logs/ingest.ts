// Stores entries. Many small requests share a transaction: those that come during a commit go into the next. A promise resolves
// once its entries are on the disk, or only committed where the database was opened with that durability.

import { setTimeout } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import { damagedRecord } from "../../records/damage.js";
import { type NewEntry, type PreparedEntry, prepareEntry } from "../../records/logs/entry.js";
import { fieldKey, streamKey } from "../../records/records.js";
import { beforeWrite, ownWrites } from "../../storage/around-writes.js";
import type { Changes, Database } from "../../storage/database.js";
import { getPurge, type Purge } from "../../storage/notes/unfinished-work.js";
import {
  DEFAULT_STREAM,
  isStreamDamaged,
  knownStreamRecord,
  writeStreamRecord,
} from "../../storage/stream-record.js";
import type { StreamBound } from "./stream-bound.js";

const GROUP_ENTRIES = 2_000;
const GROUP_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 5;
/** After a commit, the senders that it answered send more at once. They get this share of the commit's time to do so. */
const GATHERING_SHARE = 0.25;
const GATHERING_MOST_MS = 5;
/** A commit that takes less time than this is cheaper than a wait. */
const QUICK_COMMIT_MS = 1;
const EMPTY = Buffer.alloc(0);

/** Entries that are stored together or not at all. */
interface Request {
  entries: PreparedEntry[];
  /** Throws if the sender may not store any more. */
  allow: (changes: Changes) => void;
  resolve: (stored: PreparedEntry[]) => void;
  reject: (reason: unknown) => void;
}

/** The state of a stream during one transaction. */
interface StreamState {
  purge: Purge | undefined;
  fieldNames: Set<string>;
  /** Whether the request makes the stream. */
  isNew: boolean;
  /** The time of the oldest entry that was added; infinite if none was. */
  oldestMs: number;
  /** Why nothing can be stored in it. */
  problem: FlowgError | undefined;
}

/** The outcome of the requests in a transaction. */
interface Written {
  stored: Request[];
  /** Requests that must wait for a purge. */
  blocked: Request[];
  refused: Map<Request, unknown>;
  states: Map<string, StreamState>;
}

export interface IngestOptions {
  /** Milliseconds since 1970. */
  now: () => number;
  bound: StreamBound;
  /** Called when a purge must go on before something can be stored. */
  onBlocked: () => void;
  /** Called for each stream with the time of the oldest entry that was stored. */
  onStored: (stream: string, oldestMs: number) => void;
}

export class Ingester {
  readonly #database: Database;
  readonly #options: IngestOptions;
  #queue: Request[] = [];
  #writing: Promise<void> | undefined;
  readonly #waiting = new Set<Promise<void>>();
  /** How many requests are expected after a commit, and until when the next one waits for them. */
  #expected = { requests: 0, untilMs: 0 };
  /** Ends that wait. */
  #gathered: (() => void) | undefined;
  #closed = false;

  constructor(database: Database, options: IngestOptions) {
    this.#database = database;
    this.#options = options;
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

  /** Takes no more entries, and resolves once those that it has are stored. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#writing || this.#waiting.size > 0)
      await Promise.all([this.#writing, ...this.#waiting]);
  }

  #enqueue(requests: Request[]): void {
    this.#queue.push(...requests);
    if (this.#queue.length >= this.#expected.requests) this.#gathered?.();
    // one loop also writes what comes later
    this.#writing ??= ownWrites(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    // entries that come in the same turn go along
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#gather();
      const group = this.#takeGroup();
      const began = performance.now();
      try {
        const written = await this.#database.change((changes) => this.#write(changes, group), {
          flushLater: true,
        });
        const { stored, blocked, refused, states } = written;
        this.#expect(group.length, began);
        for (const [stream, { oldestMs }] of states)
          if (Number.isFinite(oldestMs)) this.#options.onStored(stream, oldestMs);
        for (const request of stored) request.resolve(request.entries);
        for (const [request, problem] of refused) request.reject(problem);
        if (blocked.length > 0) this.#retry(blocked);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
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
    const timer = new AbortController();
    const isHere = new Promise<void>((resolve) => {
      this.#gathered = resolve;
    });
    const patience = setTimeout(leftMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([isHere, patience]);
    this.#gathered = undefined;
    timer.abort();
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
    const waiting = setTimeout(RETRY_MS).then(() => {
      this.#waiting.delete(waiting);
      const now = this.#options.now();
      for (const request of blocked)
        request.entries = request.entries.map(({ stream, given, id }) =>
          prepareEntry({ stream, fields: given, id }, now),
        );
      this.#enqueue(blocked);
    });
    this.#waiting.add(waiting);
  }

  #write(changes: Changes, group: readonly Request[]): Written {
    const states = new Map<string, StreamState>();
    const state = (stream: string): StreamState => {
      let known = states.get(stream);
      if (!known) {
        known = this.#readState(changes, stream);
        states.set(stream, known);
      }
      return known;
    };
    const written: Written = { stored: [], blocked: [], refused: new Map(), states };
    for (const request of group) {
      const refusal = refusalOf(request, changes);
      if (refusal !== undefined) {
        written.refused.set(request, refusal);
        continue;
      }
      let isBlocked = false;
      let problem: FlowgError | undefined;
      for (const { stream, ms } of request.entries) {
        const known = state(stream);
        isBlocked ||= isGone(known.purge, ms);
        problem ??= known.problem;
      }
      if (isBlocked) {
        written.blocked.push(request);
        continue;
      }
      // the streams are counted and made together, so that the next request sees them
      const made = newStreams(request, states);
      if (made.length > 0) problem ??= this.#options.bound.problem(made, changes);
      if (problem) {
        written.refused.set(request, problem);
        continue;
      }
      for (const stream of made) {
        writeStreamRecord(changes, stream, DEFAULT_STREAM);
        state(stream).isNew = false;
      }
      for (const entry of request.entries) putEntry(changes, entry, state(entry.stream));
      written.stored.push(request);
    }
    return written;
  }

  #readState(changes: Changes, stream: string): StreamState {
    const record = knownStreamRecord(changes, stream);
    // a damaged stream refuses only its own entries, not those of the whole group
    const problem = isStreamDamaged(changes, stream)
      ? damagedRecord("logs", streamKey(stream))
      : undefined;
    return {
      purge: getPurge(changes, stream),
      fieldNames: new Set(),
      isNew: record === undefined,
      oldestMs: Number.POSITIVE_INFINITY,
      problem,
    };
  }
}

/** The streams that a request makes, each once. */
const newStreams = ({ entries }: Request, states: ReadonlyMap<string, StreamState>): string[] => [
  ...new Set(entries.map(({ stream }) => stream).filter((stream) => states.get(stream)?.isNew)),
];

function putEntry(changes: Changes, entry: PreparedEntry, state: StreamState): void {
  const { fieldNames } = state;
  if (entry.ms < state.oldestMs) state.oldestMs = entry.ms;
  changes.putNew(entry.key, entry.value, entry);
  for (const name of entry.fieldNames) {
    if (fieldNames.has(name)) continue;
    fieldNames.add(name);
    const nameKey = fieldKey(entry.stream, name);
    if (!changes.records.has(nameKey)) changes.put(nameKey, EMPTY);
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

const isGone = (purge: Purge | undefined, ms: number): boolean =>
  purge !== undefined && (purge.fields || ms <= purge.cutoff);
