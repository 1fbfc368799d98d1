// The snapshots of a repository: which there are, and one of them. What can't be read is told, never passed over.

import { eachAtOnce } from "../platform/each-at-once.js";
import { FlowgError } from "../platform/errors.js";
import type { Manifest } from "./manifest.js";
import {
  manifestPath,
  readManifest,
  type StoredSnapshot as SnapshotRef,
  storedSnapshots,
} from "./manifest-objects.js";
import { sumProblem } from "./manifest-sums.js";
import type { Repository } from "./repository.js";
import { newestFirst } from "./retention/policy.js";

/** A snapshot, and what it consists of. */
export interface FoundSnapshot {
  ref: SnapshotRef;
  manifest: Manifest;
}

/** One that is there, and can't be read. */
export interface UnreadableSnapshot {
  ref: SnapshotRef;
  error: FlowgError;
}

export interface ReadSnapshots {
  /** Newest first. */
  snapshots: FoundSnapshot[];
  unreadable: UnreadableSnapshot[];
}

/** So many manifests are read at once. */
const AT_ONCE = 4;

/**
 * Those that are there, newest first; needs no identity.
 * @throws what `place.list` throws
 */
export async function listSnapshots({ place, keys }: Repository): Promise<SnapshotRef[]> {
  const refs = await storedSnapshots(place);
  return refs.filter((ref) => ref.path === manifestPath(ref, keys.cipher.suffix)).sort(newestFirst);
}

/**
 * One, with every check.
 * @throws REPOSITORY_DAMAGED, SIGNATURE_REFUSED, IDENTITY_REQUIRED, SNAPSHOT_UNSUPPORTED, and what `place.get` throws
 */
export async function readSnapshotManifest(
  repository: Repository,
  { path }: SnapshotRef,
): Promise<Manifest> {
  const manifest = await readManifest(repository, path, { demandSigned: true });
  if (!manifest) throw damaged(path, "is missing");
  for (const [kind, database] of Object.entries(manifest.databases)) {
    const problem = sumProblem(database);
    if (problem)
      throw damaged(path, `is not what was written: of the ${kind} database, ${problem}`);
  }
  return manifest;
}

const damaged = (path: string, problem: string): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `${path} ${problem}`, {
    hint: "restore another snapshot, or from another copy of the repository",
    details: { path },
  });

/** All of them, with what is wrong with those that can't be read. @throws what asking the place throws */
export async function readSnapshots(
  repository: Repository,
  refs?: readonly SnapshotRef[],
): Promise<ReadSnapshots> {
  const found: ReadSnapshots = { snapshots: [], unreadable: [] };
  await eachAtOnce(refs ?? (await listSnapshots(repository)), AT_ONCE, async (ref) => {
    try {
      found.snapshots.push({ ref, manifest: await readSnapshotManifest(repository, ref) });
    } catch (error) {
      if (!isOfOne(error)) throw error;
      found.unreadable.push({ ref, error });
    }
  });
  found.snapshots.sort((a, b) => newestFirst(a.ref, b.ref));
  found.unreadable.sort((a, b) => newestFirst(a.ref, b.ref));
  return found;
}

/** What is wrong with one manifest, not with the place. */
function isOfOne(error: unknown): error is FlowgError {
  if (!(error instanceof FlowgError)) return false;
  return ["REPOSITORY_DAMAGED", "SIGNATURE_REFUSED", "SNAPSHOT_UNSUPPORTED"].includes(error.code);
}

/** Which snapshot is meant. */
export interface SnapshotWish {
  /** An id or the beginning of one, or `latest`. */
  snapshot?: string | undefined;
  /** The newest one that is not younger. */
  at?: Date | undefined;
  /** Only of those that have all of these. */
  tags?: readonly string[] | undefined;
}

/**
 * One snapshot. If the one that is meant can't be read, no other takes its place.
 * @throws NOT_FOUND, INPUT_INVALID if several are meant, and what `readSnapshotManifest` throws
 */
export async function findSnapshot(
  repository: Repository,
  { snapshot = "latest", at, tags = [] }: SnapshotWish,
): Promise<FoundSnapshot> {
  const refs = await listSnapshots(repository);
  const isMeant = (ref: SnapshotRef) =>
    (snapshot === "latest" || ref.setId.startsWith(snapshot.toLowerCase())) &&
    (at === undefined || Date.parse(ref.createdAt) <= at.getTime());
  const meant = snapshot === "" ? [] : refs.filter(isMeant);
  const [first, second] = meant;
  if (snapshot !== "latest" && first && second && second.setId !== first.setId) {
    throw new FlowgError(
      "INPUT_INVALID",
      `${meant.length} snapshots begin with ${snapshot}: ${meant.map(({ setId }) => setId).join(", ")}`,
      { hint: "give more of the one that you mean" },
    );
  }
  for (const ref of meant) {
    const manifest = await readSnapshotManifest(repository, ref);
    if (tags.every((tag) => manifest.tags.includes(tag))) return { ref, manifest };
  }
  throw notFound(repository, { snapshot, at, tags }, refs);
}

function notFound(
  { place }: Repository,
  { snapshot, at, tags = [] }: SnapshotWish,
  refs: readonly SnapshotRef[],
): FlowgError {
  const which = [
    ...(snapshot === "latest" ? [] : [`whose id begins with ${JSON.stringify(snapshot)}`]),
    ...(at === undefined ? [] : [`of ${at.toISOString()} or before`]),
    ...(tags.length === 0 ? [] : [`tagged ${tags.join(", ")}`]),
  ].join(" and ");
  const [newest] = refs;
  const oldest = refs.at(-1);
  const there = newest
    ? `there are ${refs.length}, from ${oldest?.createdAt} to ${newest.createdAt}`
    : "it has none";
  return new FlowgError("NOT_FOUND", `${place.name} has no snapshot ${which}: ${there}`, {
    hint: newest
      ? "list them: flowg snapshots list"
      : "make one: flowg admin backup --repository URL",
  });
}
