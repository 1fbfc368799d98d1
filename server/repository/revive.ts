// Puts back what a bucket held at a time: what was removed or overwritten since, but is still there because it was locked, or
// because the bucket keeps older versions.

import { eachAtOnce } from "../platform/each-at-once.js";
import { FlowgError } from "../platform/errors.js";
import { type Amount, amountOf } from "./places/amount.js";
import type { OverlaidObject, Place } from "./places/place.js";
import { REPOSITORY_FILE } from "./repository-file.js";

export type RevivedObject = OverlaidObject;

export interface ReviveReport {
  place: string;
  dryRun: boolean;
  /** Objects that were removed since. */
  removed: Amount;
  /** Objects that were replaced since. */
  overwritten: Amount;
  /** The paths of these objects, in order. */
  paths: string[];
}

const AT_ONCE = 5;

/**
 * The URL of the same place as it was.
 * @throws INPUT_INVALID for a place that keeps no versions
 */
export function pastOf(url: string, asOf: Date): string {
  if (!/^s3:/i.test(url)) {
    throw new FlowgError("INPUT_INVALID", "a directory keeps no older versions of what it holds", {
      hint: "this is for buckets; restore the directory from its own backup, or use another copy of the repository",
    });
  }
  const [base = "", query = ""] = url.split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("as-of", asOf.toISOString());
  return `${base}?${parameters}`;
}

/**
 * Revives a repository. If it stops on the way, some of it is back, and another run goes on with the rest. Objects of now stay as
 * older versions.
 * @param place as it was
 * @throws REPOSITORY_MISSING if it held no repository then, PERMISSION_DENIED, and what the place throws
 */
export async function reviveRepository(
  place: Place,
  { dryRun }: { dryRun: boolean },
): Promise<ReviveReport> {
  if (!(await place.get(REPOSITORY_FILE))) {
    throw new FlowgError("REPOSITORY_MISSING", `${place.name} held no repository at that time`, {
      hint: "give a later time, and check that the bucket keeps versions",
    });
  }
  const overlaid = (await place.past?.overlaid()) ?? [];
  if (!dryRun)
    await eachAtOnce(
      inOrder(overlaid),
      AT_ONCE,
      ({ path }) => place.past?.revive(path) ?? Promise.resolve(),
    );
  return {
    place: place.name,
    dryRun,
    removed: amountOf(overlaid.filter(({ by }) => by === "removal")),
    overwritten: amountOf(overlaid.filter(({ by }) => by === "another")),
    paths: overlaid.map(({ path }) => path),
  };
}

/** Segments come before manifests: a snapshot that can be seen has what it needs. */
const inOrder = (objects: readonly OverlaidObject[]): OverlaidObject[] =>
  [...objects].sort((a, b) => (a.path < b.path ? -1 : 1));
