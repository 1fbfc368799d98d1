// Lists the snapshots of a repository.

import { FlowgError } from "../../platform/errors.js";
import type { ListedSnapshot, SnapshotsReport } from "../../records/repository-reports.js";
import { listDeltas } from "../../repository/deltas/delta-objects.js";
import { BEFORE_SNAPSHOT_MS } from "../../repository/deltas/delta-path.js";
import type { Manifest } from "../../repository/manifest.js";
import type { Repository } from "../../repository/repository.js";
import { BY_INSTALLATION, groupsOf } from "../../repository/retention/groups.js";
import { newestFirst } from "../../repository/retention/policy.js";
import { eachSnapshot, listSnapshots } from "../../repository/snapshots.js";
import { listVerified, readVerified } from "../../repository/verified.js";

export interface ListOptions {
  /** Only snapshots that have all of these tags. */
  tags?: readonly string[] | undefined;
  /** Only snapshots of one of these hosts. If empty, of all hosts. */
  hosts?: readonly string[] | undefined;
  /** Only the newest snapshot of each host, and on it of each installation. */
  latest?: boolean | undefined;
}

/**
 * Lists snapshots, newest first. Without an identity it gives only their ids and times.
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
  const newest = new Set(
    [...groupsOf(found.map(asGrouped), BY_INSTALLATION).values()].map(([first]) => first?.one),
  );
  const wanted = latest ? found.filter((one) => newest.has(one)) : found;
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

const asGrouped = (one: ListedSnapshot) => ({
  host: one.host ?? "",
  installation: one.installation,
  tags: one.tags ?? [],
  databases: one.databases ?? {},
  one,
});

/** Adds what drills have noted. Each note is an object in the place, so only the notes of these snapshots are read. */
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

/** Finds the newest delta. It looks only at deltas after the newest snapshot. @param refs newest first */
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

/** This many snapshots are read to learn which hosts back up into a repository. */
const NEWEST = 20;

/** The hosts of the newest snapshots that can be read, by name. */
export async function hostsOfNewest(repository: Repository): Promise<string[]> {
  const refs = await listSnapshots(repository);
  const hosts = new Set<string>();
  await eachSnapshot(repository, refs.slice(0, NEWEST), ({ manifest }) => hosts.add(manifest.host));
  return [...hosts].sort();
}

function listed(manifest: Manifest): ListedSnapshot {
  const { setId, createdAt, host, installation, tags, producer, objectLock, databases } = manifest;
  const counts: ListedSnapshot["databases"] = {};
  for (const [kind, { entries, rawBytes, storedBytes }] of Object.entries(databases))
    counts[kind as keyof typeof counts] = { entries, rawBytes, storedBytes };
  return {
    setId,
    createdAt,
    host,
    ...(installation !== undefined && { installation }),
    tags,
    producer,
    ...(objectLock && { objectLock }),
    databases: counts,
  };
}
