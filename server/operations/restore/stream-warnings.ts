// Warns of streams that a restore brings and that the server would not let anybody make.

import { segments, under } from "../../records/keys.js";
import type { RestoreMode } from "../../records/reports.js";
import type { Database } from "../../storage/database.js";
import type { VerifiedSource } from "./verified-source.js";

export interface StreamLimit {
  database: Database;
  mode: RestoreMode;
  maxStreams: number;
}

/** Before or after the restore, or for a dry run: all give the same. */
export async function streamWarnings(
  { streams, part }: Pick<VerifiedSource, "streams" | "part">,
  { database, mode, maxStreams }: StreamLimit,
): Promise<string[]> {
  if (database.kind !== "logs") return [];
  const names = new Set(streams.keys());
  if (mode === "merge" || part) {
    const there = await database.read(({ records }) =>
      [...records.keys(under("stream"))].map((key) => segments(key)[1] ?? ""),
    );
    for (const name of there) names.add(name);
  }
  if (names.size <= maxStreams) return [];
  return [
    `there are ${names.size} streams then, more than --max-streams ${maxStreams} allows: they stay, but no new one can be made`,
  ];
}
