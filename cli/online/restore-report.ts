// Turns a server's report of one database into the form that all restores of the command line use.

import type { RestoreReport as OnlineReport } from "../../sdk/index.js";
import type { DatabaseRestoreReport } from "../../server/records/reports.js";

/** @param source the file's name in messages */
export function databaseReport(report: OnlineReport, source: string): DatabaseRestoreReport {
  const { database, mode, format, createdAt, setId, selected, kinds, warnings, seconds } = report;
  return {
    database,
    mode,
    source,
    format,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(setId === undefined ? {} : { setId }),
    ...(selected === undefined ? {} : { selected }),
    // another version may have more kinds
    kinds: kinds as DatabaseRestoreReport["kinds"],
    warnings,
    seconds,
  };
}
