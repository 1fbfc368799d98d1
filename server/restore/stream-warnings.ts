// What a restore brings that the server would not let anybody make.

import { segments, under } from "../database/keys.js";
import type { Database } from "../database/open.js";
import type { RestoreMode } from "../reports.js";
import type { VerifiedSource } from "./verified-source.js";

export interface StreamLimit {
  database: Database;
  mode: RestoreMode;
  maxStreams: number;
}

/** Before or after the restore, or for a dry run: all give the same. */
export function streamWarnings(
  { streams }: Pick<VerifiedSource, "streams">,
  { database, mode, maxStreams }: StreamLimit,
): string[] {
  if (database.kind !== "logs") return [];
  const names = new Set(streams.keys());
  if (mode === "merge") {
    for (const key of database.records.getKeys(under("stream")))
      names.add(segments(key as Buffer)[1] ?? "");
  }
  if (names.size <= maxStreams) return [];
  return [
    `there are ${names.size} streams then, more than --max-streams ${maxStreams} allows: they stay, but no new one can be made`,
  ];
}
