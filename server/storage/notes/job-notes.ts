// Keeps the states of backup jobs and of their drills over restarts. They are in the local table, because a restore must not
// change what was run here.

import type { JobState } from "../../records/jobs.js";
import { key } from "../../records/keys.js";
import type { Instant, SideTables } from "../tables.js";

/** A job's own state, or that of its drills. */
export type JobNotes = "job" | "drill";

/** Undefined where there is none yet, or it is damaged: the job begins anew then. */
export function readJobState(
  { local }: Pick<Instant, "local">,
  name: string,
  of: JobNotes,
): JobState | undefined {
  const found = local.find(key(of, name));
  return found?.isWhole ? (JSON.parse(found.value.toString()) as JobState) : undefined;
}

/** Only inside a write transaction. */
export function writeJobState(
  { local }: Pick<SideTables, "local">,
  { of, name }: { of: JobNotes; name: string },
  state: JobState,
): void {
  local.put(key(of, name), Buffer.from(JSON.stringify(state)));
}
