// Checks whether deltas can be read, and whether those after the newest snapshots follow one another.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { stopIfAborted } from "../../platform/stop-if-aborted.js";
import { changesSince } from "../deltas/changes-since.js";
import { readDelta } from "../deltas/delta-objects.js";
import { DELTAS, deltaAt, type StoredDelta } from "../deltas/delta-path.js";
import { isOfOneDelta } from "../deltas/fetched-deltas.js";
import type { Manifest } from "../manifest.js";
import type { StoredSnapshot } from "../manifest-objects.js";
import type { Repository } from "../repository.js";
import { eachSnapshot } from "../snapshots.js";
import { someOf } from "./some-of.js";

export interface CheckedDeltas {
  objects: number;
  bytes: number;
  read: number;
  /** The deltas that can't be read, and the places where deltas from the newest snapshots on don't follow one another. */
  problems: string[];
}

const AT_ONCE = 4;

export class DeltaCheck {
  /** Paths of objects below `deltas/` that aren't deltas. */
  readonly unknown: string[] = [];
  /** The newest snapshot of each host: only its deltas are needed for long. */
  readonly #newest = new Map<string, StoredSnapshot>();

  constructor(
    private readonly repository: Repository,
    private readonly options: { readShare: number; signal?: AbortSignal | undefined },
  ) {}

  /** Notes a snapshot that can be read. */
  found(ref: StoredSnapshot, { host }: Pick<Manifest, "host">): void {
    const before = this.#newest.get(host);
    if (!before || Date.parse(before.createdAt) < Date.parse(ref.createdAt))
      this.#newest.set(host, ref);
  }

  /** Checks that the newest snapshots are what their deltas go on from, and reads as many random deltas as segments. */
  async run(): Promise<CheckedDeltas> {
    const { repository } = this;
    const { readShare, signal } = this.options;
    const all = await this.#list();
    const bytes = all.reduce((sum, delta) => sum + delta.bytes, 0);
    const found: CheckedDeltas = { objects: all.length, bytes, read: 0, problems: [] };
    if (all.length === 0 || readShare === 0) return found;
    const tell = (error: unknown) => {
      if (!isOfOneDelta(error)) throw error;
      found.problems.push(error.message);
    };
    await eachAtOnce(someOf(all, readShare).some, AT_ONCE, async ({ path }) => {
      stopIfAborted(signal, "the check");
      await readDelta(repository, path).catch(tell);
      found.read++;
    });
    const newest: Manifest[] = [];
    await eachSnapshot(repository, [...this.#newest.values()], ({ manifest }) => {
      newest.push(manifest);
    });
    for (const manifest of newest)
      await changesSince(repository, manifest, { at: undefined, signal }).catch(tell);
    return found;
  }

  async #list(): Promise<StoredDelta[]> {
    const all: StoredDelta[] = [];
    for await (const object of this.repository.place.list(DELTAS)) {
      const delta = deltaAt(object, this.repository);
      if (delta) all.push(delta);
      else this.unknown.push(object.path);
    }
    return all;
  }
}
