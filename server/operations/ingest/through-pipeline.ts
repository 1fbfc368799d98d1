// Sends a log through its pipeline into streams, and to those that watch the streams.

import { FlowgError } from "../../platform/errors.js";
import type { PreparedEntry } from "../../records/logs/entry.js";
import type { Fields, WrittenFields } from "../../records/logs/written-fields.js";
import type { ConfigStore } from "../../stores/config/store.js";
import type { LogStore } from "../../stores/logs/store.js";
import type { AlertCalls, AlertOutcome } from "../alerts/alert-calls.js";
import { Messages } from "../forwarders/messages.js";
import type { Transformers } from "../transform/transformers.js";
import { failureOf } from "./branch-failures.js";
import type { LogFeed } from "./log-feed.js";
import type { LogRoom, RequestRoom } from "./log-room.js";
import { type Failure, type Outcome, type RunScript, type ToStore, walkPlan } from "./walk-plan.js";

/** Counts logs on the way. */
export interface LogCounters {
  /** An entry is on disk. */
  streamLog(stream: string): void;
  /** An ingest through an existing pipeline ended. */
  pipelineLog(pipeline: string, status: "success" | "error"): void;
  /** A call of an alert's webhook ended, perhaps long after its log was taken. */
  alertCall(pipeline: string, alert: string, outcome: AlertOutcome): void;
}

export interface Ingesting {
  config: ConfigStore;
  logs: LogStore;
  transformers: Transformers;
  alerts: Pick<AlertCalls, "offer">;
  feed: LogFeed;
  counters: LogCounters;
  /** Bounds the memory of what is made of logs on their way. */
  room: LogRoom;
}

/**
 * Sends a log through a pipeline. When this resolves, the log is on the disk in all its streams, and its alerts are queued. No
 * log waits for a webhook.
 * @throws NOT_FOUND, and the error of the first branch that failed, with all failures in its details; the other branches were
 * carried out
 */
export async function ingestThrough(
  pipeline: string,
  fields: Fields | WrittenFields,
  ingesting: Ingesting,
): Promise<void> {
  // the timestamp of all entries and alerts of this log
  const receivedMs = Date.now();
  const { config, transformers } = ingesting;
  const plan = await config.plan(pipeline);
  using room = ingesting.room.forRequest();
  const runScript: RunScript = (...script) => transformers.run(...script);
  const outcome = await walkPlan(plan, fields, { runScript, room });
  const stored = await storeAll(outcome, { receivedMs, room }, ingesting);
  callAll(outcome, { receivedMs, stored, alerts: ingesting.alerts });
  countOutcome(outcome, ingesting.counters);
  if (outcome.failures.length > 0) throw failureOf(outcome.failures, stored);
}

/** These are faults of one entry, for example of its stream or its size, and not of the others. */
export const OF_ONE_ENTRY: ReadonlySet<string> = new Set([
  "INPUT_INVALID",
  "INPUT_TOO_LARGE",
  "REFUSED",
  "DATABASE_DAMAGED",
]);

/** @returns how many entries are stored; the others are added to the failures */
async function storeAll(
  { entries, failures, bytes }: Outcome,
  { receivedMs, room }: { receivedMs: number; room: RequestRoom },
  ingesting: Ingesting,
): Promise<number> {
  if (entries.length === 0) return 0;
  const store = async (of: readonly ToStore[]) => {
    const stored = await ingesting.logs.ingest(of, receivedMs);
    for (const entry of stored) tellStored(entry, ingesting);
    return stored.length;
  };
  try {
    using _ = room.writing(bytes);
    return await storeTogether(entries, store, failures);
  } catch (error) {
    failures.push(...entries.map((entry) => ({ ...entry, error })));
    return 0;
  }
}

/** Stores all entries in one transaction. If one of them can't be stored, each gets a transaction of its own. */
async function storeTogether(
  entries: readonly ToStore[],
  store: (of: readonly ToStore[]) => Promise<number>,
  failures: Failure[],
): Promise<number> {
  try {
    return await store(entries);
  } catch (error) {
    const isOfOne = error instanceof FlowgError && OF_ONE_ENTRY.has(error.code);
    if (entries.length === 1 || !isOfOne) throw error;
  }
  const each = entries.map((entry) =>
    store([entry]).catch((error: unknown) => {
      failures.push({ ...entry, error });
      return 0;
    }),
  );
  return (await Promise.all(each)).reduce((sum, stored) => sum + stored, 0);
}

/** Offers the calls of a log's alerts, once it is known whether the log is stored. */
export function callAll(
  { calls, failures }: Outcome,
  {
    receivedMs,
    stored,
    alerts,
  }: { receivedMs: number; stored: number; alerts: Ingesting["alerts"] },
): void {
  const messages = new Messages(receivedMs);
  for (const { at, within, alert, recipient, fields } of calls) {
    try {
      const body = messages.of(recipient, fields);
      const error = alerts.offer({ alert, pipeline: at.pipeline, recipient, body });
      // a log that is stored isn't sent again because a webhook is slow: the call is counted and logged
      if (error && !(error.code === "BUSY" && stored > 0)) failures.push({ at, within, error });
    } catch (error) {
      failures.push({ at, within, error });
    }
  }
}

export function tellStored(stored: PreparedEntry, { feed, counters }: Ingesting): void {
  counters.streamLog(stored.stream);
  feed.publish(stored);
}

/** A branch that failed counts for each pipeline that it lies in. */
export function countOutcome({ entered, failures }: Outcome, counters: LogCounters): void {
  const failed = new Set(failures.flatMap(({ within }) => within));
  for (const pipeline of entered)
    counters.pipelineLog(pipeline, failed.has(pipeline) ? "error" : "success");
}
