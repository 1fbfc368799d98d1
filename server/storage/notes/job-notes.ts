// What is kept of backup jobs over restarts: in the local table, for a restore must not change what was run here.

import type { JobState } from "../../records/jobs.js";
import { key } from "../../records/keys.js";
import type { Instant, SideTables } from "../tables.js";

const keyOf = (name: string) => key("job", name);

/** Undefined where there is none yet, or it is damaged: the job begins anew then. */
export function readJobState(
  { local }: Pick<Instant, "local">,
  name: string,
): JobState | undefined {
  const found = local.find(keyOf(name));
  return found?.isWhole ? (JSON.parse(found.value.toString()) as JobState) : undefined;
}

/** Only inside a write transaction. */
export function writeJobState(
  { local }: Pick<SideTables, "local">,
  name: string,
  state: JobState,
): void {
  local.put(keyOf(name), Buffer.from(JSON.stringify(state)));
}
