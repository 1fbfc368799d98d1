// Connects a continuous job's snapshots with the deltas that continue them.

import { ContinuousBackup, type ContinuousObserver } from "../operations/continuous/continuous.js";
import { FlowgError } from "../platform/errors.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Database } from "../storage/database.js";
import type { Job } from "./job.js";
import type { JobObserver } from "./jobs.js";

export interface ContinuousJob {
  name: string;
  backup: ContinuousBackup;
  /** Learns of each snapshot of the job, so that deltas can continue it. */
  observer: JobObserver;
}

export interface ContinuousJobOptions {
  databases: Readonly<Record<DatabaseKind, Database>>;
  /** Begins a run of a job. */
  run: (job: string) => unknown;
  onSnapshotWanted: (job: string, why: string) => void;
  /** Makes the observer of the job's destinations. */
  watcher: (job: Job) => ContinuousObserver;
  onError: (error: unknown, job: string) => void;
}

/** @returns undefined where no job is continuous */
export function continuousJob(
  jobs: readonly Job[],
  { databases, run, onSnapshotWanted, watcher, onError }: ContinuousJobOptions,
): ContinuousJob | undefined {
  const job = jobs.find(({ continuous }) => continuous);
  if (!job?.continuous) return undefined;
  const { name, destinations, host, keys, continuous } = job;
  const backup = new ContinuousBackup({
    databases,
    destinations,
    keyFiles: keys.keyFiles,
    host,
    limit: continuous.maxJournal,
    makeSnapshot: (why) => {
      try {
        run(name);
      } catch (error) {
        // a run is under way, or the server hasn't read the states of its jobs yet
        if (error instanceof FlowgError) return false;
        throw error;
      }
      onSnapshotWanted(name, why);
      return true;
    },
    observer: watcher(job),
  });
  const failed = (error: unknown) => onError(error, name);
  return { name, backup, observer: observerOf(name, backup, failed) };
}

function observerOf(
  job: string,
  backup: ContinuousBackup,
  onError: (error: unknown) => void,
): JobObserver {
  const begun = new Map<string, (destination: string) => Promise<void>>();
  return {
    started({ name }, { id }) {
      if (name === job) begun.set(id, backup.snapshotBegins());
    },
    ended(_, { id, destinations }) {
      const stored = begun.get(id);
      begun.delete(id);
      for (const { destination, snapshot } of destinations)
        if (snapshot !== undefined) stored?.(destination).catch(onError);
    },
    overdue: () => {},
  };
}
