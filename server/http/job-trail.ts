// What the server's log says of backup jobs: a line for each run's begin and end, whole, as only the log may have it.

import type { Logger } from "pino";
import type { JobObserver } from "../jobs/jobs.js";

export function jobTrail(log: Logger): JobObserver {
  return {
    started: ({ name }, run) =>
      log.info(
        { audit: true, action: "job", job: name, run: run.id, trigger: run.trigger },
        "backup job began",
      ),
    ended({ name }, { id, outcome, notes, ...run }) {
      const facts = { audit: true, action: "job", job: name, run: id, outcome, ...run };
      const all = notes.length > 0 ? { ...facts, notes } : facts;
      if (outcome === "success") log.info(all, "backup job succeeded");
      else if (outcome === "cut")
        log.warn(
          all,
          run.trigger === "request"
            ? "backup job was cut: ask for it again"
            : "backup job was cut: it is caught up at the next start",
        );
      else log.error(all, "backup job failed");
    },
    overdue: ({ name }, since, lastSuccess) =>
      log.error({ job: name, since: since.toISOString(), lastSuccess }, "backup job is overdue"),
  };
}
