// The result of a command: printed once, at the end, on stdout, as text or as JSON.

import type { ExitCode } from "../exit-codes.js";

export interface Result {
  /** The fields of the JSON object, beside `success`. */
  json: object;
  /** The lines for people, without the last newline; empty for none. */
  text: string;
  /** Whether `--quiet` prints it, too. An answer is essential, a confirmation isn't. */
  essential: boolean;
  /** The exit code of a successful run, if that isn't 0. */
  exitCode?: ExitCode;
  /** The error of a command that fails although it has a result. */
  failure?: unknown;
}
