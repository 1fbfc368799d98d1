// A backup job of the settings: when it runs, where its snapshots go, and which of them stay.

import type { LockWish } from "../repository/object-lock/lock-wish.js";
import type { Calendar } from "../repository/retention/calendar.js";
import type { Policy } from "../repository/retention/policy.js";
import type { Schedule } from "./schedule.js";

export interface Job {
  name: string;
  schedule: Times;
  /** Each gets a complete backup. */
  destinations: readonly Destination[];
  keys: RepositoryAccess;
  tags: readonly string[];
  /** The host that the databases belong to. */
  host: string;
  /** The lock on its snapshots, which keeps anybody from removing them. */
  objectLock?: LockWish | undefined;
  keep: Retention | undefined;
  /** Settings of the continuous backup; undefined where the job makes snapshots alone. */
  continuous: Continuous | undefined;
  /** A success may be this late. */
  overdueAfterMs: number;
  tell: Tell;
  /** Test restores, by a schedule of their own; undefined where the settings have none. */
  drill: Drill | undefined;
}

/** The part of a schedule that tells when a run is due. */
export type Times = Pick<Schedule, "expression" | "timeZone" | "next" | "periodMs">;

/** Test restores, which prove that a job's snapshots can be restored. */
export interface Drill {
  schedule: Times;
  /** Drills not only the newest snapshot, but also one that is about a day, a week, a month and a year old. */
  eachAge: boolean;
  /** A directory with room for the databases; by default one of ours. */
  scratchDir: string | undefined;
  /** A success may be this late. */
  overdueAfterMs: number;
  /** Its own ping. Without one, the job's ping gets the failures. */
  ping: string | undefined;
}

export interface Continuous {
  /** The journal of a database may grow to this many bytes while changes can't be stored. */
  maxJournal: number;
}

export interface Destination {
  /** The name for metrics, reports and clients, who may not see paths. */
  name: string;
  url: string;
  /** The name for errors: a directory's path, a bucket's URL. */
  place: string;
}

/** The keys that open repositories. A key file is enough for backups. */
export interface RepositoryAccess {
  keyFiles: readonly string[];
  /** Needed only to remove older snapshots from an encrypted repository, and for drills. */
  identityFiles: readonly string[];
  trustedKeys: readonly string[];
}

export interface Retention {
  policy: Policy;
  calendar: Calendar;
  /** Removes the segments that no snapshot needs any more. */
  prune: boolean;
}

/** Where the server reports the outcome of runs. All of it may be secret. */
export interface Tell {
  webhooks: readonly { url: string; headers: Readonly<Record<string, string>> }[];
  /** A URL of healthchecks.io or the like; calls add `/start` and `/fail`. */
  ping: string | undefined;
  /** Such a URL that gets only `/fail`, since it watches the successes of something else. */
  pingOfFailures?: string | undefined;
}

/** The tag of a job's snapshots. Its policy looks only at these. */
export const tagOf = ({ name }: Pick<Job, "name">): string => `job:${name}`;
