// Carries out a job's drill: it restores the newest snapshot of each destination, in a process of its own, and reports what is
// wrong. One drill goes on at a time, since each takes the room of all databases.

import { FlowgError, faultOf } from "../platform/errors.js";
import { knownError } from "../platform/known-error.js";
import { stopIfAborted } from "../platform/stop-if-aborted.js";
import type { DrillAsked } from "../records/drill-job.js";
import type { DrillOutcome, DrillReport } from "../records/drill-report.js";
import { type DestinationRun, type JobReport, type Outcome, progressOf } from "../records/jobs.js";
import type { CarryOut, RunUnderWay } from "./carry-out.js";
import { drillApart } from "./drill-apart.js";
import { type Destination, type Job, tagOf } from "./job.js";

export interface DrillingOptions {
  /** The module that the drill's process begins with. */
  module: URL;
  maxMemory: number;
  /** The id of this server's installation; undefined where it can't be told. */
  installation: () => Promise<string | undefined>;
  /** Reports on a job. */
  reportOf: (job: string) => Pick<JobReport, "destinations">;
  /** Called with a fault of the program. */
  onError: (error: unknown, job: string) => void;
}

export function drilling(options: DrillingOptions): CarryOut {
  let last: Promise<void> = Promise.resolve();
  let underWay = 0;
  return async (run) => {
    const signal = AbortSignal.any([run.signal, run.cancelled]);
    const before = last;
    if (underWay++ > 0) run.onProgress({ phase: "waiting", records: 0 });
    const mine = untilStopped(before, signal)
      .then(() => drillAll(run, signal, options))
      .finally(() => underWay--);
    // one that is cancelled while it waits lets none begin beside the one that goes on
    last = Promise.allSettled([before, mine]).then(() => undefined);
    return await mine;
  };
}

/** @throws CANCELLED */
async function untilStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort = () => {};
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener("abort", onAbort, { once: true });
  });
  if (!signal.aborted) await Promise.race([work, aborted]);
  signal.removeEventListener("abort", onAbort);
  stopIfAborted(signal, "the drill");
}

async function drillAll(
  { job, onProgress }: RunUnderWay,
  signal: AbortSignal,
  options: DrillingOptions,
): ReturnType<CarryOut> {
  const known = options.reportOf(job.name).destinations;
  const installation = await options.installation();
  const destinations: DestinationRun[] = [];
  const notes: string[] = [];
  for (const one of job.destinations) {
    const { name } = one;
    try {
      const stored = known.find((other) => other.name === name)?.snapshot;
      const report = await drillApart(askedOf(job, one, { ...options, stored, installation }), {
        module: options.module,
        signal,
        onProgress: (at) => onProgress(progressOf(at)),
      });
      notes.push(...notesOf(report).map((text) => `${name}: ${text}`));
      destinations.push({ destination: name, ...proved(report) });
    } catch (error) {
      stopIfAborted(signal, "the drill");
      if (!(error instanceof FlowgError)) options.onError(error, job.name);
      const fault = faultOf(knownError(error));
      const hint = fault.code === "IDENTITY_REQUIRED" ? { hint: ELSEWHERE } : {};
      destinations.push({ destination: name, error: { ...fault, ...hint } });
    }
  }
  const outcome = outcomeOf(destinations);
  return { outcome, destinations, notes, amounts: new Map(), isDrill: true };
}

/** A flag helps nobody who asked a server. */
const ELSEWHERE =
  "run flowg drill on a machine that has the identity; or give the job an identity, which then lies on the server";

function askedOf(
  job: Job,
  { url }: Destination,
  { stored, installation, maxMemory }: Pick<DrillAsked, "stored" | "installation" | "maxMemory">,
): DrillAsked {
  const { keys, host, drill } = job;
  const eachAge = drill?.eachAge ?? false;
  const scratchDir = drill?.scratchDir;
  const own = { host, tag: tagOf(job), installation, stored };
  return { url, ...keys, ...own, eachAge, scratchDir, maxMemory };
}

/** @throws the fault that the drill found */
function proved({ drills }: DrillReport): Omit<DestinationRun, "destination"> {
  const failed = drills.find(({ ok }) => !ok);
  if (failed) throw whyOf(failed);
  const [newest] = drills;
  const { setId, createdAt, instant = createdAt } = newest?.snapshot ?? {};
  if (!newest?.restore || setId === undefined || instant === undefined)
    throw new FlowgError("INTERNAL", "the drill restored nothing");
  const { estimatedSeconds } = newest.restore;
  return {
    snapshot: setId,
    drill: { instant, restoreSeconds: estimatedSeconds, snapshots: drills.length },
  };
}

function whyOf({ snapshot, age, problems }: DrillOutcome): FlowgError {
  const [first] = problems;
  const more = problems.length > 1 ? `; and ${problems.length - 1} more` : "";
  const database = first?.database === undefined ? "" : `${first.database}: `;
  const which = age === undefined || age === "newest" ? "" : `, ${age} old,`;
  const why = `${database}${first?.message ?? "nobody knows why"}${more}`;
  const hint =
    "make a new backup now, and drill it; older snapshots may be whole: flowg drill --each-age tells";
  const name = `the snapshot ${snapshot.setId} of ${snapshot.createdAt}${which}`;
  const code = first?.code ?? "REPOSITORY_DAMAGED";
  return new FlowgError(code, `${name} can't be restored as it should: ${why}`, { hint });
}

const notesOf = ({ notes, drills }: DrillReport): string[] => [
  ...new Set([...notes, ...drills.flatMap(({ warnings }) => warnings)]),
];

function outcomeOf(
  destinations: readonly DestinationRun[],
): Extract<Outcome, "success" | "partial" | "failure"> {
  const failed = destinations.filter(({ error }) => error).length;
  if (failed === 0) return "success";
  return failed === destinations.length ? "failure" : "partial";
}
