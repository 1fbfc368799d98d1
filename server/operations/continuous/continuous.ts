// A continuous backup stores each change of a server in its repositories about a second later. Each database keeps a journal of
// its changes (storage/journal). Each destination reads the journals and stores deltas. Where deltas can't go on (at first,
// after a restore, after a journal was full), the backup asks for a snapshot.
//
// No request waits for it.

import { setTimeout as sleep } from "node:timers/promises";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Database } from "../../storage/database.js";
import { keepJournal } from "../../storage/journal/shipping.js";
import { openReachable, type ReachableRepositories } from "../repository/open-reachable.js";
import { type Begun, Destination } from "./destination.js";
import { change, Journals } from "./journals.js";
import type { ContinuousState, Trouble } from "./state.js";

/** Hears of each change in how the destinations are doing, once. */
export interface ContinuousObserver {
  /** Storing there begins to fail, or fails for another reason than before. The backup tries again. */
  failed(destination: string, error: unknown): void;
  /** Changes are stored there again. */
  recovered(destination: string, was: Trouble): void;
  /** The destination has lacked changes for some minutes. */
  behind(destination: string, state: ContinuousState): void;
  /** It has all changes again. */
  caughtUp(destination: string): void;
}

export interface ContinuousOptions {
  databases: Readonly<Record<DatabaseKind, Database>>;
  /** The destinations. None of them waits for another. */
  destinations: readonly { name: string; url: string }[];
  /** Paths of key files, beside the one in the default directory. */
  keyFiles: readonly string[];
  host: string;
  /** The journal of a database may grow to this many bytes. */
  limit: number;
  /**
   * Asks for a snapshot in all destinations. The run that makes it calls `snapshotBegins`.
   * @returns false where none can begin now
   */
  makeSnapshot: (why: string) => boolean;
  observer: ContinuousObserver;
  /** Milliseconds between two looks at the journals. */
  everyMs?: number | undefined;
  /** The longest pause in milliseconds between two tries of a step that fails. */
  longestPauseMs?: number | undefined;
  /** Without a change, a destination stores an empty delta this often, in milliseconds. It proves that nothing has changed. */
  heartbeatMs?: number | undefined;
  /** A destination is behind once a change has waited for it longer than this, in milliseconds. */
  behindMs?: number | undefined;
}

const EVERY_MS = 1_000;
const HEARTBEAT_MS = 60_000;
const LONGEST_PAUSE_MS = 10_000;
const BEHIND_MS = 300_000;
/** Milliseconds before the backup asks for a snapshot again. Each pause is twice as long as the one before. */
const SNAPSHOT_PAUSE = { first: 5_000, longest: 900_000 };
const LAST_SHIP_MS = 3_000;
/**
 * Once a journal is filled to this share of its limit, the destinations that lag behind the others are given up until the next
 * snapshot.
 */
const CROWDED = 0.75;

export class ContinuousBackup {
  readonly destinations: readonly Destination[];
  readonly #options: ContinuousOptions;
  readonly #journals: Journals;
  readonly #ending = new AbortController();
  /** Ends the requests to repositories that are under way. */
  readonly #closing = new AbortController();
  #kept: Promise<void> | undefined;
  #running: Promise<unknown> | undefined;
  /** The destinations that the observer knows to be behind. */
  readonly #behind = new Set<Destination>();
  #snapshotDue = 0;
  #snapshotPauseMs = SNAPSHOT_PAUSE.first;

  constructor(options: ContinuousOptions) {
    this.#options = options;
    this.#journals = new Journals(BACKUP_ORDER.map((kind) => options.databases[kind]));
    const { keyFiles, host, heartbeatMs = HEARTBEAT_MS } = options;
    this.destinations = options.destinations.map(
      ({ name, url }) =>
        new Destination({
          name,
          open: (signal): Promise<ReachableRepositories> =>
            openReachable({ urls: [url], keyFiles, signal }),
          journals: this.#journals,
          host,
          heartbeatMs,
          storedIn: (kind) => this.#storedIn(kind),
          signal: this.#closing.signal,
        }),
    );
  }

  /**
   * Begins to keep each change until it is stored. Where a journal can't be kept yet (for example on a full disk), it tries again
   * later.
   */
  async start(): Promise<void> {
    await this.#keepJournals().catch((error: unknown) => {
      for (const destination of this.destinations) this.#failed(destination, error);
    });
    const all = this.destinations.map((one) => this.#run(one));
    this.#running = Promise.all([...all, this.#watch()]);
  }

  #keepJournals(): Promise<void> {
    this.#kept ??= this.#tryToKeep().catch((error: unknown) => {
      this.#kept = undefined;
      throw error;
    });
    return this.#kept;
  }

  async #tryToKeep(): Promise<void> {
    const { limit } = this.#options;
    const destinations = this.destinations.map(({ name }) => name);
    for (const database of this.#journals.databases)
      await change(database, (changes) => keepJournal(changes, { limit, destinations }));
    await this.#journals.look();
    for (const destination of this.destinations) await destination.begin();
  }

  /** Stores what is left, for some seconds at most. */
  async stop(): Promise<void> {
    this.#ending.abort();
    const last = this.#end();
    const timer = new AbortController();
    const patience = sleep(LAST_SHIP_MS, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([last, patience]);
    timer.abort();
    this.#closing.abort();
    await last;
    for (const destination of this.destinations) await destination.close();
  }

  async #end(): Promise<void> {
    await this.#running;
    for (const destination of this.destinations)
      await destination.end().catch((error: unknown) => this.#failed(destination, error));
  }

  /** The state of each destination, by its name. */
  get states(): { name: string; state: ContinuousState }[] {
    return this.destinations.map(({ name, state }) => ({ name, state }));
  }

  journalBytes(kind: DatabaseKind): number {
    return this.#journals.seen(kind).bytes;
  }

  /**
   * Notes that a snapshot begins.
   * @returns a function to call for each destination that has stored it
   */
  snapshotBegins(): (destination: string) => Promise<void> {
    const begun = new Map<Destination, Begun>(
      this.destinations.map((one) => [one, one.snapshotBegins()]),
    );
    return async (name) => {
      for (const [destination, histories] of begun)
        if (destination.name === name) await destination.snapshotStored(histories);
    };
  }

  async #run(destination: Destination): Promise<void> {
    const { signal } = this.#ending;
    const { everyMs = EVERY_MS, longestPauseMs = LONGEST_PAUSE_MS } = this.#options;
    let pauseMs = everyMs;
    while (!signal.aborted) {
      const begun = performance.now();
      try {
        await this.#keepJournals();
        await destination.cycle();
        pauseMs = everyMs;
        const was = destination.state.went();
        if (was) this.#options.observer.recovered(destination.name, was);
      } catch (error) {
        if (!signal.aborted) this.#failed(destination, error);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
      await this.#makeRoom().catch((error: unknown) => this.#failed(destination, error));
      try {
        this.#askForSnapshot();
      } catch (error) {
        this.#failed(destination, error);
      }
      const left = Math.max(0, pauseMs - (performance.now() - begun));
      await sleep(left, undefined, { signal }).catch(() => {});
    }
  }

  #failed(destination: Destination, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (destination.state.failed(error)) this.#options.observer.failed(destination.name, error);
  }

  /** Finds the destinations that are behind. A destination whose place doesn't answer can't tell by itself. */
  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    const { observer, behindMs = BEHIND_MS, everyMs = EVERY_MS } = this.#options;
    while (!signal.aborted) {
      for (const destination of this.destinations) {
        const { name, state } = destination;
        const isBehind = state.possibleLoss * 1000 > behindMs;
        if (isBehind && !this.#behind.has(destination)) {
          this.#behind.add(destination);
          observer.behind(name, state);
        } else if (!isBehind && state.broken === undefined && !state.trouble) {
          if (this.#behind.delete(destination)) observer.caughtUp(name);
        }
      }
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  #storedIn(kind: DatabaseKind): number {
    const all = this.destinations.flatMap((one) => one.storedUpTo(kind) ?? []);
    return all.length === 0 ? this.#journals.seen(kind).last : Math.min(...all);
  }

  /** Before a journal is full, gives up destinations that are behind the others until the next snapshot. */
  async #makeRoom(): Promise<void> {
    for (const { kind } of this.#journals.databases) {
      if (this.journalBytes(kind) < CROWDED * this.#options.limit) continue;
      const numbers = this.destinations.flatMap((one) => one.storedUpTo(kind) ?? []);
      const furthest = Math.max(...numbers);
      for (const destination of this.destinations)
        if ((destination.storedUpTo(kind) ?? furthest) < furthest) await destination.abandon(kind);
    }
  }

  #askForSnapshot(): void {
    const why = this.destinations.map((one) => one.wantsSnapshot).find((one) => one !== undefined);
    const now = performance.now();
    if (why === undefined) {
      this.#snapshotPauseMs = SNAPSHOT_PAUSE.first;
      this.#snapshotDue = 0;
    } else if (now >= this.#snapshotDue && this.#options.makeSnapshot(why)) {
      this.#snapshotDue = now + this.#snapshotPauseMs;
      this.#snapshotPauseMs = Math.min(2 * this.#snapshotPauseMs, SNAPSHOT_PAUSE.longest);
    }
  }
}
