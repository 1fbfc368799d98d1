// What was changed between a snapshot and a later instant, as the deltas after it say: each commit once, none left out. One that is
// missing, or isn't what was written, is told with the instant up to which all is there.

import { FlowgError } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { BACKUP_ORDER } from "../../records/backup-names.js";
import { type Commit, eachOp } from "../../records/commit.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Manifest } from "../manifest.js";
import type { Readable } from "../manifest-objects.js";
import { commitsOf, type Delta, type DeltaPart, damagedDelta } from "./delta.js";
import { listDeltas, readDelta } from "./delta-objects.js";
import type { StoredDelta } from "./delta-path.js";
import { Overlay } from "./overlay.js";

export interface ChangesWish {
  /** The changes go up to the last commit of this time or before; undefined: to the last that there is. */
  at: Date | undefined;
  /** Where a delta is missing, takes the changes before it instead of refusing. */
  allowMissing?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface ChangesSince {
  overlays: Partial<Record<DatabaseKind, Overlay>>;
  /** The instant that the snapshot comes to with these changes. */
  instant: Date;
  deltas: number;
  notes: string[];
}

/** A snapshot's instant is a bit earlier than the time in its manifest; a delta's time is exact. */
const BEFORE_MS = 60_000;
const LONG_BEFORE_MS = 60 * 60 * 1000;
const AHEAD = 6;
const PENDING_BYTES = 64 * 1024 * 1024;
/**
 * Databases are taken one after the other, so their instants differ by less than this. A longer difference has another reason.
 */
const LEFT_OUT_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads the deltas after a snapshot.
 * @returns undefined where no journal was kept when the snapshot was made: then it stands alone
 * @throws REPOSITORY_DAMAGED where a delta is missing, unless that is allowed; IDENTITY_REQUIRED, and what the place throws
 */
export async function changesSince(
  repository: Readable,
  manifest: Manifest,
  wish: ChangesWish,
): Promise<ChangesSince | undefined> {
  const kinds = BACKUP_ORDER.filter(
    (kind) => manifest.databases[kind]?.tracking?.journaled !== undefined,
  );
  if (kinds.length === 0) return undefined;
  const made = Date.parse(manifest.createdAt);
  let from = new Date(made - BEFORE_MS);
  let deltas = await listDeltas(repository, { from, to: new Date(Date.now() + DAY_MS) });
  deltas = deltas.filter(({ createdAt }) => Date.parse(createdAt) >= from.getTime());
  let chain = new Chain(manifest, kinds, wish.at?.getTime());
  await chain.follow(repository, deltas, wish.signal);
  if (chain.beginsLate) {
    // this snapshot took long to begin
    from = new Date(made - LONG_BEFORE_MS);
    deltas = await listDeltas(repository, { from, to: new Date(Date.now() + DAY_MS) });
    chain = new Chain(manifest, kinds, wish.at?.getTime());
    await chain.follow(repository, deltas, wish.signal);
  }
  const problem = chain.problem();
  if (problem === undefined && !chain.hasTooMuch) return chain.result(chain.leftOut());
  if (problem === undefined) {
    const again = new Chain(manifest, kinds, chain.reached);
    await again.follow(repository, deltas, wish.signal);
    return again.result(chain.leftOut());
  }
  if (!wish.allowMissing) throw missing(repository, problem, chain.reached);
  const upTo = new Chain(manifest, kinds, chain.reached);
  await upTo.follow(repository, deltas, wish.signal);
  return upTo.result([`${problem}: this is the state of ${asText(chain.reached)}`]);
}

const asText = (ms: number): string => new Date(ms).toISOString();

const missing = ({ place }: Readable, problem: string, reached: number): FlowgError =>
  new FlowgError(
    "REPOSITORY_DAMAGED",
    `in ${place.name}, ${problem}; what is there reaches ${asText(reached)}`,
    {
      hint: `restore --at ${asText(reached)}, or take what there is with --allow-missing-deltas; --no-deltas takes the snapshot alone`,
      details: { reaches: asText(reached) },
    },
  );

/** How far one database has come. */
interface Position {
  history: string;
  /** The last change that the snapshot has. */
  readonly base: number;
  /** The last change that has been applied. */
  at: number;
  /** The writers' runs, each with the change that it began with. */
  runs: { run: string; from: number }[];
  /** All commits up to this millisecond have been applied. */
  reached: number;
  isDone: boolean;
  /** Why this database's changes go no further. */
  stopped?: string;
}

interface Pending {
  kind: DatabaseKind;
  commit: Commit;
  /** The path of the delta that holds the commit. */
  path: string;
}

class Chain {
  readonly #positions = new Map<DatabaseKind, Position>();
  readonly #overlays: Partial<Record<DatabaseKind, Overlay>> = {};
  readonly #made: number;
  /** Where all changes are wanted: commits that are later than what another database is known up to. */
  #pending: Pending[] = [];
  #pendingBytes = 0;
  /** Too many commits wait for memory to hold them: only a second walk, up to {@link reached}, gets all that are wanted. */
  hasTooMuch = false;
  #deltas = 0;
  /** The deltas that can't be read. */
  #unread: { createdAt: string; error: FlowgError }[] = [];

  constructor(
    manifest: Manifest,
    kinds: readonly DatabaseKind[],
    private readonly target: number | undefined,
  ) {
    this.#made = Date.parse(manifest.createdAt);
    for (const kind of kinds) {
      const { tracking } = manifest.databases[kind] ?? {};
      if (!tracking) continue;
      const { history, version: at, nonce: run } = tracking;
      const runs = [{ run, from: 0 }];
      this.#positions.set(kind, {
        history,
        base: at,
        at,
        runs,
        reached: this.#made,
        isDone: false,
      });
      this.#overlays[kind] = new Overlay();
    }
  }

  /** The instant up to which all databases are complete. */
  get reached(): number {
    return Math.min(...[...this.#positions.values()].map(({ reached }) => reached));
  }

  /** Whether the first delta that there is comes too late for the snapshot. */
  get beginsLate(): boolean {
    return [...this.#positions.values()].some(
      ({ stopped, reached }) => stopped !== undefined && reached === this.#made,
    );
  }

  async follow(
    repository: Readable,
    deltas: readonly StoredDelta[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for await (const { stored, delta, error } of fetched(repository, deltas)) {
      stopIfAborted(signal, "reading deltas");
      if (this.#isDone()) return;
      if (error) this.#unread.push({ createdAt: stored.createdAt, error });
      if (!delta) continue;
      let isUsed = false;
      for (const [kind, position] of this.#positions) {
        const part = delta.header.databases[kind];
        if (!part || part.history !== position.history) continue;
        isUsed = this.#take({ kind, position, part, delta, path: stored.path }) || isUsed;
      }
      if (isUsed) this.#deltas++;
      this.#applyPending();
    }
  }

  /** Applies the commits that wait, up to the instant that each database is known up to: so all are of one instant. */
  #applyPending(): void {
    if (this.target !== undefined || this.#pending.length === 0) return;
    const { reached } = this;
    const left: Pending[] = [];
    for (const one of this.#pending) {
      if (one.commit.head.time > reached) left.push(one);
      else this.#apply(one.kind, one.commit, one.path);
    }
    this.#pending = left;
    this.#pendingBytes = left.reduce((sum, { commit }) => sum + commit.bytes.length, 0);
    if (this.#pendingBytes <= PENDING_BYTES) return;
    this.hasTooMuch = true;
    this.#pending = [];
  }

  /** Says what a person should know of commits that were left out. */
  leftOut(): string[] {
    if (this.target !== undefined) return [];
    const { reached } = this;
    return [...this.#positions].flatMap(([kind, position]) =>
      position.reached - reached < LEFT_OUT_MS
        ? []
        : `of the ${kind} database there are changes up to ${asText(position.reached)}: left out, since all databases are of one instant`,
    );
  }

  /** Why this isn't the state that was asked for; undefined if it is. */
  problem(): string | undefined {
    const [unread] = this.#unread;
    const why = unread ? `: ${unread.error.message}` : "";
    for (const [kind, { stopped }] of this.#positions)
      if (stopped) return `of the ${kind} database ${stopped}${why}`;
    if (this.target === undefined) {
      const later = this.#unread.find(({ createdAt }) => Date.parse(createdAt) > this.reached);
      return later && `a delta can't be read${why}`;
    }
    // at its own instant a snapshot is enough
    if (this.#isDone() || this.target <= this.#made) return undefined;
    return `nothing tells what was changed up to ${asText(this.target)}${why}`;
  }

  result(notes: string[]): ChangesSince {
    const others = this.#unread.map(({ error }) => `a delta was passed over: ${error.message}`);
    return {
      overlays: this.#overlays,
      instant: new Date(this.target ?? this.reached),
      deltas: this.#deltas,
      notes: [...notes, ...(notes.length > 0 ? [] : others)],
    };
  }

  #isDone(): boolean {
    return [...this.#positions.values()].every(({ isDone }) => isDone);
  }

  #take(of: {
    kind: DatabaseKind;
    position: Position;
    part: DeltaPart;
    delta: Delta;
    path: string;
  }): boolean {
    const { kind, position, part, delta, path } = of;
    if (position.isDone || position.stopped) return false;
    if (part.from > position.at) {
      position.stopped = `the changes ${position.at + 1} to ${part.from} are missing`;
      return false;
    }
    let isUsed = false;
    for (const commit of commitsOf(delta.commits[kind] ?? Buffer.alloc(0))) {
      const { change, run, time } = commit.head;
      if (change <= position.at) {
        if (change <= position.base || runAt(position, change) === run) continue;
        position.stopped = `there are two different changes ${change}: a copy of the database was used as well`;
        return isUsed;
      }
      if (this.target !== undefined && time > this.target) {
        position.isDone = true;
        position.reached = Math.max(position.reached, this.target);
        return isUsed;
      }
      if (runAt(position, change) !== run) position.runs.push({ run, from: change });
      position.at = change;
      // another commit may be of the same millisecond
      position.reached = Math.max(position.reached, time - 1);
      if (this.target === undefined) this.#pending.push({ kind, commit, path });
      else this.#apply(kind, commit, path);
      isUsed = true;
    }
    if (part.to >= position.at) position.reached = Math.max(position.reached, part.until);
    if (this.target !== undefined && position.reached >= this.target) position.isDone = true;
    return isUsed;
  }

  #apply(kind: DatabaseKind, commit: Commit, path: string): void {
    const overlay = this.#overlays[kind] as Overlay;
    try {
      eachOp(commit, (what, key, value) => overlay.add(what, key, value));
    } catch (cause) {
      if (cause instanceof FlowgError) throw cause;
      throw damagedDelta(path, (cause as Error).message, cause);
    }
  }
}

const runAt = ({ runs }: Position, change: number): string | undefined =>
  runs.findLast(({ from }) => from <= change)?.run;

interface Fetched {
  stored: StoredDelta;
  delta?: Delta | undefined;
  error?: FlowgError;
}

/** Gives the deltas in their order, and fetches some of them ahead. */
async function* fetched(
  repository: Readable,
  deltas: readonly StoredDelta[],
): AsyncGenerator<Fetched> {
  const fetch = async (stored: StoredDelta): Promise<Fetched> => {
    try {
      return { stored, delta: await readDelta(repository, stored.path) };
    } catch (error) {
      if (!(error instanceof FlowgError) || NOT_OF_ONE.has(error.code)) throw error;
      return { stored, error };
    }
  };
  const ahead: Promise<Fetched>[] = [];
  let next = 0;
  try {
    while (next < deltas.length || ahead.length > 0) {
      while (ahead.length < AHEAD && next < deltas.length) {
        const one = fetch(deltas[next++] as StoredDelta);
        one.catch(() => {});
        ahead.push(one);
      }
      yield await (ahead.shift() as Promise<Fetched>);
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

/** Errors of the repository itself, which every delta would meet. */
const NOT_OF_ONE: ReadonlySet<string> = new Set([
  "REPOSITORY_UNAVAILABLE",
  "PERMISSION_DENIED",
  "IDENTITY_REQUIRED",
  "CANCELLED",
]);
