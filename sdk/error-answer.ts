// Turns an answer that isn't a success into the error that it means. It may be in FlowG's own form, or come from something in
// between, such as a proxy's page.

import {
  type ApiErrorFacts,
  BadGatewayError,
  BadRequestError,
  ConflictError,
  DiskFullError,
  FlowgApiError,
  type FlowgSdkError,
  InternalServerError,
  type Issue,
  MethodNotAllowedError,
  NotFoundError,
  NotImplementedError,
  PermissionDeniedError,
  RateLimitedError,
  RedirectError,
  SnapshotRefusedError,
  TooLargeError,
  UnauthenticatedError,
  UnavailableError,
  UnexpectedAnswerError,
  UnsupportedMediaTypeError,
} from "./errors.js";

/** What is known of an answer before or without its body. */
export interface AnswerHead {
  status: number;
  /** Like `Headers.get`: null for a missing header. */
  header(name: string): string | null;
}

const CLASSES: Readonly<Record<number, new (facts: ApiErrorFacts) => FlowgApiError>> = {
  400: BadRequestError,
  401: UnauthenticatedError,
  403: PermissionDeniedError,
  404: NotFoundError,
  405: MethodNotAllowedError,
  409: ConflictError,
  413: TooLargeError,
  415: UnsupportedMediaTypeError,
  422: SnapshotRefusedError,
  429: RateLimitedError,
  500: InternalServerError,
  501: NotImplementedError,
  502: BadGatewayError,
  503: UnavailableError,
  504: BadGatewayError,
  507: DiskFullError,
};

/** The codes of answers that a proxy may give in FlowG's place. */
const PROXY_CODES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  413: "INPUT_TOO_LARGE",
  429: "RATE_LIMITED",
  502: "UPSTREAM_FAILED",
  503: "BUSY",
  504: "UPSTREAM_FAILED",
};

/** @param text the body */
export function errorFromAnswer(head: AnswerHead, text: string): FlowgSdkError {
  const { status } = head;
  if (isRedirect(status)) return redirected(head.header("location"));
  const retryAfterSeconds = retryAfter(head);
  const answer = parse(text);
  if (answer === undefined) return foreign(head, retryAfterSeconds);
  const { code, message, hint, issues, details, requestId } = answer;
  const facts: ApiErrorFacts = {
    status,
    code: String(code),
    message: String(message),
    hint: typeof hint === "string" ? hint : undefined,
    issues: Array.isArray(issues) ? (issues as Issue[]) : undefined,
    details: isObject(details) ? details : undefined,
    requestId: typeof requestId === "string" ? requestId : idOf(head),
    retryAfterSeconds,
  };
  return new (CLASSES[status] ?? FlowgApiError)(facts);
}

/** Something answered that isn't FlowG, or not as it should. */
function foreign(head: AnswerHead, retryAfterSeconds: number | undefined): FlowgSdkError {
  const { status } = head;
  const message = `the answer is HTTP ${status}, and not in FlowG's form`;
  const hint = "is a FlowG server of this version at this URL, or a proxy before it that fails?";
  const code = PROXY_CODES[status];
  if (code === undefined) return new UnexpectedAnswerError(message, { hint });
  const facts = { status, code, message, hint, requestId: idOf(head), retryAfterSeconds };
  return new (CLASSES[status] ?? FlowgApiError)(facts);
}

export const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** @param location where to, unless a browser hides it */
export function redirected(location: string | null): RedirectError {
  const where = location === null ? "elsewhere" : `to ${location}`;
  return new RedirectError(`the server redirects ${where}`, {
    hint: "redirects are not followed, so that the token stays with the host it was meant for; give the final URL",
  });
}

/** A success whose body is something else. */
export function unexpected(what: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`the answer is ${what}`, {
    hint: "is a FlowG server of this version at this URL, and nothing else before it?",
  });
}

const idOf = (head: AnswerHead) => head.header("x-request-id") ?? undefined;

/** Seconds, or a date (RFC 9110 section 10.2.3). */
function retryAfter(head: AnswerHead): number | undefined {
  const text = head.header("retry-after");
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value.code === "string" && typeof value.message === "string"
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
