// Follows deltas from a snapshot on: each change counts once, and none is left out. It notes where a database's changes end early.

import { FlowgError } from "../../platform/errors.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { type Commit, eachOp } from "../../records/commit.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { Manifest } from "../manifest.js";
import type { Readable } from "../manifest-objects.js";
import type { ChangesSince } from "./changes-since.js";
import { commitsOf, type Delta, type DeltaPart, damagedDelta } from "./delta.js";
import type { StoredDelta } from "./delta-path.js";
import { fetchedDeltas } from "./fetched-deltas.js";
import { Overlay } from "./overlay.js";

const PENDING_BYTES = 64 * 1024 * 1024;
/**
 * Databases are taken one after the other, so their instants differ by less than this. A longer difference has another reason.
 */
const LEFT_OUT_MS = 5_000;

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

export class DeltaChain {
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
    for await (const { stored, delta, error } of fetchedDeltas(repository, deltas)) {
      stopIfAborted(signal, "reading deltas");
      if (this.#hasEnded()) return;
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
        : `of the ${kind} database there are changes up to ${new Date(position.reached).toISOString()}: left out, since all databases are of one instant`,
    );
  }

  /** Why this isn't the state that was asked for; undefined if it is. */
  problem(): string | undefined {
    const [unread] = this.#unread;
    const why = unread ? `: ${unread.error.message}` : "";
    // at its own time a snapshot is enough: see mayLack
    if (this.target !== undefined && this.target <= this.#made) return undefined;
    for (const [kind, { stopped }] of this.#positions)
      if (stopped) return `of the ${kind} database ${stopped}${why}`;
    if (this.target === undefined) {
      const later = this.#unread.find(({ createdAt }) => Date.parse(createdAt) > this.reached);
      return later && `a delta can't be read${why}`;
    }
    if (this.#isDone()) return undefined;
    return `nothing tells what was changed up to ${new Date(this.target).toISOString()}${why}`;
  }

  /**
   * What a snapshot may lack at its own time: it began a bit earlier, and no delta tells what came in between. Undefined where
   * all is known.
   */
  get mayLack(): string | undefined {
    if (this.target === undefined || this.target > this.#made) return undefined;
    const kinds = [...this.#positions].flatMap(([kind, { isDone }]) => (isDone ? [] : kind));
    if (kinds.length === 0) return undefined;
    const [unread] = this.#unread;
    const why = unread ? `: ${unread.error.message}` : "";
    const time = new Date(this.target).toISOString();
    return `no delta tells all that was changed in ${kinds.join(", ")} while the snapshot of ${time} began: some of that may be missing${why}`;
  }

  result(notes: string[]): ChangesSince {
    const others = this.#unread.map(({ error }) => `a delta was passed over: ${error.message}`);
    return {
      overlays: this.#overlays,
      instant: new Date(this.target ?? this.reached),
      isWhole: this.mayLack === undefined,
      deltas: this.#deltas,
      notes: [...notes, ...(notes.length > 0 ? [] : others)],
    };
  }

  #isDone(): boolean {
    return [...this.#positions.values()].every(({ isDone }) => isDone);
  }

  /** Whether no further delta counts. */
  #hasEnded(): boolean {
    return [...this.#positions.values()].every(({ isDone, stopped }) => isDone || stopped);
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
    if (part.to < position.at) return isUsed;
    position.reached = Math.max(position.reached, part.until);
    // only a delta tells: a snapshot may lack changes of just before its time, since it began earlier
    if (this.target !== undefined && part.until >= this.target) position.isDone = true;
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
