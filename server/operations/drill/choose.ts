// Which snapshots are drilled: the newest, one that is named, or one of each age.

import type { StoredSnapshot } from "../../repository/manifest-objects.js";
import type { Repository } from "../../repository/repository.js";
import {
  listSnapshots,
  meantOf,
  noSnapshot,
  type SnapshotWish,
} from "../../repository/snapshots.js";

export interface DrillWish extends Pick<SnapshotWish, "snapshot" | "at"> {
  /** The newest, and of about a day, a week, a month and a year old ones each one, where there is one. */
  eachAge?: boolean | undefined;
}

export interface Chosen {
  ref: StoredSnapshot;
  age?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const AGES = [
  { age: "a day", ms: DAY_MS },
  { age: "a week", ms: 7 * DAY_MS },
  { age: "a month", ms: 30 * DAY_MS },
  { age: "a year", ms: 365 * DAY_MS },
] as const;
/** One of half the age, or twice, is about as old. */
const ABOUT = 2;

/** @throws NOT_FOUND, INPUT_INVALID, and what listing throws */
export async function chosenSnapshots(
  repository: Repository,
  { eachAge = false, ...wish }: DrillWish,
  now = Date.now(),
): Promise<Chosen[]> {
  const refs = await listSnapshots(repository);
  if (eachAge && refs.length > 0) return oneOfEachAge(refs, now);
  const [ref] = meantOf(refs, wish);
  if (!ref) throw noSnapshot(repository, wish, { refs });
  const { snapshot = "latest", at } = wish;
  const isNewest = snapshot === "latest" && at === undefined;
  return [{ ref, ...(isNewest ? { age: "newest" } : {}) }];
}

/** @param refs newest first */
export function oneOfEachAge(refs: readonly StoredSnapshot[], now: number): Chosen[] {
  const [newest] = refs;
  if (!newest) return [];
  const chosen: Chosen[] = [{ ref: newest, age: "newest" }];
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
