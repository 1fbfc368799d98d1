// Carries out a run: it backs the server's databases up into each destination, and then removes the snapshots that the policy
// doesn't keep.

import { backUpServed, type Served } from "../operations/repository/backup-served.js";
import { forgetSnapshots } from "../operations/repository/forget.js";
import { openReachable } from "../operations/repository/open-reachable.js";
import { type Fault, FlowgError, faultOf } from "../platform/errors.js";
import { counted } from "../platform/messages/counted.js";
import { untilReleased } from "../platform/until-released.js";
import {
  type DestinationRun,
  type JobProgress,
  type Outcome,
  progressOf,
} from "../records/jobs.js";
import type { RepositoryBackupReport } from "../records/repository-reports.js";
import type { OpenedRepository } from "../repository/open.js";
import { installationOf } from "../storage/notes/installation.js";
import { type Destination, type Job, tagOf } from "./job.js";

export interface RunUnderWay {
  job: Job;
  /** Aborts when the server stops. */
  signal: AbortSignal;
  /** Aborts on a request to end the run. It counts until a snapshot of the run may exist. */
  cancelled: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

export interface Carried {
  outcome: Exclude<Outcome, "cut" | "cancelled">;
  destinations: DestinationRun[];
  notes: string[];
  /** The sizes of repositories, as far as the run found them out. */
  amounts: ReadonlyMap<string, { objects: number; bytes: number }>;
  /** Set where the run was a drill, which restores instead of storing. */
  isDrill?: true;
}

/** @throws the first destination's error, where no destination got a snapshot */
export type CarryOut = (run: RunUnderWay) => Promise<Carried>;

export const carryingOut =
  (served: Served): CarryOut =>
  async (run) => {
    const { job } = run;
    using stopping = untilReleased(run.signal, run.cancelled);
    const { signal } = stopping;
    await using repositories = await openReachable({
      urls: job.destinations.map(({ url }) => url),
      ...job.keys,
      signal,
    });
    const installation = await installationIn(served);
    const report = await backUpServed(served, {
      repositories: repositories.given,
      tags: [tagOf(job), ...job.tags],
      host: job.host,
      installation,
      objectLock: job.objectLock,
      signal,
      onPublishing: stopping.release,
      onProgress: (at) => run.onProgress(progressOf(at)),
    });
    const notes = [...repositories.notes, ...report.notes];
    const destinations = job.destinations.map((one, index) => stored(one, report, index));
    const amounts = new Map<string, { objects: number; bytes: number }>();
    for (const [index, one] of destinations.entries()) {
      const given = repositories.given[index];
      if (one.error || !job.keep || !given || !("repository" in given)) continue;
      if (run.cancelled.aborted) {
        one.error = TOO_LATE;
        continue;
      }
      const { repository } = given;
      run.onProgress({ phase: "thinning", records: 0 });
      Object.assign(one, await thin({ run, repository, one, amounts, notes, installation }));
    }
    const isWhole = destinations.every(({ error }) => !error);
    return {
      outcome: isWhole ? "success" : "partial",
      destinations,
      notes,
      amounts,
    };
  };

function stored(
  { name }: Destination,
  report: RepositoryBackupReport,
  index: number,
): DestinationRun {
  const found = report.repositories[index];
  if (found && !("failed" in found)) {
    return { destination: name, snapshot: report.setId, newBytes: found.newBytes };
  }
  return { destination: name, ...(found ? { error: found.failed } : {}) };
}

interface Thinned {
  run: RunUnderWay;
  repository: OpenedRepository;
  one: DestinationRun;
  amounts: Map<string, { objects: number; bytes: number }>;
  notes: string[];
  installation: string | undefined;
}

/** The installation's id. Where it can't be noted, for example on a full disk, the backup goes on without it. */
async function installationIn({ databases }: Served): Promise<string | undefined> {
  return await installationOf(databases.config).catch(() => undefined);
}

/** Removes what the policy doesn't keep. The snapshot that was just stored always stays. */
async function thin({
  run,
  repository,
  one,
  amounts,
  notes,
  installation,
}: Thinned): Promise<Partial<DestinationRun>> {
  const { job, signal } = run;
  const { policy, calendar, prune } = job.keep as NonNullable<Job["keep"]>;
  const spared = new Map<string, string>();
  if (one.snapshot !== undefined) spared.set(one.snapshot, "newest");
  try {
    const {
      groups,
      locked,
      others,
      prune: pruned,
    } = await forgetSnapshots(repository, {
      thinning: {
        policy,
        calendar,
        groupings: ["host"],
        hosts: [job.host],
        tags: [[tagOf(job)]],
        installation,
        allowRemoveAll: false,
        spared,
      },
      prune: prune ? { signal } : undefined,
    });
    if (others > 0)
      notes.push(
        `${one.destination}: ${counted(others, "snapshot of this host and job stays", "snapshots of this host and job stay")}: made by another installation, or by this one before it was made anew; to remove such snapshots, run flowg forget with --group-by host`,
      );
    if (locked.snapshots > 0)
      notes.push(
        `${one.destination}: a lock keeps ${counted(locked.snapshots, "snapshot")} that the policy doesn't, the last until ${locked.until}`,
      );
    if (pruned) {
      const { named, young } = pruned;
      amounts.set(one.destination, {
        objects: named.objects + young.objects,
        bytes: named.bytes + young.bytes,
      });
    }
    return { removed: groups.reduce((sum, { forgotten }) => sum + forgotten.length, 0) };
  } catch (error) {
    if (!(error instanceof FlowgError) || error.code === "CANCELLED") throw error;
    const fault = faultOf(error);
    const hint = fault.code === "IDENTITY_REQUIRED" ? { hint: ELSEWHERE } : {};
    return { error: { ...fault, ...hint, message: `older snapshots stay: ${fault.message}` } };
  }
}

const TOO_LATE: Fault = {
  code: "CANCELLED",
  message: "it was cancelled after its snapshot was stored: that stays, and so do older ones",
};

const ELSEWHERE =
  "leave `keep` out, and run flowg forget on a machine that has the identity; or give the job an identity, which then lies on the server";
