// The errors of the command line: a class for its own refusals, and a function that reads anything that the core or the SDK
// throws. It goes by the `code` alone, so that it need import neither, but for their words about files.

import type { ErrorCode } from "../server/platform/errors.js";
import { untoldFileError } from "../server/platform/files/file-error.js";
import { EXIT_CODES, type ExitCode } from "./exit-codes.js";

/** Codes that only the command line has. */
export type CliCode = "USAGE" | "STUCK" | "PARTLY_STORED" | "DRILL_FAILED";
/** Codes of the SDK for answers that don't come from a FlowG server. */
export type NetworkCode = "CONNECTION_FAILED" | "TIMEOUT" | "REDIRECTED" | "ANSWER_UNEXPECTED";
export type AnyCode = ErrorCode | CliCode | NetworkCode;

/** A refusal by the command line itself. */
export class CliError extends Error {
  readonly code: AnyCode;
  readonly hint: string | undefined;

  constructor(code: AnyCode, message: string, hint?: string) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.hint = hint;
  }
}

export interface Failure {
  code: AnyCode;
  message: string;
  hint: string | undefined;
  exitCode: ExitCode;
  cause: unknown;
}

/** Reads any thrown value. An error without a known code is a fault of this program. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  // the SDK says only that it was stopped, and its cause says why
  if (code === "CANCELLED" && (error as Error).cause instanceof CliError) {
    const failure = failureOf((error as Error).cause);
    return { ...failure, hint: failure.hint ?? hintOf(error) };
  }
  if (isAnswer(error)) return failureOfAnswer(error, code ?? "ANSWER_UNEXPECTED");
  const ofFile = code === undefined ? untoldFileError(error) : undefined;
  if (ofFile !== undefined) return failureOf(ofFile);
  if (code === undefined || code === "INTERNAL") {
    return {
      code: "INTERNAL",
      message: `unexpected fault: ${error instanceof Error ? error.message : String(error)}`,
      hint: hintOf(error) ?? "run it again with FLOWG_DEBUG=1 to see where, and report it",
      exitCode: EXIT_CODES.INTERNAL,
      cause: error,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, hint: hintOf(error), exitCode: EXIT_CODES[code], cause: error };
}

/** Whether a process of another container has the same process id, so that LMDB would refuse this one. */
export function isNumberTaken(error: unknown): boolean {
  const details = error instanceof Error && "details" in error ? error.details : undefined;
  return (details as { processIdTaken?: unknown } | undefined)?.processIdTaken === true;
}

interface Answer extends Error {
  status: number;
  requestId?: unknown;
}

/** Whether a server answered with this error. */
function isAnswer(error: unknown): error is Answer {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

function failureOfAnswer(error: Answer, code: AnyCode): Failure {
  const { message, status, requestId } = error;
  // the server's log has more under this id
  const request = status >= 500 && typeof requestId === "string" ? `request ${requestId}` : "";
  const hint = [hintOf(error), request].filter(Boolean).join("; ") || undefined;
  const said = code === "INTERNAL" ? `the server says: ${message}` : message;
  return { code, message: said, hint, exitCode: EXIT_CODES[code], cause: error };
}

function codeOf(error: unknown): AnyCode | undefined {
  if (!(error instanceof Error)) return undefined;
  // what AbortSignal.throwIfAborted() and Node's own functions throw
  if (error.name === "AbortError") return "CANCELLED";
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" && Object.hasOwn(EXIT_CODES, code)
    ? (code as AnyCode)
    : undefined;
}

function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("hint" in error)) return undefined;
  return typeof error.hint === "string" ? error.hint : undefined;
}

/** The stack of an error and of its causes, for FLOWG_DEBUG=1. */
export function causeChain(error: unknown): string[] {
  const chain: string[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 8; ) {
    chain.push(at instanceof Error ? (at.stack ?? String(at)) : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}
