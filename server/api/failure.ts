// Turns anything that a procedure threw into a FlowgError. A fault of this program loses its text, which may hold anything.

import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { type ErrorCode, FlowgError } from "../platform/errors.js";
import { untoldFileError } from "../platform/files/file-error.js";
import { issueSentence } from "../platform/messages/sentences.js";

/** One thing that is wrong with the input. */
export interface Issue {
  /** Where: `flow.nodes[0].id`; empty for the whole. */
  path: string;
  message: string;
}

/** The codes of tRPC's own refusals. */
const TRPC_CODES: Partial<Record<TRPCError["code"], ErrorCode>> = {
  PARSE_ERROR: "INPUT_INVALID",
  BAD_REQUEST: "INPUT_INVALID",
  NOT_FOUND: "NOT_FOUND",
  UNAUTHORIZED: "UNAUTHENTICATED",
  FORBIDDEN: "PERMISSION_DENIED",
  PAYLOAD_TOO_LARGE: "INPUT_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "MEDIA_TYPE_UNSUPPORTED",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  CLIENT_CLOSED_REQUEST: "CANCELLED",
};

export function toFlowgError(error: unknown): FlowgError {
  if (error instanceof FlowgError) return error;
  if (error instanceof TRPCError) {
    if (error.cause instanceof FlowgError) return error.cause;
    if (error.code === "BAD_REQUEST" && error.cause instanceof z.core.$ZodError)
      return invalidInput(error.cause);
    const code = TRPC_CODES[error.code];
    if (code !== undefined) return new FlowgError(code, error.message, { cause: error });
  }
  if (error instanceof Error && error.name === "AbortError")
    return new FlowgError("CANCELLED", "stopped before it was done", { cause: error });
  const ofFile = untoldFileError(error instanceof TRPCError ? error.cause : error);
  if (ofFile !== undefined) return ofFile;
  return new FlowgError("INTERNAL", "an unexpected fault of this server", {
    cause: error,
    hint: "report it, with the request id and the server's log of that moment",
  });
}

/** An answer lists at most this many issues. */
const ISSUES_SHOWN = 20;

/** An answer repeats at most this many characters of a name, which could be megabytes long. */
const NAME_SHOWN = 512;

const shown = (part: PropertyKey): PropertyKey =>
  typeof part === "string" && part.length > NAME_SHOWN
    ? `${part.slice(0, NAME_SHOWN).toWellFormed()}…`
    : part;

function invalidInput(error: z.core.$ZodError): FlowgError {
  const count = error.issues.length;
  const issues: Issue[] = error.issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => ({
    path: z.core.toDotPath(path.map(shown)),
    message,
  }));
  const [first = { path: "", message: "the input is not valid" }] = issues;
  const more = count > 1 ? ` (and ${count - 1} more)` : "";
  return new FlowgError("INPUT_INVALID", `${issueSentence(first)}${more}`, {
    details: { issues },
  });
}
