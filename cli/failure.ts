// Errors as the command line sees them: a class for its own refusals, and a reader of anything that the core or the SDK
// throws. It goes by the `code` alone and imports neither of them, but for their words about files.

import type { ErrorCode } from "../server/platform/errors.js";
import { untoldFileError } from "../server/platform/files/file-error.js";
import { EXIT_CODES, type ExitCode } from "./exit-codes.js";

/** Codes that only the command line has. */
export type CliCode = "USAGE" | "STUCK" | "PARTLY_STORED" | "DRILL_FAILED";
/** Codes of the SDK, where no server of ours has answered. */
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

/** Reads anything thrown. An error without a code of ours is a fault of this program. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  // the SDK says only that it was stopped; what stopped it is the reason it was given
  if (code === "CANCELLED" && (error as Error).cause instanceof CliError) {
    return failureOf((error as Error).cause);
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

/** Whether a process of another container has this one's number, so that LMDB would refuse this one. */
export function isNumberTaken(error: unknown): boolean {
  const details = error instanceof Error && "details" in error ? error.details : undefined;
  return (details as { processIdTaken?: unknown } | undefined)?.processIdTaken === true;
}

interface Answer extends Error {
  status: number;
  requestId?: unknown;
}

/** An error that a server answered with. */
function isAnswer(error: unknown): error is Answer {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

function failureOfAnswer(error: Answer, code: AnyCode): Failure {
  const { message, status, requestId } = error;
  // the server's log knows more, by this
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

/** The error, what caused it, what caused that: for FLOWG_DEBUG=1. */
export function causeChain(error: unknown): string[] {
  const chain: string[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 8; ) {
    chain.push(at instanceof Error ? (at.stack ?? String(at)) : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}
