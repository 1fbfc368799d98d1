// Warns once where a file system, mostly a network share, can't flush a directory. The run goes on.

import { subscribe } from "node:diagnostics_channel";
import { safe } from "./output/safe.js";

const told: string[] = [];
let hasLog = false;

/** @param warn called once, however many directories can't be flushed */
export function warnOfUnflushed(warn: (text: string) => void): void {
  subscribe("flowg:unflushed-directory", (path) => {
    if (hasLog || told.length > 0) return;
    const text =
      `${safe(String(path))} can't be flushed: its file system doesn't do that for directories. ` +
      "The files are whole; if the power fails soon, their names may be lost";
    told.push(text);
    warn(text);
  });
}

/** Ends the warnings here: from now on a server's log has them. */
export function leaveUnflushedToLog(): void {
  hasLog = true;
}

/** The warnings so far, for reports. */
export const unflushedNotes = (): readonly string[] => told;
