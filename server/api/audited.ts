// The trail of changes to accounts, and of log-ins: a line in the log for each, however it ended.

import type { ErrorCode } from "../platform/errors.js";
import type { Context } from "./context.js";
import { toFlowgError } from "./failure.js";

export interface AccountEvent {
  action: string;
  outcome: "success" | "refused" | "failure";
  [fact: string]: unknown;
}

const FAULTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "INTERNAL",
  "DISK_FULL",
  "DATABASE_UNAVAILABLE",
  "DATABASE_INVALID",
  "BUSY",
]);

/** What is done, with names, never with secrets. More may turn out until it is told. */
export interface AuditFacts {
  action: string;
  [fact: string]: unknown;
}

/** Does something that the trail tells of. */
export async function audited<T>(
  { audit }: Pick<Context, "audit">,
  facts: AuditFacts,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    audit?.({ ...facts, outcome: "success" });
    return result;
  } catch (error) {
    const { code, message } = toFlowgError(error);
    audit?.({ ...facts, outcome: FAULTS.has(code) ? "failure" : "refused", code, reason: message });
    throw error;
  }
}
