// Logs the begin and the end of each run of a backup job, with all details, which only the log may have.

import type { Logger } from "pino";
import type { CaughtUp, JobObserver } from "../jobs/jobs.js";
import type { JobNotes } from "../storage/notes/job-notes.js";

const CUT: Record<CaughtUp, string> = {
  now: "was cut by the end of the server: it begins anew",
  "at-next-start": "was cut: it is caught up at the next start",
  never: "was cut: nothing catches it up before its next time",
};

/** @param of whether these are runs of jobs or drills */
export function jobTrail(log: Logger, of: JobNotes = "job"): JobObserver {
  const what = of === "job" ? "backup job" : "drill of a backup job";
  return {
    started: ({ name }, run) =>
      log.info(
        { audit: true, action: of, job: name, run: run.id, trigger: run.trigger },
        `${what} began`,
      ),
    ended({ name }, { id, outcome, notes, ...run }, caughtUp) {
      const facts = { audit: true, action: of, job: name, run: id, outcome, ...run };
      const all = notes.length > 0 ? { ...facts, notes } : facts;
      if (outcome === "success") log.info(all, `${what} succeeded`);
      else if (outcome === "cut")
        log.warn(
          all,
          `${what} ${run.trigger === "request" ? "was cut: ask for it again" : CUT[caughtUp]}`,
        );
      else if (outcome === "cancelled") log.warn(all, `${what} was cancelled`);
      else log.error(all, `${what} failed`);
    },
    overdue: ({ name }, since, lastSuccess) =>
      log.error({ job: name, since: since.toISOString(), lastSuccess }, `${what} is overdue`),
  };
}
