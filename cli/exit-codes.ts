// The exit codes: their meanings, and the code of each error.

import type { AnyCode } from "./failure.js";

/** What each exit code means, in the order of the table in cli/README.md. */
export const EXIT_CODE_MEANINGS = {
  0: "success",
  1: "unexpected fault of flowg itself",
  2: "usage: a flag, an argument or a value that is wrong",
  3: "broken snapshot or repository: cut short, damaged, of another database, too new, or not a snapshot",
  4: "database unavailable: missing, not one of ours, too new, in use, or no room on the disk",
  5: "refused for safety: it could lose data or access, nobody trusted has signed it, or another run is under way",
  6: "not permitted: no or bad credentials, a missing scope, or no identity that decrypts",
  7:
    "network: the server or the repository cannot be reached or asks to wait, or flowg cannot " +
    "listen at an address",
  8: "not found: a user, a role, a token, a repository, a snapshot or an input file is not there or cannot be read",
  9: "damaged database: its disk or memory has changed or lost records",
  10: "ended by force: it did not end when it was told to; nothing that was answered is lost",
  11: "different: two backups that were compared don't hold the same",
  12: "partly stored: the backup is whole in one repository, and not in another",
  13: "failed drill: a backup can't be restored, or isn't what it should be",
  129: "stopped by SIGHUP (the terminal was closed)",
  130: "stopped by Ctrl-C (SIGINT)",
  143: "stopped by SIGTERM",
} as const;

export type ExitCode = keyof typeof EXIT_CODE_MEANINGS;

/** The map is total, so a new error code doesn't compile until it has an exit code. */
export const EXIT_CODES: Readonly<Record<AnyCode, ExitCode>> = {
  INTERNAL: 1,

  USAGE: 2,
  INPUT_INVALID: 2,
  NOT_IMPLEMENTED: 2,
  INPUT_TOO_LARGE: 2,
  MEDIA_TYPE_UNSUPPORTED: 2,

  SNAPSHOT_TRUNCATED: 3,
  SNAPSHOT_CORRUPT: 3,
  SNAPSHOT_WRONG_DATABASE: 3,
  SNAPSHOT_UNSUPPORTED: 3,
  SNAPSHOT_UNRECOGNIZED: 3,
  REPOSITORY_DAMAGED: 3,

  DATABASE_DAMAGED: 9,

  DATABASE_MISSING: 4,
  DATABASE_INVALID: 4,
  DATABASE_WRONG_KIND: 4,
  DATABASE_TOO_NEW: 4,
  DATABASE_UNAVAILABLE: 4,
  DATABASE_REPLACED: 4,
  DISK_FULL: 4,

  REFUSED: 5,
  CONFLICT: 5,
  SIGNATURE_REFUSED: 5,

  UNAUTHENTICATED: 6,
  PERMISSION_DENIED: 6,
  IDENTITY_REQUIRED: 6,

  RATE_LIMITED: 7,
  BUSY: 7,
  METHOD_NOT_ALLOWED: 7,
  UPSTREAM_FAILED: 7,
  ADDRESS_UNAVAILABLE: 7,
  CONNECTION_FAILED: 7,
  TIMEOUT: 7,
  REDIRECTED: 7,
  ANSWER_UNEXPECTED: 7,
  REPOSITORY_UNAVAILABLE: 7,

  NOT_FOUND: 8,
  FILE_UNAVAILABLE: 8,
  REPOSITORY_MISSING: 8,

  STUCK: 10,

  PARTLY_STORED: 12,

  DRILL_FAILED: 13,

  CANCELLED: 130,
};

/** The signals that stop a run, and the exit codes that shells expect for them. */
export const SIGNAL_EXIT_CODES = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const satisfies Record<string, ExitCode>;
export type StopSignal = keyof typeof SIGNAL_EXIT_CODES;
