// A repository that a backup goes into. Each gets the whole backup, and a failure in one doesn't stop the others.

import { FlowgError } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SnapshotLock } from "../../records/repository-reports.js";
import type { DatabaseManifest, Manifest, SegmentEntry } from "../../repository/manifest.js";
import { putManifest } from "../../repository/manifest-objects.js";
import { databaseSums } from "../../repository/manifest-sums.js";
import type { LockWish } from "../../repository/object-lock/lock-wish.js";
import { Locking } from "../../repository/object-lock/locking.js";
import { missingAfterBackup } from "../../repository/prune/missing-after-backup.js";
import type { Repository } from "../../repository/repository.js";
import type { PackedSegment, SegmentFacts } from "../../repository/segments/segment-object.js";
import { segmentPath } from "../../repository/segments/segment-path.js";
import { SegmentStore } from "../../repository/segments/segment-store.js";

/** The manifests of an older snapshot of these databases. */
export type PreviousBackup = Partial<Record<DatabaseKind, DatabaseManifest>>;

export class Target {
  /** Why this repository gets no backup. */
  failed: FlowgError | undefined;
  #entries: Promise<SegmentEntry>[] = [];
  /** The segments of each database that is done. */
  readonly #finished = new Map<DatabaseKind, SegmentEntry[]>();

  private constructor(
    readonly repository: Repository,
    private readonly store: SegmentStore,
    private readonly locking: Locking | undefined,
    readonly previous: PreviousBackup,
  ) {}

  /**
   * Opens a target.
   * @param how see SegmentStore.open
   * @throws what listing a place throws; INPUT_INVALID where the place can't lock objects
   */
  static async open(
    repository: Repository,
    previous: PreviousBackup,
    { doubts, lock }: { doubts: boolean; lock: LockWish | undefined },
  ): Promise<Target> {
    const locking = lock && (await Locking.open(repository.place, lock));
    const store = await SegmentStore.open(repository, doubts, locking);
    for (const { segments } of Object.values(previous)) store.learn(segments);
    return new Target(repository, store, locking, previous);
  }

  /** Counts what it has stored, and what was there before. */
  get counts() {
    const all = [...this.#finished.values()].flat();
    const reused = all.filter((entry) => !this.store.isMine(entry));
    const { segments: newSegments, bytes: newBytes } = this.store.stored;
    const reusedBytes = reused.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    return { newSegments, newBytes, reusedSegments: reused.length, reusedBytes };
  }

  /** Whether the repository has a segment of these contents. */
  has(contentSha256: string): boolean {
    return this.store.find(contentSha256) !== undefined;
  }

  /** Makes a segment that is there part of the snapshot. */
  keep(facts: SegmentFacts): void {
    const entry = this.store.find(facts.contentSha256) as SegmentEntry;
    this.#entries.push(Promise.resolve(placed(entry, facts)));
  }

  /** Stores a new segment as part of the snapshot. Resolves when it is stored, or the target has failed. */
  add(database: DatabaseKind, facts: SegmentFacts, packed: Promise<PackedSegment>): Promise<void> {
    const stored = packed
      .then((segment) => this.store.put(database, facts, segment))
      .then((entry) => placed(entry, facts));
    this.#entries.push(stored);
    return stored.then(
      () => undefined,
      (error) => this.fail(error),
    );
  }

  /** @throws what isn't a fault of the repository */
  fail(error: unknown): void {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    this.failed ??= error;
  }

  /** Begins a database. An earlier try of it is dropped. */
  begin(): void {
    for (const entry of this.#entries) entry.catch(() => {}); // `add` has dealt with it
    this.#entries = [];
  }

  /** Waits until all segments of a database are stored. @returns its part of the manifest */
  async finish(kind: DatabaseKind): Promise<DatabaseManifest> {
    const segments = await Promise.all(this.#entries);
    this.#finished.set(kind, segments);
    return { ...databaseSums(segments), segments };
  }

  /** The names of its segments that are gone, because a prune has run meanwhile. */
  async missing(signal: AbortSignal | undefined): Promise<string[]> {
    // new ones as well: a long backup may outlast the grace period, and no manifest has named them
    const all = [...this.#finished.values()].flat();
    const names = new Set(all.map(({ name }) => name));
    return await missingAfterBackup(this.repository.place, names, { signal });
  }

  /** The databases that these segments belong to. */
  databasesWith(names: readonly string[]): DatabaseKind[] {
    const wanted = new Set(names);
    const isHit = ({ name }: SegmentEntry) => wanted.has(name);
    return [...this.#finished].filter(([, segments]) => segments.some(isHit)).map(([kind]) => kind);
  }

  /** Forgets segments that are gone, so that they are stored again. */
  forget(names: readonly string[]): void {
    this.store.forget(names);
  }

  /**
   * Publishes the manifest.
   * @throws what `putManifest` and locking throw
   */
  async publish(manifest: Manifest): Promise<Published> {
    const { repository, locking } = this;
    if (!locking) return await putManifest(repository, manifest);
    const { mode, until } = locking.ofSnapshot;
    const pathOf = (name: string) => segmentPath(name, repository.keys.cipher);
    // the segments are locked before the manifest is stored: at no time may a snapshot be there whose segments can be removed
    await locking.hold([...this.#finished.values()].flat(), until, pathOf);
    await locking.holdRepositoryFile(until);
    manifest.objectLock = { mode, until: until.toISOString() };
    const stored = await putManifest(repository, manifest, { mode, until });
    const { renewed, inOtherMode } = locking;
    return { ...stored, lock: { ...manifest.objectLock, renewed, inOtherMode } };
  }
}

export interface Published {
  path: string;
  bytes: number;
  /** The lock, where the snapshot is locked. */
  lock?: SnapshotLock;
}

/** The entry of an older manifest for the same records. Whether the next segment goes on is this backup's. */
function placed(
  { goesOn: _, ...entry }: SegmentEntry,
  { goesOn }: Pick<SegmentFacts, "goesOn">,
): SegmentEntry {
  return { ...entry, ...(goesOn && { goesOn }) };
}
