// Checks how many files this process may have open. With too few, Node can't load the program, and its error doesn't help.

import { readFileSync } from "node:fs";
import { CliError } from "./failure.js";

/** The least limit, since Node opens many modules at a time. */
const LEAST = 192;
const HINT = `raise the limit, as with \`ulimit -n 1024\`, LimitNOFILE= or --ulimit; at least ${LEAST} are needed`;

/** @throws FILE_UNAVAILABLE */
export function demandOpenFiles(): void {
  const limit = openFilesLimit();
  if (limit === undefined || limit >= LEAST) return;
  throw new CliError("FILE_UNAVAILABLE", `this process may have only ${limit} files open`, HINT);
}

/** The limit on Linux; undefined elsewhere. */
function openFilesLimit(): number | undefined {
  try {
    const text = readFileSync("/proc/self/limits", "utf8");
    const [, limit] = /^Max open files +(\d+)/m.exec(text) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}
