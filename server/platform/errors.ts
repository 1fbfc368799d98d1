// The one error class: a stable code that programs act on, a message that says what and where, a hint
// that says what to do. HTTP statuses and exit codes are total maps over these codes, at the edges.

/** Every code, with what it means. Codes are stable: scripts match on them. */
export const ERROR_CODES = {
  /** A value given by the caller breaks a documented rule (a name, a scope, an option). */
  INPUT_INVALID: "a given value breaks a rule",
  /** The thing asked for does not exist. */
  NOT_FOUND: "it does not exist",
  /** A file that was named cannot be found, read or written. */
  FILE_UNAVAILABLE: "a file cannot be used",
  /** The disk has no room for what was asked. */
  DISK_FULL: "the disk is full",

  /** The snapshot ends before its seal: a broken download or copy. */
  SNAPSHOT_TRUNCATED: "the snapshot is cut short",
  /** Bytes of the snapshot are not what was written. */
  SNAPSHOT_CORRUPT: "the snapshot is damaged",
  /** The snapshot is sound, but holds another database. */
  SNAPSHOT_WRONG_DATABASE: "the snapshot is of another database",
  /** The snapshot was made by a later version, or holds a database or record this one doesn't know. */
  SNAPSHOT_UNSUPPORTED: "the snapshot needs a later version",
  /** Not a snapshot, nor a FlowG backup. */
  SNAPSHOT_UNRECOGNIZED: "not a snapshot",

  /** There is no database in the directory. */
  DATABASE_MISSING: "there is no database",
  /** The directory holds something that is not a (whole) LMDB database of ours. */
  DATABASE_INVALID: "not a usable database",
  /** The database does not hold what was written: its disk or memory has changed or lost some of it. */
  DATABASE_DAMAGED: "the database is damaged",
  /** The directory holds another of the three databases. */
  DATABASE_WRONG_KIND: "another kind of database",
  /** The database was written by a later version. */
  DATABASE_TOO_NEW: "the database needs a later version",
  /** A server's database files were replaced or removed: nobody would find what it writes to the old ones. */
  DATABASE_REPLACED: "the database's files were replaced",
  /** The database cannot be opened or written now (permissions, readers, locks). */
  DATABASE_UNAVAILABLE: "the database cannot be used now",

  /** There is no repository where one was named. */
  REPOSITORY_MISSING: "there is no repository",
  /** The place of a repository does not answer, or not as it should. */
  REPOSITORY_UNAVAILABLE: "the repository cannot be used now",
  /** An object of a repository is missing, or is not what was written. */
  REPOSITORY_DAMAGED: "the repository is damaged",
  /** An object of a repository is encrypted, and no identity that was given opens it. */
  IDENTITY_REQUIRED: "an identity is needed",
  /** A snapshot of a repository is unsigned, or signed with a key that isn't trusted. */
  SIGNATURE_REFUSED: "not signed by a trusted key",

  /** Refused because it could lose data or access; the message says how to insist. */
  REFUSED: "refused for safety",
  /** Another operation of the same kind is under way. */
  CONFLICT: "another one is under way",
  /** Cannot be done at this moment; `details.retryAfterSeconds` says when to try again. */
  BUSY: "busy",
  /** No or bad credentials. */
  UNAUTHENTICATED: "not authenticated",
  /** The credentials lack a scope. */
  PERMISSION_DENIED: "not permitted",
  /** Too many requests or attempts; try later. */
  RATE_LIMITED: "too many attempts",
  /** The request is larger than this server takes. */
  INPUT_TOO_LARGE: "too large",
  /** The request's body is of a type that is not taken here. */
  MEDIA_TYPE_UNSUPPORTED: "a type of body that is not taken here",
  /** The path exists, but not with this HTTP method. */
  METHOD_NOT_ALLOWED: "not with this method",
  /** Another server that was called (an alert's webhook) did not answer as it should. */
  UPSTREAM_FAILED: "another server failed",
  /** The server cannot listen at the address it was given. */
  ADDRESS_UNAVAILABLE: "cannot listen there",
  /** Not available in this version or configuration. */
  NOT_IMPLEMENTED: "not implemented",
  /** Stopped by the caller (Ctrl-C, a closed connection). */
  CANCELLED: "stopped by the caller",
  /** A fault of this program. */
  INTERNAL: "an unexpected fault",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  /** Tells the reader what to do about it, in one sentence. */
  hint?: string | undefined;
  cause?: unknown;
  /** Facts for programs: offsets, block numbers, counts. Never secrets. */
  details?: Record<string, unknown> | undefined;
}

/** The only error this project throws on purpose. */
export class FlowgError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FlowgError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** Whether an error is one of this project's, with this code. */
export const hasCode = (error: unknown, code: ErrorCode): error is FlowgError =>
  error instanceof FlowgError && error.code === code;

/** An error as plain data, to be kept and reported. */
export interface Fault {
  code: ErrorCode;
  message: string;
  hint?: string;
}

export const faultOf = ({ code, message, hint }: FlowgError): Fault => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** Node's codes for a full disk, a used up quota, and a file that may not grow. */
const FULL_CODES: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** LMDB says the same in strerror's words. */
const FULL_WORDS = /No space left|Disk quota exceeded|File too large|MDB_MAP_FULL/;

/** Whether something failed because the disk is full. */
export function isDiskFull(error: unknown): boolean {
  const code = systemCode(error);
  if (code !== undefined) return FULL_CODES.has(code);
  return error instanceof Error && FULL_WORDS.test(error.message);
}

/** A process that has as many files open as it may, and a system that has. */
const OUT_OF_FILES_CODES: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
/** As Node says it of threads, LMDB in strerror's words, and we where an error has come from another thread. */
const OUT_OF_FILES_WORDS = /\b(EMFILE|ENFILE)\b|too many (open files|files open)/i;

/** Whether something failed because no more files can be opened. */
export const isOutOfFiles = (error: unknown): boolean =>
  OUT_OF_FILES_CODES.has(systemCode(error) ?? "") ||
  (error instanceof Error && OUT_OF_FILES_WORDS.test(error.message));

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
