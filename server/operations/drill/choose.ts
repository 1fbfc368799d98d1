// Which snapshots are drilled: the newest, one that is named, or one of each age.

import { FlowgError } from "../../platform/errors.js";
import type { StoredSnapshot } from "../../repository/manifest-objects.js";
import type { Repository } from "../../repository/repository.js";
import { listSnapshots, type SnapshotWish } from "../../repository/snapshots.js";

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
  { snapshot = "latest", at, eachAge = false }: DrillWish,
  now = Date.now(),
): Promise<Chosen[]> {
  const refs = await listSnapshots(repository);
  if (eachAge && refs.length > 0) return oneOfEachAge(refs, now);
  const prefix = snapshot.toLowerCase();
  const meant = refs.filter(
    ({ setId, createdAt }) =>
      (snapshot === "latest" || (prefix !== "" && setId.startsWith(prefix))) &&
      (at === undefined || Date.parse(createdAt) <= at.getTime()),
  );
  const [first, second] = meant;
  if (first && (snapshot === "latest" || !second || second.setId === first.setId)) {
    const isNewest = snapshot === "latest" && at === undefined;
    return [{ ref: first, ...(isNewest ? { age: "newest" } : {}) }];
  }
  if (first)
    throw new FlowgError(
      "INPUT_INVALID",
      `${meant.length} snapshots begin with ${snapshot}: ${meant.map(({ setId }) => setId).join(", ")}`,
      { hint: "give more of the one that you mean" },
    );
  const { name } = repository.place;
  throw refs.length === 0
    ? new FlowgError("NOT_FOUND", `${name} has no snapshot that could be drilled`, {
        hint: "make one: flowg admin backup --repository URL",
      })
    : new FlowgError(
        "NOT_FOUND",
        `${name} has no such snapshot, of ${refs.length} that are there`,
        {
          hint: "list them: flowg snapshots list",
        },
      );
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
