// The messages between a server and the process that drills for it: plain data.

import type { Fault } from "../platform/errors.js";
import type { DrillReport } from "./drill-report.js";
import type { Progress } from "./reports.js";

/** The snapshots to drill, and what opens them. */
export interface DrillAsked {
  url: string;
  keyFiles: readonly string[];
  identityFiles: readonly string[];
  trustedKeys: readonly string[];
  /** Only snapshots of this host that have this tag. */
  host: string;
  tag: string;
  /** The server's own installation; absent where it can't be told. */
  installation?: string | undefined;
  /** A snapshot that must be there: the last one that was stored. */
  stored?: string | undefined;
  eachAge: boolean;
  /** A directory to restore into. Absent: the server makes one. */
  scratchDir?: string | undefined;
  /** Bytes of memory that large records may take. */
  maxMemory: number;
}

export type FromDrill = { progress: Progress } | { report: DrillReport } | { fault: Fault };
