// Starts the process that drills, hears it out, and ends it when it is told to.

import { type ChildProcess, fork } from "node:child_process";
import { sweepDrills } from "../operations/drill/scratch.js";
import { FlowgError, isOutOfFiles } from "../platform/errors.js";
import { knownError } from "../platform/known-error.js";
import { stopIfAborted } from "../platform/stop-if-aborted.js";
import { builtModule } from "../platform/threads/start.js";
import type { DrillAsked, FromDrill } from "../records/drill-job.js";
import type { DrillReport } from "../records/drill-report.js";
import type { OnProgress } from "../records/reports.js";

/** A drill that is stopped gets this long to remove the databases that it restored. */
const END_MS = 3_000;

export interface DrillProcess {
  /** The module that the process begins with. */
  module: URL;
  onProgress: OnProgress;
  signal: AbortSignal;
}

interface End {
  code: number | null;
  by: NodeJS.Signals | null;
  error?: Error;
}

/**
 * Drills in a process of its own. What that leaves behind where it dies is removed.
 * @throws what the drill throws; CANCELLED where the signal has ended it, whatever it says by then; BUSY where somebody else has
 * ended it, or none can be started; DATABASE_UNAVAILABLE where it died of a restored database, INTERNAL where it died of itself
 */
export async function drillApart(
  asked: DrillAsked,
  { module, onProgress, signal }: DrillProcess,
): Promise<DrillReport> {
  stopIfAborted(signal, "the drill");
  const child = started(module);
  let report: DrillReport | undefined;
  let fault: FlowgError | undefined;
  child.on("message", (said: FromDrill) => {
    if ("progress" in said) onProgress(said.progress);
    else if ("report" in said) report = said.report;
    else fault = new FlowgError(said.fault.code, said.fault.message, { hint: said.fault.hint });
  });
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    child.kill("SIGTERM");
    timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const end = await new Promise<End>((resolve) => {
      child.once("error", (error) => resolve({ code: null, by: null, error }));
      // once all that it has said has come, too
      child.once("close", (code, by) => resolve({ code, by }));
      // there is none where Node has had no file left for the way to it
      child.send?.(asked, () => undefined);
    });
    if (report) return report;
    await sweepDrills(asked.scratchDir);
    // what else it says then comes of its being stopped
    stopIfAborted(signal, "the drill");
    if (end.error) throw noProcess(end.error);
    if (fault?.code === "CANCELLED") throw endedBy("a signal");
    throw fault ?? died(end);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}

function started(module: URL): ChildProcess {
  try {
    return fork(builtModule(module), {
      // what Node was told for the server, to be inspected, say, isn't for this one
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  } catch (cause) {
    throw noProcess(cause);
  }
}

function noProcess(cause: unknown): FlowgError {
  if (isOutOfFiles(cause)) return knownError(cause);
  return new FlowgError(
    "BUSY",
    `the system starts no more processes (${(cause as Error).message})`,
    {
      hint: "raise the limit of processes, or free some memory",
      cause,
    },
  );
}

/** Signals that somebody sends: the system sends the first, too, for want of memory. */
const SENT: ReadonlySet<NodeJS.Signals> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);

/**
 * Says what it died of. What was restored is never told of as damaged: our own code has written it, and where LMDB ends its
 * process over it, the disk, memory or a limit of this machine has failed them both.
 */
function died({ code, by }: End): FlowgError {
  if (by === null)
    return new FlowgError(
      "INTERNAL",
      `the process of the drill ended by itself (exit code ${code})`,
      {
        hint: "the server's log has what it said; it may have had too little memory, or too few files to open: drill again",
      },
    );
  if (SENT.has(by)) return endedBy(by);
  return new FlowgError("DATABASE_UNAVAILABLE", `the process of the drill died (${by})`, {
    hint: "the disk of its scratch directory failed, or there was no memory: look at the system's log, and drill again",
  });
}

const endedBy = (what: string): FlowgError =>
  new FlowgError("BUSY", `the process of the drill was ended (${what})`, {
    hint: "by somebody, or by the system for want of memory: look at the system's log, and drill again",
  });
