// The audit trail of backups and restores: a line in the log and a count in the metrics for each, whether it succeeds or not.

import { toFlowgError } from "../api/failure.js";
import type { RawBody } from "../api/raw-bodies.js";
import type { ErrorCode } from "../platform/errors.js";
import type { DatabaseKind } from "../records/kinds.js";
import type { Exchange } from "./exchange.js";

export interface FinishedTransfer {
  direction: "backup" | "restore";
  database: DatabaseKind | "all";
  outcome: "success" | "failure" | "refused";
  seconds: number;
  bytes: number;
}

export interface TransferMetrics {
  transferFinished(transfer: FinishedTransfer): void;
}

/** Errors that refuse a transfer before it does anything. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
  "INPUT_INVALID",
  "NOT_FOUND",
  "MEDIA_TYPE_UNSUPPORTED",
  "INPUT_TOO_LARGE",
  "REFUSED",
  "CONFLICT",
  "BUSY",
  "RATE_LIMITED",
  "NOT_IMPLEMENTED",
]);

export class TransferAudit {
  readonly #start = performance.now();
  #bytes = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly body: RawBody,
    private readonly metrics: TransferMetrics,
  ) {}

  readonly count = (bytes: number): void => {
    this.#bytes += bytes;
  };

  /** @param facts facts about the transfer: the answer of a restore, the records of a backup */
  done(facts: Record<string, unknown>): void {
    this.#finish("success", facts);
  }

  failed(error: unknown): void {
    const { code, message, details } = toFlowgError(error);
    const { restored, notRestored } = details;
    const hasBegun = Array.isArray(restored) && restored.length > 0;
    const outcome = REFUSALS.has(code) && !hasBegun ? "refused" : "failure";
    this.#finish(outcome, { code, reason: message, ...(hasBegun && { restored, notRestored }) });
  }

  #finish(outcome: FinishedTransfer["outcome"], facts: Record<string, unknown>): void {
    const subject = subjectOf(this.body);
    if (subject === undefined) return;
    const seconds = (performance.now() - this.#start) / 1000;
    const finished = { ...subject, outcome, seconds, bytes: this.#bytes };
    // a dry run restores nothing, so it must not pass for the last success
    if (!isDryRun(facts)) this.metrics.transferFinished(finished);
    const { caller, address, log } = this.exchange;
    log.info(
      { audit: true, ...finished, user: caller?.user, address, ...facts },
      subject.direction,
    );
  }
}

function subjectOf(body: RawBody): Pick<FinishedTransfer, "direction" | "database"> | undefined {
  if (body.kind === "upload") return { direction: "restore", database: body.restore };
  if (body.kind === "download" && body.backup !== undefined)
    return { direction: "backup", database: body.backup };
  return undefined;
}

function isDryRun({ answer }: Record<string, unknown>): boolean {
  const { report } = (answer ?? {}) as { report?: { dryRun?: unknown } };
  return report?.dryRun === true;
}
