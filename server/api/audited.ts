// The audit trail: a line in the log for each log-in, change of accounts or other audited action, whether it succeeds or not.

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

/** The facts of an action, with names and never with secrets. The work may add more facts. */
export interface AuditFacts {
  action: string;
  [fact: string]: unknown;
}

/** Runs an action, and writes its outcome to the trail. */
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
