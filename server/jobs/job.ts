// A backup job, as the settings say: when it runs, where its snapshots go, and which of them stay.

import type { LockWish } from "../repository/object-lock/lock-wish.js";
import type { Calendar } from "../repository/retention/calendar.js";
import type { Policy } from "../repository/retention/policy.js";
import type { Schedule } from "./schedule.js";

export interface Job {
  name: string;
  schedule: Times;
  /** Each complete by itself. */
  destinations: readonly Destination[];
  keys: RepositoryAccess;
  tags: readonly string[];
  /** The host that the databases belong to. */
  host: string;
  /** The lock on its snapshots: for this long nobody can remove them. */
  objectLock?: LockWish | undefined;
  keep: Retention | undefined;
  /** Settings of the continuous backup; undefined where the job makes snapshots alone. */
  continuous: Continuous | undefined;
  /** So long a success may be late. */
  overdueAfterMs: number;
  tell: Tell;
  /** Restores what it has stored into scratch, by a schedule of its own; undefined where the settings say none. */
  drill: Drill | undefined;
}

/** When something is due. */
export type Times = Pick<Schedule, "expression" | "timeZone" | "next" | "periodMs">;

/** Proves that what a job has stored can be restored. */
export interface Drill {
  schedule: Times;
  /** Besides the newest snapshot, of about a day, a week, a month and a year old ones each one. */
  eachAge: boolean;
  /** A directory with room for the databases; one of ours if absent. */
  scratchDir: string | undefined;
  /** So long a success may be late. */
  overdueAfterMs: number;
  /** Its own ping; without one, the job's is told of failures alone. */
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

/** What opens repositories: to back up, a key file is enough. */
export interface RepositoryAccess {
  keyFiles: readonly string[];
  /** Only to remove older snapshots from an encrypted repository. */
  identityFiles: readonly string[];
  trustedKeys: readonly string[];
}

export interface Retention {
  policy: Policy;
  calendar: Calendar;
  /** Removes what no snapshot needs any more. */
  prune: boolean;
}

/** Where it is told what became of runs. All of it may be secret. */
export interface Tell {
  webhooks: readonly { url: string; headers: Readonly<Record<string, string>> }[];
  /** A URL as healthchecks.io gives it: `/start` and `/fail` are added. */
  ping: string | undefined;
  /** Such a URL that only gets `/fail`: a success of this is none of what it watches. */
  pingOfFailures?: string | undefined;
}

/** The tag by which a job knows its snapshots: a policy looks at these alone. */
export const tagOf = ({ name }: Pick<Job, "name">): string => `job:${name}`;
