// Which snapshots repositories have.

import { FlowgError } from "../../platform/errors.js";
import type { ListedSnapshot, SnapshotsReport } from "../../records/repository-reports.js";
import { listDeltas } from "../../repository/deltas/delta-objects.js";
import { BEFORE_SNAPSHOT_MS } from "../../repository/deltas/delta-path.js";
import type { Manifest } from "../../repository/manifest.js";
import type { Repository } from "../../repository/repository.js";
import { newestFirst } from "../../repository/retention/policy.js";
import { eachSnapshot, listSnapshots } from "../../repository/snapshots.js";
import { listVerified, readVerified } from "../../repository/verified.js";

export interface ListOptions {
  /** Only those that have all of these. */
  tags?: readonly string[] | undefined;
  /** Only those of one of these hosts; of all where there is none. */
  hosts?: readonly string[] | undefined;
  /** Only the newest of each host. */
  latest?: boolean | undefined;
}

/**
 * Newest first. Without an identity one sees when they were made, and their ids.
 * @throws what asking the place throws
 */
export async function listRepository(
  repository: Repository,
  { tags = [], hosts = [], latest = false }: ListOptions = {},
): Promise<SnapshotsReport> {
  const { place, keys } = repository;
  const refs = await listSnapshots(repository);
  if (!keys.canRead) {
    if (tags.length > 0 || hosts.length > 0 || latest) {
      throw new FlowgError(
        "IDENTITY_REQUIRED",
        "which host a snapshot is of, and its tags, are encrypted",
        { hint: "give the identity file with --identity FILE or FLOWG_IDENTITY_FILE" },
      );
    }
    const snapshots = refs.map(({ setId, createdAt }) => ({ setId, createdAt }));
    return { place: place.name, snapshots, unreadable: [] };
  }
  const newestDelta = await newestDeltaAfter(repository, refs);
  const found: ListedSnapshot[] = [];
  const unreadable = await eachSnapshot(repository, refs, ({ manifest }) => {
    const isOfHost = hosts.length === 0 || hosts.includes(manifest.host);
    if (isOfHost && tags.every((tag) => manifest.tags.includes(tag))) found.push(listed(manifest));
  });
  found.sort(newestFirst);
  const newest = new Map(found.toReversed().map((one) => [one.host, one]));
  const wanted = latest ? found.filter((one) => newest.get(one.host) === one) : found;
  return {
    place: place.name,
    snapshots: await withNotes(repository, wanted),
    ...(newestDelta !== undefined && { newestDelta }),
    unreadable: unreadable.map(({ ref, error }) => ({
      setId: ref.setId,
      createdAt: ref.createdAt,
      code: error.code,
      message: error.message,
    })),
  };
}

/** With what drills have noted: each note is an object, so only theirs are read. */
async function withNotes(
  repository: Repository,
  wanted: readonly ListedSnapshot[],
): Promise<ListedSnapshot[]> {
  const ids = new Set(wanted.map(({ setId }) => setId));
  const noted = (await listVerified(repository)).filter(({ setId }) => ids.has(setId));
  const verified = await readVerified(repository, noted);
  return wanted.map((one) => ({ ...one, ...verified.get(one.setId) }));
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Deltas go on from snapshots: older ones aren't looked for. @param refs newest first */
async function newestDeltaAfter(
  repository: Repository,
  [newest]: readonly { createdAt: string }[],
): Promise<string | undefined> {
  if (!newest) return undefined;
  // a delta's time is exact, and a snapshot's may be some minutes ahead of its instant
  const from = new Date(Date.parse(newest.createdAt) - BEFORE_SNAPSHOT_MS);
  const deltas = await listDeltas(repository, { from, to: new Date(Date.now() + DAY_MS) });
  return deltas.at(-1)?.createdAt;
}

/** So many snapshots tell which hosts back up into a repository. */
const NEWEST = 20;

/** The hosts of the newest snapshots that can be read, by name. */
export async function hostsOfNewest(repository: Repository): Promise<string[]> {
  const refs = await listSnapshots(repository);
  const hosts = new Set<string>();
  await eachSnapshot(repository, refs.slice(0, NEWEST), ({ manifest }) => hosts.add(manifest.host));
  return [...hosts].sort();
}

function listed(manifest: Manifest): ListedSnapshot {
  const { setId, createdAt, host, tags, producer, objectLock, databases } = manifest;
  const counts: ListedSnapshot["databases"] = {};
  for (const [kind, { entries, rawBytes, storedBytes }] of Object.entries(databases))
    counts[kind as keyof typeof counts] = { entries, rawBytes, storedBytes };
  return {
    setId,
    createdAt,
    host,
    tags,
    producer,
    ...(objectLock && { objectLock }),
    databases: counts,
  };
}
