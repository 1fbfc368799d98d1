// Sends many logs through a pipeline. All go along the plan before any is stored. So when the server can't go on (no room, a
// restore, too many waiting logs), nothing is stored, and the client can send the batch again as it is. A log that is refused
// for its contents is named, and the others are stored.

import { setImmediate } from "node:timers/promises";
import { FlowgError } from "../../platform/errors.js";
import type { Plan } from "../../records/config/plan.js";
import { orderedIds } from "../../records/logs/entry.js";
import type { BatchLog, BatchPlace, LogBatch } from "../../records/logs/log-batch.js";
import type { WrittenFields } from "../../records/logs/written-fields.js";
import { type LogFailure, refusedOf, stoppedAfter } from "./batch-failures.js";
import { failureOf } from "./branch-failures.js";
import type { RequestRoom } from "./log-room.js";
import {
  callAll,
  countOutcome,
  type Ingesting,
  OF_ONE_ENTRY,
  tellStored,
} from "./through-pipeline.js";
import { type Outcome, type RunScript, type ToStore, walkPlan } from "./walk-plan.js";

/** This many logs go along the plan before other work gets a turn. */
const TOGETHER = 250;
/** The most entries of one transaction, which takes one turn of the event loop. */
const GROUP_ENTRIES = 1_000;
const GROUP_BYTES = 4 * 1024 * 1024;

interface Walked extends BatchPlace {
  outcome: Outcome;
  stored: number;
}

export interface BatchReport {
  /** The number of logs that are on the disk in all their streams. */
  accepted: number;
  refused: LogFailure[];
}

/**
 * Sends logs through a pipeline. When this resolves, the accepted logs are on the disk.
 * @throws NOT_FOUND, BUSY, DISK_FULL, DATABASE_…: no log was stored, unless the details say how many
 */
export async function ingestBatch(
  pipeline: string,
  batch: LogBatch,
  ingesting: Ingesting,
): Promise<BatchReport> {
  return await ingestAlong(await ingesting.config.plan(pipeline), batch, ingesting);
}

/** Sends logs along a given plan. */
export async function ingestAlong(
  plan: Plan,
  batch: LogBatch,
  ingesting: Ingesting,
): Promise<BatchReport> {
  const receivedMs = Date.now();
  using room = ingesting.room.forRequest();
  const walked = await walkAll(batch.logs, plan, { ingesting, room });
  const stop = await storeAll(walked, { receivedMs, room }, ingesting);
  const done = stop ? walked.slice(0, stop.done) : walked;
  const isUntouched = done.every(({ stored }) => stored === 0);
  if (stop && isUntouched) throw stop.error;
  for (const [i, { outcome, stored }] of done.entries()) {
    callAll(outcome, { receivedMs, stored, alerts: ingesting.alerts });
    if (i % TOGETHER === TOGETHER - 1) await setImmediate();
  }
  for (const { outcome } of walked) countOutcome(outcome, ingesting.counters);
  const failed = done
    .filter(({ outcome }) => outcome.failures.length > 0)
    .map(({ outcome, stored, ...place }) => ({
      ...place,
      stored,
      error: failureOf(outcome.failures, stored),
    }));
  const refused = refusedOf(batch.refused, failed);
  if (stop === undefined) return { accepted: batch.size - refused.length, refused };
  const stored = done.length - failed.length;
  const next = walked[stop.done] as BatchPlace;
  throw stoppedAfter(stop.error, { total: batch.size, stored, next, refused });
}

async function walkAll(
  logs: readonly BatchLog[],
  plan: Plan,
  { ingesting: { transformers }, room }: { ingesting: Ingesting; room: RequestRoom },
): Promise<Walked[]> {
  const all: Walked[] = [];
  const runScript: RunScript = (...script) => transformers.run(...script);
  const walking = { runScript, room };
  for (let at = 0; at < logs.length; at += TOGETHER) {
    if (at > 0) await setImmediate();
    const walks = logs.slice(at, at + TOGETHER).map(({ fields, ...place }) => {
      const outcome = walkPlan(plan, fields, walking);
      const walked = (outcome: Outcome) => ({ ...place, outcome, stored: 0 });
      return outcome instanceof Promise ? outcome.then(walked) : walked(outcome);
    });
    const isDone = (walk: Walked | Promise<Walked>): walk is Walked => !(walk instanceof Promise);
    for (const walked of walks.every(isDone) ? walks : await Promise.all(walks)) {
      const stopping = walked.outcome.failures.find(({ error }) => !isOfLog(error));
      if (stopping) throw stopping.error;
      all.push(walked);
    }
  }
  return all;
}

/** Whether the error belongs to the log: the same log would fail again, because of its contents or its way. */
const isOfLog = (error: unknown): boolean =>
  error instanceof FlowgError && (OF_ONE_ENTRY.has(error.code) || OF_ITS_WAY.has(error.code));

const OF_ITS_WAY: ReadonlySet<string> = new Set(["NOT_FOUND", "NOT_IMPLEMENTED"]);

interface Stop {
  error: unknown;
  /** The number of logs before this part. */
  done: number;
}

/** Stores in few transactions, one after the other, until one fails as a whole. */
async function storeAll(
  walked: readonly Walked[],
  { receivedMs, room }: { receivedMs: number; room: RequestRoom },
  ingesting: Ingesting,
): Promise<Stop | undefined> {
  // all entries are of one millisecond, so their ids keep the order
  const ids = orderedIds(walked.reduce((sum, { outcome }) => sum + outcome.entries.length, 0));
  let used = 0;
  let done = 0;
  for (const { group, bytes } of groupsOf(walked)) {
    const entries = group.flatMap((log) =>
      log.outcome.entries.map((entry) => ({ log, entry: { ...entry, id: ids[used++] } })),
    );
    try {
      using _ = room.writing(bytes);
      await storeGroup(entries, receivedMs, ingesting);
    } catch (error) {
      for (const { outcome } of walked.slice(done))
        outcome.failures.push(...outcome.entries.map((entry) => ({ ...entry, error })));
      return { error, done };
    }
    done += group.length;
  }
  return undefined;
}

interface Storing {
  log: Walked;
  entry: ToStore & { id: string | undefined };
}

/** Stores entries together. Where one of them can't be stored, it finds that one by trying streams and then halves. */
async function storeGroup(
  entries: readonly Storing[],
  receivedMs: number,
  ingesting: Ingesting,
): Promise<void> {
  if (entries.length === 0) return;
  try {
    const stored = await ingesting.logs.ingest(
      entries.map(({ entry }) => entry),
      receivedMs,
    );
    for (const entry of stored) tellStored(entry, ingesting);
    for (const { log } of entries) log.stored++;
  } catch (error) {
    if (!(error instanceof FlowgError) || !OF_ONE_ENTRY.has(error.code)) throw error;
    const parts = partsOf(entries, error);
    if (parts.length > 1) for (const part of parts) await storeGroup(part, receivedMs, ingesting);
    else for (const { log, entry } of entries) log.outcome.failures.push({ ...entry, error });
  }
}

function partsOf(entries: readonly Storing[], error: FlowgError): Storing[][] {
  const streams = new Map<string, Storing[]>();
  for (const storing of entries) {
    const known = streams.get(storing.entry.stream);
    if (known) known.push(storing);
    else streams.set(storing.entry.stream, [storing]);
  }
  const byStream = [...streams.values()];
  if (byStream.length > 1 || !/^INPUT_/.test(error.code)) return byStream;
  const half = entries.length >> 1;
  return half === 0 ? byStream : [entries.slice(0, half), entries.slice(half)];
}

/** Cuts the logs into groups, and never parts the entries of one log. */
function* groupsOf(walked: readonly Walked[]): Generator<{ group: Walked[]; bytes: number }> {
  let group: Walked[] = [];
  let entries = 0;
  let bytes = 0;
  for (const log of walked) {
    if (entries >= GROUP_ENTRIES || bytes >= GROUP_BYTES) {
      yield { group, bytes };
      [group, entries, bytes] = [[], 0, 0];
    }
    group.push(log);
    entries += log.outcome.entries.length;
    for (const { fields } of log.outcome.entries) bytes += bytesOf(fields);
  }
  if (group.length > 0) yield { group, bytes };
}

function bytesOf(fields: ToStore["fields"]): number {
  const { json } = fields as WrittenFields;
  if (json !== undefined && typeof json !== "string") return json.length;
  let bytes = 0;
  for (const name in fields)
    bytes += name.length + String((fields as Record<string, string>)[name]).length;
  return bytes;
}
