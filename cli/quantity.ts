// Reads amounts on the command line: sizes, times and numbers.

import { sizeBytes } from "../server/platform/size.js";
import { CliError } from "./failure.js";

/**
 * `20GiB`, `500 MB`, `1024`
 * @throws USAGE
 */
export function byteCount(flag: string, text: string): number {
  const bytes = sizeBytes(text);
  if (bytes !== undefined) return bytes;
  throw new CliError(
    "USAGE",
    `--${flag}: ${JSON.stringify(text)} isn't a size`,
    "write for example 20GiB",
  );
}

/**
 * `60`, `0.5`
 * @throws USAGE
 */
export function seconds(flag: string, text: string): number {
  const value = /^\d{1,9}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 2_000_000) return value;
  throw new CliError(
    "USAGE",
    `--${flag}: ${JSON.stringify(text)} isn't a time`,
    "write seconds, more than 0",
  );
}

/**
 * `8`
 * @throws USAGE
 */
export function positive(flag: string, text: string): number {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  if (value > 0) return value;
  throw new CliError("USAGE", `--${flag}: ${JSON.stringify(text)} isn't a number above 0`);
}

/**
 * `0`, `604800`
 * @throws USAGE
 */
export function count(flag: string, text: string): number {
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  throw new CliError("USAGE", `--${flag}: ${JSON.stringify(text)} isn't a whole number`);
}
