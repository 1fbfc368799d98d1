// The HTTP status of every error code. Total: a new code does not compile until it has one.

import type { ErrorCode } from "../platform/errors.js";

export const HTTP_STATUS = {
  INPUT_INVALID: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REFUSED: 409,
  CONFLICT: 409,
  // not the caller's fault: the server has only a key file that writes
  IDENTITY_REQUIRED: 409,
  INPUT_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  SNAPSHOT_TRUNCATED: 422,
  SNAPSHOT_CORRUPT: 422,
  SNAPSHOT_WRONG_DATABASE: 422,
  SNAPSHOT_UNSUPPORTED: 422,
  SNAPSHOT_UNRECOGNIZED: 422,
  SIGNATURE_REFUSED: 422,
  RATE_LIMITED: 429,
  // nginx's "client closed request": the client is gone, but the log shows it
  CANCELLED: 499,
  INTERNAL: 500,
  DATABASE_DAMAGED: 500,
  FILE_UNAVAILABLE: 500,
  REPOSITORY_DAMAGED: 500,
  ADDRESS_UNAVAILABLE: 500,
  // FlowG answers a failed call of an alert's webhook with it
  UPSTREAM_FAILED: 500,
  NOT_IMPLEMENTED: 501,
  REPOSITORY_UNAVAILABLE: 502,
  BUSY: 503,
  REPOSITORY_MISSING: 503,
  DATABASE_MISSING: 503,
  DATABASE_INVALID: 503,
  DATABASE_WRONG_KIND: 503,
  DATABASE_TOO_NEW: 503,
  DATABASE_UNAVAILABLE: 503,
  DATABASE_REPLACED: 503,
  DISK_FULL: 507,
} as const satisfies Record<ErrorCode, number>;
