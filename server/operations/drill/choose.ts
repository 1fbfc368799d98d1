// Chooses the snapshots that are drilled: the newest, a named one, or one of each age.

import { FlowgError } from "../../platform/errors.js";
import type { Manifest } from "../../repository/manifest.js";
import type { StoredSnapshot } from "../../repository/manifest-objects.js";
import type { Repository } from "../../repository/repository.js";
import {
  eachSnapshot,
  isOfOne,
  listSnapshots,
  meantOf,
  noSnapshot,
  readSnapshotManifest,
  type SnapshotWish,
} from "../../repository/snapshots.js";

export interface DrillWish extends Pick<SnapshotWish, "snapshot" | "at"> {
  /** The newest, and one each that is about a day, a week, a month and a year old, where there is one. */
  eachAge?: boolean | undefined;
  /** Only snapshots of this host with this tag. One that can't be read counts as one of them, since it may be. */
  of?: Maker | undefined;
  /** The id of the last snapshot that was stored. It must be there. */
  stored?: string | undefined;
}

interface Maker {
  host: string;
  tag: string;
}

export interface Chosen {
  ref: StoredSnapshot;
  age?: string;
  /** Whether the drill adds the changes of deltas. It does where the wish names a time or nothing, and not a snapshot. */
  withDeltas?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const AGES = [
  { age: "a day", ms: DAY_MS },
  { age: "a week", ms: 7 * DAY_MS },
  { age: "a month", ms: 30 * DAY_MS },
  { age: "a year", ms: 365 * DAY_MS },
] as const;
/** A snapshot is about as old as an age if it is between half and twice as old. */
const ABOUT = 2;

/** @throws NOT_FOUND, INPUT_INVALID, REPOSITORY_DAMAGED where the one that must be there isn't, and what listing throws */
export async function chosenSnapshots(
  repository: Repository,
  { eachAge = false, of, stored, ...wish }: DrillWish,
  now = Date.now(),
): Promise<Chosen[]> {
  const all = await listSnapshots(repository);
  if (stored !== undefined && !all.some(({ setId }) => setId === stored)) throw gone(stored, all);
  const refs = of ? await madeBy(repository, { of, refs: all, eachAge }) : all;
  if (eachAge && refs.length > 0) return oneOfEachAge(refs, now);
  const [ref] = meantOf(refs, wish);
  if (!ref)
    throw noSnapshot(
      repository,
      { ...wish, ...(of && { host: of.host, tags: [of.tag] }) },
      { refs: all },
    );
  const { snapshot = "latest", at } = wish;
  const isNewest = snapshot === "latest" && at === undefined;
  const withDeltas = wish.snapshot === undefined;
  return [{ ref, withDeltas, ...(isNewest ? { age: "newest" } : {}) }];
}

/** @param eachAge whether all of them are wanted, or only the newest */
async function madeBy(
  repository: Repository,
  { of, refs, eachAge }: { of: Maker; refs: StoredSnapshot[]; eachAge: boolean },
): Promise<StoredSnapshot[]> {
  const isOf = ({ host, tags }: Manifest) => host === of.host && tags.includes(of.tag);
  if (eachAge) {
    const others = new Set<string>();
    await eachSnapshot(repository, refs, ({ ref, manifest }) => {
      if (!isOf(manifest)) others.add(ref.path);
    });
    return refs.filter(({ path }) => !others.has(path));
  }
  for (const ref of refs) {
    try {
      if (isOf(await readSnapshotManifest(repository, ref))) return [ref];
    } catch (error) {
      // the drill tells what is wrong with it
      if (isOfOne(error)) return [ref];
      throw error;
    }
  }
  return [];
}

const gone = (setId: string, [newest]: readonly StoredSnapshot[]): FlowgError =>
  new FlowgError(
    "REPOSITORY_DAMAGED",
    `the snapshot ${setId} was the last one that was stored, and it isn't there any more`,
    {
      hint: newest
        ? `the newest that is there is of ${newest.createdAt}: make a new backup now, and see who removed that one`
        : "no snapshot is there: make a new backup now",
    },
  );

/** @param refs newest first */
export function oneOfEachAge(refs: readonly StoredSnapshot[], now: number): Chosen[] {
  const [newest] = refs;
  if (!newest) return [];
  const chosen: Chosen[] = [{ ref: newest, withDeltas: true, age: "newest" }];
  for (const { age, ms } of AGES) {
    const distance = ({ createdAt }: StoredSnapshot) =>
      Math.abs(Math.log(Math.max(1, now - Date.parse(createdAt)) / ms));
    const [nearest] = refs
      .filter((ref) => !chosen.some((one) => one.ref.setId === ref.setId))
      .sort((a, b) => distance(a) - distance(b));
    if (nearest && distance(nearest) <= Math.log(ABOUT)) chosen.push({ ref: nearest, age });
  }
  return chosen;
}
