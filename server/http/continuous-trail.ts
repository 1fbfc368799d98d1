// Logs the state of a continuous backup: a line for each change of state, since a line each second would fill the disk.

import type { Logger } from "pino";
import type { ContinuousObserver } from "../operations/continuous/continuous.js";

export const continuousTrail = (log: Logger, job: string): ContinuousObserver => ({
  failed: (destination, err) =>
    log.error(
      { err, job, destination },
      "changes could not be stored: they wait, and the server tries again",
    ),
  recovered: (destination, { since }) =>
    log.info(
      { job, destination, since: new Date(since).toISOString() },
      "changes are stored again in a destination",
    ),
  behind: (destination, state) =>
    log.error(
      { job, destination, ...state.report() },
      "a destination has lacked changes for minutes",
    ),
  caughtUp: (destination) => log.info({ job, destination }, "a destination has all changes again"),
});
