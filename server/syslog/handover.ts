// What both transports need to hand messages over.

import type { SyslogCounts } from "./counts.js";
import type { Intake } from "./intake.js";

export interface Handover {
  intake: Intake;
  counts: SyslogCounts;
  /** Whether an address may send. */
  isAllowed(address: string): boolean;
}
