// A log on its way in: through its pipeline into streams, and from there to those that watch them.

import type { Fields, WrittenFields } from "../../records/logs/written-fields.js";
import type { ConfigStore } from "../../stores/config/store.js";
import type { LogStore } from "../../stores/logs/store.js";
import type { LogFeed } from "./log-feed.js";
import { planIngest } from "./plan.js";

/** Counts logs on the way. */
export interface LogCounters {
  /** An entry is on disk. */
  streamLog(stream: string): void;
  /** An ingest through an existing pipeline ended. */
  pipelineLog(pipeline: string, status: "success" | "error"): void;
}

export interface Ingesting {
  config: ConfigStore;
  logs: LogStore;
  feed: LogFeed;
  counters: LogCounters;
}

/**
 * Sends a log through a pipeline. When this resolves, it is on the disk.
 * @throws NOT_FOUND, NOT_IMPLEMENTED, and what storing entries throws; nothing is stored then
 */
export async function ingestThrough(
  pipeline: string,
  fields: Fields | WrittenFields,
  { config, logs, feed, counters }: Ingesting,
): Promise<void> {
  const flow = await config.pipelines.get(pipeline);
  try {
    const entries = planIngest(pipeline, flow).map((stream) => ({ stream, fields }));
    for (const stored of await logs.ingest(entries)) {
      const { stream, timestamp, key } = stored;
      counters.streamLog(stream);
      // as they were stored; a large log's are parsed only here
      if (feed.isWatched(stream))
        feed.publish({ stream, key, entry: { timestamp, fields: stored.fields } });
    }
    counters.pipelineLog(pipeline, "success");
  } catch (error) {
    counters.pipelineLog(pipeline, "error");
    throw error;
  }
}
