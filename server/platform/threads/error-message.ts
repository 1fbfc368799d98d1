// An error as data that can cross between threads, which loses classes.

import { type ErrorCode, FlowgError } from "../errors.js";

export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  details: Record<string, unknown>;
  stack: string | undefined;
}

export function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof FlowgError) {
    const { code, message, hint, details, stack } = error;
    return { code, message, hint, details, stack };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: "INTERNAL", message, hint: undefined, details: {}, stack };
}

export function errorFrom({ code, message, hint, details, stack }: ErrorMessage): FlowgError {
  return new FlowgError(code, message, { hint, details, cause: stack });
}
