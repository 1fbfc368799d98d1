// One destination of a continuous backup. It takes commits from the journals and stores them as deltas. What its place refuses
// stays in the journals until the next try.

import { FlowgError } from "../../platform/errors.js";
import { commitAt } from "../../records/commit.js";
import type { DatabaseKind } from "../../records/kinds.js";
import { putDelta } from "../../repository/deltas/delta-objects.js";
import { demandFile } from "../../repository/lost-file.js";
import type { OpenedRepository } from "../../repository/open.js";
import { readRepositoryFile } from "../../repository/repository-file.js";
import type { Database } from "../../storage/database.js";
import { commitsAfter, readJournalNote } from "../../storage/journal/note.js";
import {
  beginShipping,
  clearSome,
  dropDestination,
  noteShipped,
  renewJournal,
  type TakenJournal,
  takeJournal,
} from "../../storage/journal/shipping.js";
import type { ReachableRepositories } from "../repository/open-reachable.js";
import { change, clearJournal, type Journals } from "./journals.js";
import { nextDelta, type Stand } from "./next-delta.js";
import { ContinuousState } from "./state.js";

export interface DestinationOptions {
  name: string;
  /** Opens its repository. A cycle calls it again where that failed. */
  open: (signal: AbortSignal) => Promise<ReachableRepositories>;
  journals: Journals;
  host: string;
  /** Without a change, the destination stores an empty delta this often, in milliseconds. */
  heartbeatMs: number;
  /** The number of the last commit that all destinations have which need it. */
  storedIn: (database: DatabaseKind) => number;
  /** Ends what is under way. */
  signal: AbortSignal;
}

const TAKEN_BYTES = 8 * 1024 * 1024;
const CLEARED_AT_ONCE = 10_000;

/** The history of each database when a snapshot began. The snapshot can be a base for deltas of these histories only. */
export type Begun = ReadonlyMap<DatabaseKind, string>;

export class Destination {
  readonly state = new ContinuousState();
  readonly #options: DestinationOptions;
  readonly #stands = new Map<DatabaseKind, Stand>();
  /** The databases whose deltas can't go on without a snapshot, and why. */
  readonly #gaps = new Map<DatabaseKind, string>();
  #opened: ReachableRepositories | undefined;
  #repository: OpenedRepository | undefined;
  #lastDelta = 0;
  /** When the last delta was stored, by the clock of `performance`. */
  #lastStored = Number.NEGATIVE_INFINITY;
  #lastLook: number | undefined;

  constructor(options: DestinationOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Goes on from where an earlier run of the server came to. */
  async begin(): Promise<void> {
    for (const database of this.#databases) {
      const { own, waiting } = await database.read((instant) => {
        const { shipped = [] } = readJournalNote(instant) ?? {};
        const own = shipped.find(({ destination }) => destination === this.name);
        const [first] = own ? commitsAfter(instant, own.number) : [];
        return { own, waiting: first?.isWhole ? commitAt(first.value, 0).head.time : undefined };
      });
      if (own) this.#stands.set(database.kind, { shipped: own, until: 0, time: 0 });
      if (waiting !== undefined) this.state.waitsSince(waiting);
    }
    this.#tellWaiting();
  }

  get #databases(): readonly Database[] {
    return this.#options.journals.databases;
  }

  /** The number of the last commit that the destination has; undefined where it needs none. */
  storedUpTo(kind: DatabaseKind): number | undefined {
    return this.#stands.get(kind)?.shipped.number;
  }

  /** Why a snapshot must be made: without it the deltas have nothing to go on from. */
  get wantsSnapshot(): string | undefined {
    if (!this.#repository || this.#stands.size < this.#databases.length) return undefined;
    const isBased = [...this.#stands.values()].every(({ shipped }) => shipped.hasBase);
    return isBased ? undefined : (this.state.broken ?? "there is none to go on from");
  }

  /** Stores all that waits. Where deltas can't go on, it begins new ones. */
  async cycle(): Promise<void> {
    const { journals, signal } = this.#options;
    await journals.look();
    this.#tellWaiting();
    if (!this.#repository) await this.#open();
    await this.#lookAtRepository();
    while (!signal.aborted && (await this.#ship()));
    for (const database of this.#databases)
      if (!this.#stands.has(database.kind)) await this.#beginAnew(database);
    // what was written later, another cycle stores
    if (this.#isWhole()) this.state.succeeded(journals.lookedAt - 1);
  }

  /** Tells the state what waits, as the last look at the journals saw it. */
  #tellWaiting(): void {
    for (const { kind } of this.#databases) {
      const { broken } = this.#options.journals.seen(kind);
      if (broken !== undefined)
        this.state.broke(`of the journal of the ${kind} database: ${broken}`);
    }
    this.state.looked(this.#isWaiting());
  }

  #isWaiting(): boolean {
    const stands = [...this.#stands.values()];
    return (
      !this.#isWhole() ||
      // a restore gives all databases of one instant, the latest up to which all of them are known
      stands.some(({ time }) => stands.some(({ until }) => time > until)) ||
      this.#databases.some(({ kind }) => {
        const { last, broken, history } = this.#options.journals.seen(kind);
        const stand = this.#stands.get(kind) as Stand;
        const { shipped } = stand;
        return last > shipped.number || broken !== undefined || history !== shipped.history;
      })
    );
  }

  /** Whether the repository has a snapshot, and deltas go on from it. */
  #isWhole(): boolean {
    return this.#databases.every(({ kind }) => this.#stands.get(kind)?.shipped.hasBase);
  }

  /** Gives up the commits that wait for this destination, where they fill the journal. The next snapshot covers them. */
  async abandon(kind: DatabaseKind): Promise<void> {
    const database = this.#databases.find((one) => one.kind === kind) as Database;
    await this.#gap(database, `changes of the ${kind} database could not wait for it any longer`);
  }

  async #gap(database: Database, why: string): Promise<void> {
    const { kind } = database;
    if (!this.#stands.delete(kind)) return;
    this.#gaps.set(kind, why);
    this.state.broke(why);
    await change(database, (changes) => dropDestination(changes, this.name));
  }

  async #open(): Promise<void> {
    const opened = await this.#options.open(this.#options.signal);
    const [repository] = opened.opened;
    const [given] = opened.given;
    if (!repository) {
      await opened[Symbol.asyncDispose]();
      throw given && "error" in given
        ? given.error
        : new FlowgError("INPUT_INVALID", "no repository");
    }
    try {
      demandFile(repository);
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    this.#opened = opened;
    this.#repository = repository;
    for (const database of this.#databases) {
      const stand = this.#stands.get(database.kind);
      if (stand && stand.shipped.repository !== repository.id)
        await this.#gap(database, "another repository is in the place of the one before");
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = this.#repository = undefined;
    await opened?.[Symbol.asyncDispose]();
  }

  /**
   * Checks that the repository is still there. An emptied place would take new deltas, which are worthless without the older
   * ones.
   */
  async #lookAtRepository(): Promise<void> {
    const repository = this.#repository as OpenedRepository;
    const now = performance.now();
    if (this.#lastLook !== undefined && now - this.#lastLook < this.#options.heartbeatMs) return;
    const found = await readRepositoryFile(repository.place);
    if (found?.file.id !== repository.id) {
      // what was stored since the last look may be gone with it: only a snapshot covers that
      for (const database of this.#databases)
        await this.#gap(database, "its repository was gone, or another was in its place");
      await this.close();
      throw new FlowgError(
        "REPOSITORY_MISSING",
        `the repository at ${repository.place.name} is gone, or another is in its place`,
        { hint: "put it back from a copy, or make one anew: flowg repository init" },
      );
    }
    this.#lastLook = now;
  }

  /**
   * Stores what has come.
   * @returns whether there is more
   */
  async #ship(): Promise<boolean> {
    const { host, heartbeatMs, journals } = this.#options;
    await journals.look();
    const isWaiting = this.#isWaiting();
    this.state.looked(isWaiting);
    const isSilent = performance.now() - this.#lastStored < heartbeatMs;
    if (this.#stands.size === 0 || (!isWaiting && isSilent && !this.#hasStored())) return false;
    const takenAt = performance.now();
    const taken = new Map<DatabaseKind, { found: TakenJournal; stand: Stand }>();
    // logs come first: then the others are known up to a later time than most of the logs' commits
    for (const database of [...this.#databases].reverse()) {
      const one = await this.#take(database);
      if (one) taken.set(database.kind, one);
    }
    const { delta, stands, commits, more, gaps } = nextDelta(taken, {
      host,
      after: this.#lastDelta,
    });
    const isWorthIt = commits > 0 || gaps.size > 0 || !isSilent || (isWaiting && this.#isWhole());
    if (isWorthIt) {
      const { bytes } = await putDelta(this.#repository as OpenedRepository, delta);
      this.#lastDelta = Date.parse(delta.header.createdAt);
      this.#lastStored = performance.now();
      this.state.stored({ bytes, commits, takenAt });
      for (const [kind, { shipped, until, time }] of stands) {
        // meanwhile a snapshot may have come, or the database was given up
        const now = this.#stands.get(kind);
        if (!now) continue;
        this.#stands.set(kind, {
          shipped: { ...shipped, hasBase: now.shipped.hasBase },
          until,
          time,
        });
      }
    }
    for (const database of this.#databases) {
      const why = gaps.get(database.kind);
      if (why !== undefined) await this.#gap(database, why);
    }
    return more;
  }

  /** Whether a journal still holds commits that all destinations have. */
  #hasStored(): boolean {
    const { journals, storedIn } = this.#options;
    return this.#databases.some(({ kind }) => journals.hasUpTo(kind, storedIn(kind)));
  }

  async #take(database: Database): Promise<{ found: TakenJournal; stand: Stand } | undefined> {
    const { kind } = database;
    const { journals, storedIn } = this.#options;
    const upTo = storedIn(kind);
    const taken = await change(database, (changes) => {
      const stand = this.#stands.get(kind);
      if (!stand) return undefined;
      noteShipped(changes, stand.shipped);
      const isCleared = !clearSome(changes, { upTo, most: CLEARED_AT_ONCE });
      const { number: after } = stand.shipped;
      return { stand, isCleared, found: takeJournal(changes, { after, most: TAKEN_BYTES }) };
    });
    if (taken?.isCleared) journals.cleared(kind, upTo);
    return taken;
  }

  /** Begins new deltas from here. The next snapshot that is stored becomes their base. */
  async #beginAnew(database: Database): Promise<void> {
    const { kind } = database;
    const { journals } = this.#options;
    const { id } = this.#repository as OpenedRepository;
    if (journals.seen(kind).broken !== undefined) {
      await clearJournal(database);
      await change(database, renewJournal);
      journals.cleared(kind, Number.MAX_SAFE_INTEGER);
    }
    const { last: number } = journals.seen(kind);
    const of = { destination: this.name, repository: id, number };
    const shipped = await change(database, (changes) => beginShipping(changes, of));
    this.#stands.set(kind, { shipped, until: 0, time: 0 });
    this.state.broke(this.#gaps.get(kind) ?? "there is no snapshot to go on from");
    this.#gaps.delete(kind);
  }

  /** Notes which histories a snapshot that begins now holds. */
  snapshotBegins(): Begun {
    return new Map([...this.#stands].map(([kind, { shipped }]) => [kind, shipped.history]));
  }

  /** Notes that the snapshot is stored. A history that has ended meanwhile can't continue it. */
  async snapshotStored(begun: Begun): Promise<void> {
    for (const database of this.#databases) {
      const { kind } = database;
      const stand = this.#stands.get(kind);
      if (!stand || stand.shipped.hasBase || begun.get(kind) !== stand.shipped.history) continue;
      await change(database, (changes) => {
        const now = this.#stands.get(kind);
        if (now?.shipped.history !== stand.shipped.history) return;
        now.shipped = { ...now.shipped, hasBase: true };
        noteShipped(changes, now.shipped);
      });
    }
    if (this.#isWhole()) this.state.mended();
    this.#tellWaiting();
  }

  /** Stores the last commits that wait, and removes what all destinations have. */
  async end(): Promise<void> {
    if (!this.#repository) return;
    // a look that is under way may have begun too early
    await this.#options.journals.look();
    while (await this.#ship());
    for (const database of this.#databases) await this.#take(database);
  }
}
