// Hides the paths of this machine's files from clients. The log has the whole message, under the request's id.

import { HTTP_STATUS } from "../api/status.js";
import { type ErrorCode, FlowgError } from "../platform/errors.js";

const PLACE = "(a path that the server's log has)";
/** Errors below this status are about what the client sent, so a path in them is the client's own. */
const FIRST_OF_SERVER = 422;
/** From a `/` at the beginning of a word on. */
const ABSOLUTE_PATH = /(?<![\w.~/?&=-])\/(?:[\w.@+%~-]+\/)*[\w.@+%~-]+/g;
/** `/tmp` is neither a part of a stream's name, as in `app/tmp`, nor the beginning of another path's, as in `/tmpfs`. */
const [BEGIN, END] = [String.raw`(?<![\p{L}\p{N}_])`, String.raw`(?![\p{L}\p{N}_])`];

export type Conceal = (error: FlowgError) => FlowgError;

/** @param directories absolute paths, which may hold blanks and other characters that the pattern for paths doesn't match */
export function concealer(directories: readonly string[]): Conceal {
  const inText = textConcealer(directories);
  return (error) => {
    if (!mayNamePaths(error.code)) return error;
    const { code, message, hint, details, cause } = error;
    return new FlowgError(code, inText(message), {
      hint: hint === undefined ? undefined : inText(hint),
      details: inTexts(details, inText) as Record<string, unknown>,
      cause,
    });
  };
}

/** Conceals paths in all texts of plain data. */
export function dataConcealer(directories: readonly string[]): <T>(data: T) => T {
  const inText = textConcealer(directories);
  return <T>(data: T) => inTexts(data, inText) as T;
}

function textConcealer(directories: readonly string[]): (text: string) => string {
  const known = directories
    .filter((directory) => directory.length > 1)
    // the longest first, since one may lie in another
    .sort((a, b) => b.length - a.length)
    .map((directory) => `${BEGIN}${escaped(directory)}${END}(?:/[^\\s'"\`:,;)]*)?`)
    .map((pattern) => new RegExp(pattern, "gu"));
  return (text) =>
    [...known, ABSOLUTE_PATH].reduce((left, path) => left.replace(path, PLACE), text);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const mayNamePaths = (code: ErrorCode): boolean => HTTP_STATUS[code] >= FIRST_OF_SERVER;

/** The same value with all its texts changed. */
function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => inTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, inTexts(item, change)]),
  );
}
