// The snapshots of a repository: the list, and one of them. Whatever can't be read is reported, never passed over.

import { eachAtOnce } from "../platform/each-at-once.js";
import { FlowgError } from "../platform/errors.js";
import type { Manifest } from "./manifest.js";
import {
  type Readable,
  readManifest,
  type StoredSnapshot,
  signedPathOf,
  snapshotAt,
  snapshotObjects,
} from "./manifest-objects.js";
import { sumProblem } from "./manifest-sums.js";
import type { Repository } from "./repository.js";
import { newestFirst } from "./retention/policy.js";

/** A snapshot with its manifest. */
export interface FoundSnapshot {
  ref: StoredSnapshot;
  manifest: Manifest;
}

/** A snapshot that exists and can't be read. */
export interface UnreadableSnapshot {
  ref: StoredSnapshot;
  error: FlowgError;
}

/** How many manifests are read at once. */
const AT_ONCE = 4;

/**
 * Lists all snapshots, newest first. It needs no identity.
 * @throws what `place.list` throws
 */
export async function listSnapshots({ place, keys }: Readable): Promise<StoredSnapshot[]> {
  return (await snapshotObjects(place, keys.cipher)).snapshots.sort(newestFirst);
}

/** All snapshots of a repository, newest first, and those of which only the signature is there. */
export interface SnapshotList {
  refs: StoredSnapshot[];
  lost: StoredSnapshot[];
}

/** @throws what `place.list` throws */
export async function listWithLost({ place, keys }: Readable): Promise<SnapshotList> {
  const { snapshots, signatures } = await snapshotObjects(place, keys.cipher);
  const there = new Set(snapshots.map(({ path }) => path));
  const signed = signatures.flatMap(({ path, storedAt }) => {
    const of = signedPathOf(path);
    return of === undefined || there.has(of)
      ? []
      : (snapshotAt({ path: of, storedAt }, keys.cipher) ?? []);
  });
  return { refs: snapshots.sort(newestFirst), lost: signed.sort(newestFirst) };
}

/**
 * Tells of newer snapshots of which only the signature is there: who wants the newest state would get an older one unawares.
 * @param reachMs the time of the state that was found
 */
export function newerLost(
  lists: readonly (SnapshotList & { repository: Pick<Readable, "place"> })[],
  reachMs: number,
  { snapshot = "latest", at, ...ofManifest }: SnapshotWish,
): string[] {
  if (snapshot !== "latest") return [];
  const elsewhere = new Set(lists.flatMap(({ refs }) => refs.map(({ setId }) => setId)));
  const isNewer = ({ setId, createdAt }: StoredSnapshot) => {
    const ms = Date.parse(createdAt);
    return !elsewhere.has(setId) && ms > reachMs && (!at || ms <= at.getTime());
  };
  const { host, installation, tags, ownOf } = ofManifest;
  const isOfSome = [host, installation, ownOf, tags?.[0]].some((one) => one !== undefined);
  const whose = isOfSome ? ". It may be another host's" : "";
  return lists.flatMap(({ repository, lost }) => {
    const newest = lost.find(isNewer);
    return newest === undefined
      ? []
      : `${repository.place.name} has the signature of a newer snapshot, of ${newest.createdAt}, and not the snapshot: a backup is about to store it, or was cut before it could, or somebody has removed it${whose}`;
  });
}

/**
 * Reads one manifest, with every check.
 * @throws REPOSITORY_DAMAGED, SIGNATURE_REFUSED, IDENTITY_REQUIRED, SNAPSHOT_UNSUPPORTED, and what `place.get` throws
 */
export async function readSnapshotManifest(
  repository: Readable,
  ref: Pick<StoredSnapshot, "path">,
): Promise<Manifest> {
  const manifest = await readIfThere(repository, ref);
  if (!manifest) throw damaged(ref.path, "is missing");
  return manifest;
}

async function readIfThere(
  repository: Readable,
  { path }: Pick<StoredSnapshot, "path">,
): Promise<Manifest | undefined> {
  const manifest = await readManifest(repository, path, { demandSigned: true });
  for (const [kind, database] of Object.entries(manifest?.databases ?? {})) {
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

/**
 * Reads manifests one after the other, with every check, and hands each to `use`: they can be large, and there are many. It
 * passes over a snapshot that is forgotten meanwhile.
 * @returns the snapshots that can't be read, newest first
 * @throws what isn't the fault of one snapshot, and what `use` throws
 */
export async function eachSnapshot(
  repository: Readable,
  refs: readonly StoredSnapshot[],
  use: (found: FoundSnapshot) => void,
): Promise<UnreadableSnapshot[]> {
  const unreadable: UnreadableSnapshot[] = [];
  const gone = new Set<string>();
  const read = async (ref: StoredSnapshot, onGone: () => void) => {
    try {
      const manifest = await readIfThere(repository, ref);
      if (manifest) use({ ref, manifest });
      else onGone();
    } catch (error) {
      if (!isOfOne(error)) throw error;
      unreadable.push({ ref, error });
    }
  };
  await eachAtOnce(refs, AT_ONCE, (ref) => read(ref, () => void gone.add(ref.path)));
  if (gone.size > 0) {
    const still = (await listSnapshots(repository)).filter(({ path }) => gone.has(path));
    const isMissing = (ref: StoredSnapshot) => () => {
      unreadable.push({ ref, error: damaged(ref.path, "is listed, but isn't there") });
    };
    for (const ref of still) await read(ref, isMissing(ref));
  }
  return unreadable.sort((a, b) => newestFirst(a.ref, b.ref));
}

/** Codes that say that the repository can't be used at all, whichever snapshot is read. */
const NOT_OF_ONE: ReadonlySet<string> = new Set([
  "REPOSITORY_UNAVAILABLE",
  "PERMISSION_DENIED",
  "CANCELLED",
  // what was to read it had no memory, or no file left to open
  "BUSY",
  "INTERNAL",
]);

/** Whether it is the fault of what was read, so that the rest of the repository may be sound. */
export const isOfOne = (error: unknown): error is FlowgError =>
  error instanceof FlowgError && !NOT_OF_ONE.has(error.code);

/** How a user names a snapshot. */
export interface SnapshotWish extends ManifestWish {
  /** An id or its beginning, or `latest`. */
  snapshot?: string | undefined;
  /** Of several, the newest that is not younger than this. */
  at?: Date | undefined;
}

/** What of it only the manifest tells. */
export interface ManifestWish {
  /** Only snapshots that have all of these tags. */
  tags?: readonly string[] | undefined;
  /** Only snapshots of this host: several may share a repository. */
  host?: string | undefined;
  /** Only snapshots of the installation whose id begins so: several may share a host name. */
  installation?: string | undefined;
  /** Only snapshots of the installation with this id, and those that note none. */
  ownOf?: string | undefined;
  /** Only snapshots that hold no later change: after the clock was set back, one may hold changes of a later time than its own. */
  notAfter?: Date | undefined;
}

/** Whether a snapshot is meant, as far as its manifest tells. */
export function isMeant(
  { host: of, installation: madeBy, tags: all, databases }: Manifest,
  { host, installation, ownOf, tags = [], notAfter }: ManifestWish,
): boolean {
  const latest = Math.max(
    ...Object.values(databases).map(({ tracking }) => tracking?.journaled ?? 0),
  );
  return (
    (host === undefined || of === host) &&
    (installation === undefined || isOfInstallation(madeBy, installation)) &&
    (ownOf === undefined || madeBy === undefined || madeBy === ownOf) &&
    tags.every((tag) => all.includes(tag)) &&
    (notAfter === undefined || latest <= notAfter.getTime())
  );
}

const isOfInstallation = (madeBy: string | undefined, beginning: string): boolean =>
  beginning !== "" && (madeBy?.startsWith(beginning.toLowerCase()) ?? false);

/**
 * The state of a time with the deltas up to it is that of the newest snapshot that holds no later change.
 * @param noDeltas whether the snapshot alone is wanted, as its own time says
 */
export const notAfter = (at: Date | undefined, noDeltas = false): Pick<ManifestWish, "notAfter"> =>
  at === undefined || noDeltas ? {} : { notAfter: at };

/**
 * Finds one snapshot. If it can't be read, no other takes its place.
 * @throws NOT_FOUND, INPUT_INVALID if several fit, and what `readSnapshotManifest` throws
 */
export async function findSnapshot(
  repository: Repository,
  wish: SnapshotWish,
): Promise<FoundSnapshot> {
  return await findAmong(repository, await listSnapshots(repository), wish);
}

/**
 * Finds one of the snapshots of a list.
 * @param refs newest first
 * @throws as {@link findSnapshot}
 */
export async function findAmong(
  repository: Repository,
  refs: readonly StoredSnapshot[],
  wish: SnapshotWish,
): Promise<FoundSnapshot> {
  const hosts = new Set<string>();
  for (const ref of meantOf(refs, wish)) {
    const manifest = await readSnapshotManifest(repository, ref);
    hosts.add(manifest.host);
    if (isMeant(manifest, wish)) return { ref, manifest };
  }
  throw noSnapshot(repository, wish, { refs, hosts: [...hosts].sort() });
}

/**
 * The snapshots that fit whatever their tags are, in the given order.
 * @throws INPUT_INVALID if several begin with the id
 */
export function meantOf(
  refs: readonly StoredSnapshot[],
  { snapshot = "latest", at }: Pick<SnapshotWish, "snapshot" | "at">,
): StoredSnapshot[] {
  const isMeant = (ref: StoredSnapshot) =>
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
  return meant;
}

/**
 * The error that no snapshot fits.
 * @param there `refs`: all snapshots, newest first; `hosts`: those of the snapshots that were looked at
 */
export function noSnapshot(
  { place }: Repository,
  { snapshot = "latest", at, tags = [], host, installation, ownOf }: SnapshotWish,
  { refs, hosts = [] }: { refs: readonly StoredSnapshot[]; hosts?: readonly string[] },
): FlowgError {
  const which = [
    ...(snapshot === "latest" ? [] : [`whose id begins with ${JSON.stringify(snapshot)}`]),
    ...(at === undefined ? [] : [`of ${at.toISOString()} or before`]),
    ...(tags.length === 0 ? [] : [`tagged ${tags.join(", ")}`]),
    ...(host === undefined ? [] : [`of the host ${JSON.stringify(host)}`]),
    ...(installation === undefined
      ? []
      : [`of an installation whose id begins with ${JSON.stringify(installation)}`]),
    ...(ownOf === undefined ? [] : [`of the installation ${ownOf}`]),
  ].join(" and ");
  const [newest] = refs;
  const oldest = refs.at(-1);
  const there = newest
    ? `: there are ${refs.length}, from ${oldest?.createdAt} to ${newest.createdAt}`
    : which && ": it has none";
  const others = host === undefined || hosts.length === 0 ? "" : `; hosts: ${hosts.join(", ")}`;
  const sought = which && ` ${which}`;
  return new FlowgError("NOT_FOUND", `${place.name} has no snapshot${sought}${there}${others}`, {
    hint: newest
      ? "list them: flowg snapshots list"
      : "make one: flowg admin backup --repository URL",
  });
}
