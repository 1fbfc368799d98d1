// What a server and the process that drills for it tell each other: plain data.

import type { Fault } from "../platform/errors.js";
import type { DrillReport } from "./drill-report.js";
import type { Progress } from "./reports.js";

/** What is drilled, with what opens it. */
export interface DrillAsked {
  url: string;
  keyFiles: readonly string[];
  identityFiles: readonly string[];
  trustedKeys: readonly string[];
  /** Only snapshots of this host that have this tag. */
  host: string;
  tag: string;
  /** A snapshot that must be there: the last one that was stored. */
  stored?: string | undefined;
  eachAge: boolean;
  /** A directory to restore into; one of ours if absent. */
  scratchDir?: string | undefined;
  /** Bytes of memory that large records may take. */
  maxMemory: number;
}

export type FromDrill = { progress: Progress } | { report: DrillReport } | { fault: Fault };
