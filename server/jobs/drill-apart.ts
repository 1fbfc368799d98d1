// Starts the process that drills, hears it out, and ends it when it is told to.

import { type ChildProcess, fork } from "node:child_process";
import { sweepDrills } from "../operations/drill/scratch.js";
import { FlowgError } from "../platform/errors.js";
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
 * @throws what the drill throws; CANCELLED; REPOSITORY_DAMAGED where its process died of what it did, BUSY where it was ended, or none can be started
 */
export async function drillApart(
  asked: DrillAsked,
  { module, onProgress, signal }: DrillProcess,
): Promise<DrillReport> {
  if (signal.aborted) throw stopped();
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
      child.send(asked, () => undefined);
    });
    if (report) return report;
    if (fault && fault.code !== "CANCELLED") throw fault;
    await sweepDrills(asked.scratchDir);
    if (signal.aborted) throw stopped();
    if (end.error) throw noProcess(end.error);
    throw died(end);
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

const stopped = (): FlowgError => new FlowgError("CANCELLED", "the drill was stopped");

const noProcess = (cause: unknown): FlowgError =>
  new FlowgError("BUSY", `the system starts no more processes (${(cause as Error).message})`, {
    hint: "raise the limit of processes, or free some memory",
    cause,
  });

/** LMDB ends its process over a database that it can't read; the system ends one that takes too much memory. */
function died({ code, by }: End): FlowgError {
  if (by === "SIGKILL" || by === "SIGTERM")
    return new FlowgError("BUSY", `the process of the drill was ended (${by})`, {
      hint: "by somebody, or by the system for want of memory: look at the system's log, and drill again",
    });
  const how = by === null ? `exit code ${code}` : by;
  return new FlowgError("REPOSITORY_DAMAGED", `the process of the drill died (${how})`, {
    hint: "what it had restored can't be opened: make a new backup now, and drill it",
  });
}
