// What the server's log says of backup jobs: a line for each run's begin and end, whole, as only the log may have it.

import type { Logger } from "pino";
import type { CaughtUp, JobObserver } from "../jobs/jobs.js";

const CUT: Record<CaughtUp, string> = {
  now: "backup job was cut by the end of the server: it begins anew",
  "at-next-start": "backup job was cut: it is caught up at the next start",
  never: "backup job was cut: nothing catches it up before its next time",
};

export function jobTrail(log: Logger): JobObserver {
  return {
    started: ({ name }, run) =>
      log.info(
        { audit: true, action: "job", job: name, run: run.id, trigger: run.trigger },
        "backup job began",
      ),
    ended({ name }, { id, outcome, notes, ...run }, caughtUp) {
      const facts = { audit: true, action: "job", job: name, run: id, outcome, ...run };
      const all = notes.length > 0 ? { ...facts, notes } : facts;
      if (outcome === "success") log.info(all, "backup job succeeded");
      else if (outcome === "cut")
        log.warn(
          all,
          run.trigger === "request" ? "backup job was cut: ask for it again" : CUT[caughtUp],
        );
      else if (outcome === "cancelled") log.warn(all, "backup job was cancelled");
      else log.error(all, "backup job failed");
    },
    overdue: ({ name }, since, lastSuccess) =>
      log.error({ job: name, since: since.toISOString(), lastSuccess }, "backup job is overdue"),
  };
}
