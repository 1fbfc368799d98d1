// Warns if a restore brings more streams than the server lets users make.

import { segments, under } from "../../records/keys.js";
import type { RestoreMode } from "../../records/reports.js";
import type { Database } from "../../storage/database.js";
import type { VerifiedSource } from "./verified-source.js";

export interface StreamLimit {
  database: Database;
  mode: RestoreMode;
  maxStreams: number;
}

/** It gives the same before a restore, after it, and in a dry run. */
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
    `with the restore there are ${names.size} streams, more than --max-streams ${maxStreams} allows: they stay, but nobody can make a new one`,
  ];
}
