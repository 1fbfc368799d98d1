// What a command gives back: printed once, at the end, on stdout, as text or as JSON.

import type { ExitCode } from "../exit-codes.js";

export interface Result {
  /** The fields of the JSON object, beside `success`. */
  json: object;
  /** The lines for people, without the last newline; empty for none. */
  text: string;
  /** What was asked for, printed under `--quiet` too; a mere confirmation is not. */
  essential: boolean;
  /** What it ends with, where it has gone well and that isn't 0. */
  exitCode?: ExitCode;
  /** What the command fails with, although it has a result. */
  failure?: unknown;
}
