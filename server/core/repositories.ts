// The commands on repositories: see server/repository.

import type { BackupSet } from "../operations/offline/options.js";
import type {
  BackupPlace,
  RepositoryBackupOptions,
} from "../operations/repository/backup-options.js";
import type { ForgetOptions, ForgetReport } from "../operations/repository/forget.js";
import type { OpenedSnapshot, StateWish } from "../operations/repository/open-snapshot.js";
import type { RepositoryBackupReport } from "../records/repository-reports.js";
import type { CheckOptions, CheckReport } from "../repository/check/check.js";
import type { RepairedSnapshot } from "../repository/check/repair.js";
import type { InitOptions, InitReport } from "../repository/init.js";
import type { OpenedRepository, OpenOptions } from "../repository/open.js";
import type { Asking } from "../repository/open-at.js";
import type { Place } from "../repository/places/place.js";
import type { PruneOptions, PruneReport } from "../repository/prune/prune.js";
import type { ReviveReport } from "../repository/revive.js";
import { engine, startZstd, tryAll } from "./loading.js";

export type { InitOptions, InitReport } from "../repository/init.js";
export type { OpenedRepository, OpenOptions } from "../repository/open.js";

/** The place as the user writes it: a path, `file:///…`, `s3://BUCKET/PREFIX`. */
type AtUrl<Options> = Omit<Options, "place"> & { url: string } & Asking;

export async function initRepository({
  url,
  signal,
  onRetry,
  ...options
}: AtUrl<InitOptions>): Promise<InitReport> {
  const { initRepository: init } = await import("../repository/init.js");
  const place = await placeAt(url, { signal, onRetry });
  return await init({ ...options, place }).finally(() => place.close());
}

/** Opens a repository. The caller closes its place. */
export async function openRepository({
  url,
  ...options
}: AtUrl<OpenOptions>): Promise<OpenedRepository> {
  return await (await import("../repository/open-at.js")).openRepositoryAt(url, options);
}

/** Makes the key file of this machine. @returns where it went */
export async function makeKeyFile(opened: OpenedRepository, path?: string): Promise<string> {
  return (await import("../repository/make-key-file.js")).makeKeyFile(opened, path);
}

async function placeAt(url: string, asking: Asking): Promise<Place> {
  return (await import("../repository/places/open-place.js")).openPlace(url, asking);
}

export type { ForgetOptions, ForgetReport } from "../operations/repository/forget.js";
export type { Retry } from "../repository/places/careful-place.js";
export type { PruneOptions, PruneReport } from "../repository/prune/prune.js";

export async function forgetSnapshots(
  repository: OpenedRepository,
  options: ForgetOptions,
): Promise<ForgetReport> {
  await startZstd();
  return (await import("../operations/repository/forget.js")).forgetSnapshots(repository, options);
}

export async function pruneRepository(
  repository: OpenedRepository,
  options: PruneOptions,
): Promise<PruneReport> {
  await startZstd();
  return (await import("../operations/repository/prune.js")).pruneRepository(repository, options);
}

export type {
  ReachableRepositories,
  RepositoriesAt,
} from "../operations/repository/open-reachable.js";

export const openReachable: Reachable["openReachable"] = async (asked) =>
  (await import("../operations/repository/open-reachable.js")).openReachable(asked);

type Reachable = typeof import("../operations/repository/open-reachable.js");

export async function backupToRepositories(
  options: RepositoryBackupOptions,
): Promise<RepositoryBackupReport> {
  await startZstd();
  await tryAll(options.dirs);
  const { backupToRepositories: backup } = await import("../operations/repository/backup.js");
  return await backup(options, await engine());
}

/** Opens a snapshot, and gives its databases to a restore, in place of the files of a directory. */
export async function openSnapshot(
  given: readonly BackupPlace[],
  wish: StateWish,
): Promise<{ snapshot: OpenedSnapshot; from: BackupSet; name: string }> {
  await startZstd();
  const {
    instantOf,
    openSnapshot: open,
    snapshotSet,
  } = await import("../operations/repository/open-snapshot.js");
  const snapshot = await open(given, wish);
  const [{ manifest, repository }] = snapshot.copies;
  const of = `${instantOf(snapshot)}, host ${manifest.host}`;
  const name = `snapshot ${manifest.setId} of ${of}, in ${repository.place.name}`;
  return { snapshot, from: snapshotSet(snapshot, wish.signal), name };
}

/** The other hosts among the newest snapshots of a snapshot's repository. */
export async function otherHosts({
  copies: [{ manifest, repository }],
}: OpenedSnapshot): Promise<string[]> {
  const { hostsOfNewest } = await import("../operations/repository/list.js");
  const hosts = await hostsOfNewest(repository);
  return hosts.filter((host) => host !== manifest.host);
}

export const exportSnapshot: Repositories["exportSnapshot"] = async (options) =>
  (await import("../operations/repository/export.js")).exportSnapshot(options);

export const examineSnapshot: Repositories["examineSnapshot"] = async (...given) =>
  (await import("../operations/repository/examine.js")).examineSnapshot(...given);

export const listRepository: Repositories["listRepository"] = async (...given) => {
  await startZstd();
  return (await import("../operations/repository/list.js")).listRepository(...given);
};

type Repositories = typeof import("../operations/repository/examine.js") &
  typeof import("../operations/repository/export.js") &
  typeof import("../operations/repository/list.js");

export type { CheckOptions, CheckProgress, CheckReport } from "../repository/check/check.js";
export type { RepairedSnapshot } from "../repository/check/repair.js";

/**
 * @param repair puts repository.json back if it is lost; else writes new snapshots without the lost records, beside the damaged ones
 * @param dryRun only says what the repair would write
 */
export async function checkRepository(
  opened: OpenedRepository,
  { repair, dryRun, ...options }: CheckOptions & { repair: boolean; dryRun: boolean },
): Promise<{ report: CheckReport; repaired: RepairedSnapshot[]; putBack?: PutBack }> {
  await startZstd();
  const { checkRepository: check } = await import("../repository/check/check.js");
  const report = await check(opened, options);
  if (!repair) return { report, repaired: [] };
  const { lostFile } = opened;
  if (lostFile) {
    const { putBackFile } = await import("../repository/lost-file.js");
    // snapshots are written by the next run, which finds the file
    const lacks = await putBackFile(opened, { lostFile, dryRun });
    return { report, repaired: [], putBack: { lacks: lacks ?? null } };
  }
  if (report.lost.length === 0) return { report, repaired: [] };
  const { repairSnapshots } = await import("../repository/check/repair.js");
  return { report, repaired: await repairSnapshots(opened, report.lost, { dryRun }) };
}

/** What became of a repository.json that is to be put back. */
export interface PutBack {
  /** Why it stays lost; null where nothing is lacking. */
  lacks: string | null;
}

export type { RevivedObject, ReviveReport } from "../repository/revive.js";

/** Puts back the objects that a bucket held at a time, without reading their contents. */
export async function reviveRepository({
  url,
  asOf,
  dryRun,
  ...asking
}: Asking & { url: string; asOf: Date; dryRun: boolean }): Promise<ReviveReport> {
  const { pastOf, reviveRepository: revive } = await import("../repository/revive.js");
  const place = await placeAt(pastOf(url, asOf), asking);
  return await revive(place, { dryRun }).finally(() => place.close());
}
