// Where a backup's segments go in one repository. A segment that is there already isn't stored again.

import { hasCode } from "../../platform/errors.js";
import type { DatabaseKind } from "../../records/kinds.js";
import type { SegmentEntry } from "../manifest.js";
import type { Locking } from "../object-lock/locking.js";
import type { Repository } from "../repository.js";
import { fetchStored, openStored } from "./read-segment.js";
import { type PackedSegment, type SegmentFacts, sha256 } from "./segment-object.js";
import { SEGMENTS, segmentName, segmentPath } from "./segment-path.js";

export class SegmentStore {
  /** What is stored: bytes by name. */
  readonly #there = new Map<string, number>();
  /** What manifests say of segments, by content. */
  readonly #known = new Map<string, SegmentEntry>();
  readonly stored = { segments: 0, bytes: 0 };
  readonly #mine = new Set<string>();
  /** Names of segments that a doubting store has read or stored itself. */
  readonly #sure = new Set<string>();

  private constructor(
    readonly repository: Repository,
    private readonly doubts: boolean,
    private readonly locking: Locking | undefined,
  ) {}

  /**
   * Lists what is there.
   * @param doubts reads each segment before it is used again, and replaces those that aren't as they were stored
   * @param locking locks what is stored
   * @throws what listing a place throws
   */
  static async open(
    repository: Repository,
    doubts = false,
    locking?: Locking,
  ): Promise<SegmentStore> {
    const store = new SegmentStore(repository, doubts, locking);
    const { place, keys } = repository;
    for await (const { path, bytes } of place.list(SEGMENTS)) {
      const name = segmentName(path, keys.cipher);
      if (name !== undefined) store.#there.set(name, bytes);
    }
    return store;
  }

  /** Whether an object of that name and size is there. */
  has({ name, storedBytes }: SegmentEntry): boolean {
    return this.#there.get(name) === storedBytes;
  }

  /** Takes over what an older manifest says: its segments need not be stored again, as far as they are still there. */
  learn(entries: Iterable<SegmentEntry>): void {
    for (const entry of entries)
      if (this.has(entry)) this.#known.set(entry.contentSha256, this.#learnt(entry));
  }

  /** A store that doubts a segment doesn't believe its lock either. */
  #learnt(entry: SegmentEntry): SegmentEntry {
    const { lockedUntil: _, ...unlocked } = entry;
    return this.doubts || !this.locking ? unlocked : entry;
  }

  /** Notes that these segments are gone. */
  forget(names: readonly string[]): void {
    const gone = new Set(names);
    for (const name of names) this.#there.delete(name);
    for (const [content, { name }] of this.#known) if (gone.has(name)) this.#known.delete(content);
  }

  /** The segment of these contents, if it is there. */
  find(contentSha256: string): SegmentEntry | undefined {
    const found = this.#known.get(contentSha256);
    return found && this.doubts && !this.#sure.has(found.name) ? undefined : found;
  }

  /** Whether this backup stored it. */
  isMine({ name }: SegmentEntry): boolean {
    return this.#mine.has(name);
  }

  /**
   * Stores a segment, unless a sound one with these contents is there.
   * @throws what `place.put` throws
   */
  async put(
    database: DatabaseKind,
    facts: SegmentFacts,
    { plain, bytes, blocks }: PackedSegment,
  ): Promise<SegmentEntry> {
    const { place, keys } = this.repository;
    const name = keys.nameOf(Buffer.from(facts.contentSha256, "hex"));
    const path = segmentPath(name, keys.cipher);
    const lock = this.locking?.ofSegment;
    const entryOf = (stored: Uint8Array): SegmentEntry => ({
      name,
      ...facts,
      blocks,
      bytes,
      storedBytes: stored.byteLength,
      storedSha256: sha256(stored),
    });
    const known = this.#known.get(facts.contentSha256);
    if (this.doubts && known && (await this.#isAsStored(known))) {
      this.#sure.add(name);
      return known;
    }
    const mine = await keys.cipher.encrypt(plain);
    let entry = entryOf(mine);
    let isMine = !this.#there.has(name) && (await place.putNew(path, mine, lock));
    if (!isMine) {
      // left by a killed backup, or stored by one under way: no manifest has told of it
      const found = await this.#sound({ database, entry });
      if (found) entry = entryOf(found);
      else await place.put(path, mine, lock);
      isMine = !found;
      // the lock of a segment that was there already isn't known here
      if (lock && !found) entry.lockedUntil = lock.until.toISOString();
    } else if (lock) entry.lockedUntil = lock.until.toISOString();
    this.#sure.add(name);
    if (isMine) {
      this.#mine.add(name);
      this.stored.segments++;
      this.stored.bytes += entry.storedBytes;
    }
    this.#there.set(name, entry.storedBytes);
    this.#known.set(facts.contentSha256, entry);
    return entry;
  }

  /** Without the right to read nobody can tell, so it is stored anew. */
  async #isAsStored(entry: SegmentEntry): Promise<boolean> {
    try {
      const stored = await fetchStored(this.repository, entry);
      return stored !== undefined && sha256(stored) === entry.storedSha256;
    } catch (error) {
      if (hasCode(error, "PERMISSION_DENIED")) return false;
      throw error;
    }
  }

  /** The object that is stored there, if it is sound as far as this machine can tell. */
  async #sound(segment: {
    database: DatabaseKind;
    entry: SegmentEntry;
  }): Promise<Buffer | undefined> {
    // a machine that can't decrypt can't tell
    if (!this.repository.keys.canRead) return undefined;
    const stored = await fetchStored(this.repository, segment.entry);
    if (stored === undefined) return undefined;
    try {
      await openStored(this.repository, { segment, stored }, { full: true });
      return stored;
    } catch (error) {
      if (hasCode(error, "REPOSITORY_DAMAGED")) return undefined;
      throw error;
    }
  }
}
