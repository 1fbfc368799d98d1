// Shares that can't flush a directory: a run goes on there, and says so once.

import { subscribe } from "node:diagnostics_channel";
import { safe } from "./output/safe.js";

const told: string[] = [];
let hasLog = false;

/** @param warn is called once, however many directories there are */
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

/** A server's log says it from now on. */
export function leaveUnflushedToLog(): void {
  hasLog = true;
}

/** What was said so far, for reports. */
export const unflushedNotes = (): readonly string[] => told;
