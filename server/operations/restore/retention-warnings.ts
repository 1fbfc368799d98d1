// Warns of entries that a restore brings back, and that the stream's limits remove again once a server runs.

import type { StreamRecord } from "../../records/records.js";
import type { StreamSummary } from "../../records/reports.js";
import { excess, expiry } from "../../storage/stream-record.js";

/** Gives a sentence for each stream with entries beyond its limits. */
export function retentionWarnings(
  {
    summaries,
    streams,
  }: { summaries: readonly StreamSummary[]; streams: ReadonlyMap<string, StreamRecord> },
  nowMs: number,
): string[] {
  return summaries.flatMap(({ name, bytes, oldest }) => {
    const record = streams.get(name);
    if (!record) return [];
    const stream = `stream ${JSON.stringify(name)}`;
    const warnings: string[] = [];
    if (oldest !== undefined && Date.parse(oldest) < expiry(record, nowMs))
      warnings.push(
        `${stream} keeps entries for ${record.ttl} seconds: older ones, from ${oldest} on, are deleted again once a server runs`,
      );
    if (excess(record, bytes) > 0)
      warnings.push(
        `${stream} keeps ${record.size} MiB: the oldest of the ${bytes} bytes restored are deleted again once a server runs`,
      );
    return warnings;
  });
}
