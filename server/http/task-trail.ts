// Logs the end of each task, with all details, which only the log may have. The trail of jobs logs runs of jobs.

import type { Logger } from "pino";
import type { Task } from "../records/tasks.js";

export function taskTrail(log: Logger) {
  return ({ id, kind, target, by, state, error, outcome }: Task): void => {
    if (kind === "job" || kind === "drill") return;
    const facts = { audit: true, action: kind, task: id, target, user: by, outcome: state };
    const all = {
      ...facts,
      ...(error && { code: error.code, reason: error.message }),
      ...(outcome && { report: outcome }),
    };
    if (state === "failed") log.error(all, `the ${kind} failed`);
    else log.info(all, `the ${kind} ${state === "succeeded" ? "succeeded" : `was ${state}`}`);
  };
}
