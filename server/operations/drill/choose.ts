// Chooses the snapshots that are drilled: the newest, a named one, or one of each age.

import { FlowgError } from "../../platform/errors.js";
import type { StoredSnapshot } from "../../repository/manifest-objects.js";
import type { Repository } from "../../repository/repository.js";
import {
  eachSnapshot,
  isMeant,
  isOfOne,
  listWithLost,
  meantOf,
  noSnapshot,
  notAfter,
  readSnapshotManifest,
  type SnapshotList,
  type SnapshotWish,
} from "../../repository/snapshots.js";

export interface DrillWish extends Pick<SnapshotWish, "snapshot" | "at" | "host" | "installation"> {
  /** The newest, and one each that is about a day, a week, a month and a year old, where there is one. */
  eachAge?: boolean | undefined;
  /** The snapshot is meant as its own time says, without the changes that deltas add. */
  noDeltas?: boolean | undefined;
  /** Only snapshots of this host with this tag. One that can't be read counts as one of them, since it may be. */
  of?: Maker | undefined;
  /** The id of the last snapshot that was stored. It must be there. */
  stored?: string | undefined;
}

interface Maker {
  host: string;
  tag: string;
  /** The id of the installation, where it is known. Snapshots that note none count as its own. */
  installation?: string | undefined;
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

/** What is drilled, and the list that it was chosen from. */
export interface Choice {
  chosen: Chosen[];
  list: SnapshotList;
  wish: SnapshotWish;
}

/**
 * Of which host a snapshot is, say, only its manifest tells. One that can't be read may be meant: the drill tells what is wrong
 * with it.
 * @throws NOT_FOUND, INPUT_INVALID, REPOSITORY_DAMAGED where the one that must be there isn't, and what listing throws
 */
export async function chosenSnapshots(
  repository: Repository,
  { eachAge = false, of, stored, noDeltas, ...named }: DrillWish,
  now = Date.now(),
): Promise<Choice> {
  const list = await listWithLost(repository);
  const { refs: all } = list;
  if (stored !== undefined && !all.some(({ setId }) => setId === stored)) throw gone(stored, all);
  const wish: SnapshotWish = {
    ...named,
    ...(of && { host: of.host, tags: [of.tag], ownOf: of.installation }),
    ...notAfter(named.at, noDeltas),
  };
  const looked: Looked = { repository, refs: meantOf(all, wish), wish, hosts: new Set() };
  const refs = eachAge ? await allMeant(looked) : await firstMeant(looked);
  const [ref] = refs;
  if (!ref) throw noSnapshot(repository, wish, { refs: all, hosts: [...looked.hosts].sort() });
  if (eachAge) return { chosen: oneOfEachAge(refs, now), list, wish };
  const { snapshot = "latest", at } = wish;
  const isNewest = snapshot === "latest" && at === undefined;
  const withDeltas = wish.snapshot === undefined;
  const chosen = [{ ref, withDeltas, ...(isNewest ? { age: "newest" } : {}) }];
  return { chosen, list, wish };
}

interface Looked {
  repository: Repository;
  /** Newest first. */
  refs: StoredSnapshot[];
  wish: SnapshotWish;
  /** Gets the hosts of those whose manifests were read. */
  hosts: Set<string>;
}

/** Whether their paths tell it. */
const isNamedByPath = ({ host, installation, tags, notAfter }: SnapshotWish): boolean =>
  [host, installation, tags, notAfter].every((one) => one === undefined);

async function allMeant({ repository, refs, wish, hosts }: Looked): Promise<StoredSnapshot[]> {
  if (isNamedByPath(wish)) return refs;
  const others = new Set<string>();
  await eachSnapshot(repository, refs, ({ ref, manifest }) => {
    hosts.add(manifest.host);
    if (!isMeant(manifest, wish)) others.add(ref.path);
  });
  return refs.filter(({ path }) => !others.has(path));
}

async function firstMeant({ repository, refs, wish, hosts }: Looked): Promise<StoredSnapshot[]> {
  if (isNamedByPath(wish)) return refs.slice(0, 1);
  for (const ref of refs) {
    try {
      const manifest = await readSnapshotManifest(repository, ref);
      hosts.add(manifest.host);
      if (isMeant(manifest, wish)) return [ref];
    } catch (error) {
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
