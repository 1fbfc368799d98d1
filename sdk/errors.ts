// Everything the SDK throws: one base class; an answer of the server has a class for its status; what never
// became an answer, and what is wrong with a snapshot or a file, have classes of their own.

/** Facts about what went wrong, beside the message. @example `const facts: ErrorFacts = { hint: "try again", cause: error }` */
export interface ErrorFacts {
  /** What can be done about it. */
  hint?: string | undefined;
  /** The error below it. */
  cause?: unknown;
}

/**
 * The base of all errors of this SDK.
 *
 * @example
 * try {
 *   await client.roles.list();
 * } catch (error) {
 *   if (error instanceof FlowgSdkError) console.error(error.code, error.message, error.hint);
 *   else throw error;
 * }
 */
export class FlowgSdkError extends Error {
  /** Stable: for programs to act on. */
  readonly code: string;
  /** What can be done about it. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, { hint, cause }: ErrorFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** One thing that is wrong with what was sent. @example `const issue: Issue = { path: "flow.nodes[0].id", message: "is empty" }` */
export interface Issue {
  /** Where: `flow.nodes[0].id`; empty for the whole. */
  path: string;
  /** What is wrong there. */
  message: string;
}

/**
 * The facts of an answer with an error. Make a {@link FlowgApiError} of them in tests of your own.
 * @example
 * const facts: ApiErrorFacts = { status: 404, code: "NOT_FOUND", message: "there is no pipeline x" };
 * throw new NotFoundError(facts);
 */
export interface ApiErrorFacts extends ErrorFacts {
  /** The HTTP status. */
  status: number;
  /** Stable: for programs to act on. */
  code: string;
  /** The message for people. */
  message: string;
  /** What is wrong with the input, one by one. */
  issues?: readonly Issue[] | undefined;
  /** Facts for programs: offsets, counts, missing scopes. */
  details?: Readonly<Record<string, unknown>> | undefined;
  /** Names the request in the server's log. */
  requestId?: string | undefined;
  /** When it may be tried again. */
  retryAfterSeconds?: number | undefined;
}

/**
 * The server answered with an error. Each status has a class of its own below this one.
 *
 * @example
 * if (error instanceof FlowgApiError) console.error(error.status, error.code, error.requestId);
 */
export class FlowgApiError extends FlowgSdkError {
  /** The HTTP status. */
  readonly status: number;
  /** What is wrong with the input, one by one; empty where that isn't known. */
  readonly issues: readonly Issue[];
  /** Facts for programs: offsets, counts, missing scopes. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** When the server says it may be tried again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: ApiErrorFacts) {
    super(facts.code, facts.message, facts);
    this.status = facts.status;
    this.issues = facts.issues ?? [];
    this.details = facts.details ?? {};
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }

  /** The report of what a refused restore would have done, if the answer has one. */
  get report(): unknown {
    return this.details.report;
  }
}

/** 400: a value breaks a rule; `issues` says which. @example `if (error instanceof BadRequestError) show(error.issues)` */
export class BadRequestError extends FlowgApiError {}
/** 401: no or bad credentials. @example `if (error instanceof UnauthenticatedError) show("log in again")` */
export class UnauthenticatedError extends FlowgApiError {}
/** 403: a scope is missing. @example `if (error instanceof PermissionDeniedError) show(error.details.missingScopes)` */
export class PermissionDeniedError extends FlowgApiError {}
/** 404: it does not exist. @example `if (error instanceof NotFoundError) return undefined` */
export class NotFoundError extends FlowgApiError {}
/** 405: not with this method. @example `if (error instanceof MethodNotAllowedError) show("is the server as new as this SDK?")` */
export class MethodNotAllowedError extends FlowgApiError {}
/** 409: refused for safety, or another one is under way. @example `if (error instanceof ConflictError) show(error.report)` */
export class ConflictError extends FlowgApiError {}
/** 413: larger than the server takes. @example `if (error instanceof TooLargeError) show(error.details.maxBytes)` */
export class TooLargeError extends FlowgApiError {}
/** 415: a type of body that is not taken. @example `if (error instanceof UnsupportedMediaTypeError) show("is the server as new as this SDK?")` */
export class UnsupportedMediaTypeError extends FlowgApiError {}
/** 422: the snapshot can't be used; `code` says why. @example `if (error instanceof SnapshotRefusedError) show(error.code)` */
export class SnapshotRefusedError extends FlowgApiError {}
/** 429: too many requests or attempts. @example `if (error instanceof RateLimitedError) show(error.retryAfterSeconds)` */
export class RateLimitedError extends FlowgApiError {}
/** 500: a fault of the server; its log knows more by `requestId`. @example `if (error instanceof InternalServerError) show(error.requestId)` */
export class InternalServerError extends FlowgApiError {}
/** 501: this server cannot do that. @example `if (error instanceof NotImplementedError) show(error.message)` */
export class NotImplementedError extends FlowgApiError {}
/** 502 and 504: a server behind it failed. @example `if (error instanceof BadGatewayError) show("what does the receiver's log say?")` */
export class BadGatewayError extends FlowgApiError {}
/** 503: not at this moment. @example `if (error instanceof UnavailableError) show(error.retryAfterSeconds)` */
export class UnavailableError extends FlowgApiError {}
/** 507: the server's disk is full. @example `if (error instanceof DiskFullError) show(error.requestId)` */
export class DiskFullError extends FlowgApiError {}

/** The server could not be reached, or the connection broke. @example `if (error instanceof ConnectionError) show(error.message, error.hint)` */
export class ConnectionError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("CONNECTION_FAILED", message, facts);
  }
}

/** Nothing came in the time allowed. @example `if (error instanceof TimeoutError) show(error.hint)` */
export class TimeoutError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("TIMEOUT", message, facts);
  }
}

/** It could lose data: the message says how to insist. @example `if (error instanceof RefusedError) show(error.message, error.hint)` */
export class RefusedError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("REFUSED", message, facts);
  }
}

/** The caller's own `signal` stopped it. @example `if (error instanceof AbortError) return` */
export class AbortError extends FlowgSdkError {
  constructor(facts?: ErrorFacts) {
    super("CANCELLED", "stopped by the caller", facts);
  }
}

/**
 * The server sent us elsewhere. It is never followed: a token given for one host must not reach another.
 * @example `if (error instanceof RedirectError) show(error.hint)`
 */
export class RedirectError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("REDIRECTED", message, facts);
  }
}

/**
 * The server that answered does not speak FlowG's API.
 * @example `if (error instanceof UnexpectedAnswerError) show(client.baseUrl)`
 */
export class UnexpectedAnswerError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("ANSWER_UNEXPECTED", message, facts);
  }
}

/** An option or argument cannot be. @example `if (error instanceof InputError) show(error.message, error.hint)` */
export class InputError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts) {
    super("INPUT_INVALID", message, facts);
  }
}

/** A file on this machine cannot be read or written. @example `if (error instanceof FileError) show(error.message)` */
export class FileError extends FlowgSdkError {
  constructor(message: string, facts?: ErrorFacts & { code?: "FILE_UNAVAILABLE" | "DISK_FULL" }) {
    super(facts?.code ?? "FILE_UNAVAILABLE", message, facts);
  }
}

/** A snapshot failed a check; `offset` says where. @example `if (error instanceof SnapshotError) show(error.code, error.offset)` */
export class SnapshotError extends FlowgSdkError {
  /** Byte of the snapshot. */
  readonly offset: number | undefined;

  constructor(code: string, message: string, facts: ErrorFacts & { offset?: number } = {}) {
    super(code, message, facts);
    this.offset = facts.offset;
  }
}

/** The snapshot ends before its seal: a broken download. @example `if (error instanceof SnapshotIncompleteError) show(error.offset)` */
export class SnapshotIncompleteError extends SnapshotError {
  constructor(message: string, facts: ErrorFacts & { offset?: number } = {}) {
    super("SNAPSHOT_TRUNCATED", message, {
      hint: "make it or download it again; a part of it can't be restored",
      ...facts,
    });
  }
}

/** The snapshot is not what was written. @example `if (error instanceof SnapshotDamagedError) show(error.offset)` */
export class SnapshotDamagedError extends SnapshotError {
  constructor(message: string, facts: ErrorFacts & { offset?: number } = {}) {
    super("SNAPSHOT_CORRUPT", message, {
      hint: "make it or download it again; nothing of this one is used",
      ...facts,
    });
  }
}

/** The snapshot is of another database. @example `if (error instanceof WrongDatabaseError) show(error.message)` */
export class WrongDatabaseError extends SnapshotError {
  constructor(found: string, expected: string) {
    super(
      "SNAPSHOT_WRONG_DATABASE",
      `this is a snapshot of the ${found} database, not of ${expected}`,
    );
  }
}

/** Bundlers rename classes: the name of an error is this text. */
const NAMES = {
  FlowgSdkError,
  FlowgApiError,
  BadRequestError,
  UnauthenticatedError,
  PermissionDeniedError,
  NotFoundError,
  MethodNotAllowedError,
  ConflictError,
  TooLargeError,
  UnsupportedMediaTypeError,
  SnapshotRefusedError,
  RefusedError,
  RateLimitedError,
  InternalServerError,
  NotImplementedError,
  BadGatewayError,
  UnavailableError,
  DiskFullError,
  ConnectionError,
  TimeoutError,
  AbortError,
  RedirectError,
  UnexpectedAnswerError,
  InputError,
  FileError,
  SnapshotError,
  SnapshotIncompleteError,
  SnapshotDamagedError,
  WrongDatabaseError,
};
for (const [name, { prototype }] of Object.entries(NAMES))
  Object.defineProperty(prototype, "name", { value: name, configurable: true, writable: true });
