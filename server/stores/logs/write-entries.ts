// Writes entries into their streams, inside a transaction.

import type { FlowgError } from "../../platform/errors.js";
import { damagedRecord } from "../../records/damage.js";
import type { PreparedEntry } from "../../records/logs/entry.js";
import { fieldKey, streamKey } from "../../records/records.js";
import type { Changes } from "../../storage/database.js";
import { getPurge, type Purge } from "../../storage/notes/unfinished-work.js";
import {
  DEFAULT_STREAM,
  isStreamDamaged,
  knownStreamRecord,
  writeStreamRecord,
} from "../../storage/stream-record.js";
import type { Instant } from "../../storage/tables.js";

const EMPTY = Buffer.alloc(0);

/** The state of a stream during one transaction. */
export interface StreamState {
  purge: Purge | undefined;
  fieldNames: Set<string>;
  /** Whether it has to be made. */
  isNew: boolean;
  /** The time of the oldest entry that was added; infinite if none was. */
  oldestMs: number;
  /** Why nothing can be stored in it. */
  problem: FlowgError | undefined;
}

export class StreamStates {
  readonly #states = new Map<string, StreamState>();

  constructor(readonly instant: Pick<Instant, "records" | "local">) {}

  of(stream: string): StreamState {
    let known = this.#states.get(stream);
    if (!known) {
      known = readState(this.instant, stream);
      this.#states.set(stream, known);
    }
    return known;
  }

  /** The streams that entries make, each once. */
  newOf(entries: readonly PreparedEntry[]): string[] {
    const streams = new Set(entries.map(({ stream }) => stream));
    return [...streams].filter((stream) => this.of(stream).isNew);
  }

  /** The time of the oldest entry that each stream got. */
  *oldest(): Generator<[stream: string, oldestMs: number]> {
    for (const [stream, { oldestMs }] of this.#states)
      if (Number.isFinite(oldestMs)) yield [stream, oldestMs];
  }
}

function readState(instant: Pick<Instant, "records" | "local">, stream: string): StreamState {
  const record = knownStreamRecord(instant, stream);
  // a damaged stream refuses only its own entries, not those of the whole group
  const problem = isStreamDamaged(instant, stream)
    ? damagedRecord("logs", streamKey(stream))
    : undefined;
  return {
    purge: getPurge(instant, stream),
    fieldNames: new Set(),
    isNew: record === undefined,
    oldestMs: Number.POSITIVE_INFINITY,
    problem,
  };
}

export function makeStreams(
  changes: Changes,
  streams: readonly string[],
  states: StreamStates,
): void {
  for (const stream of streams) {
    writeStreamRecord(changes, stream, DEFAULT_STREAM);
    states.of(stream).isNew = false;
  }
}

/** @param isKnownNew whether the entry can't be there already */
export function putEntry(
  changes: Changes,
  entry: PreparedEntry,
  { state, isKnownNew }: { state: StreamState; isKnownNew: boolean },
): void {
  const { fieldNames } = state;
  if (entry.ms < state.oldestMs) state.oldestMs = entry.ms;
  if (isKnownNew) changes.putNew(entry.key, entry.value, entry);
  else changes.put(entry.key, entry.value, entry);
  for (const name of entry.fieldNames) {
    if (fieldNames.has(name)) continue;
    fieldNames.add(name);
    const nameKey = fieldKey(entry.stream, name);
    if (!changes.records.has(nameKey)) changes.put(nameKey, EMPTY);
  }
}

/** Whether a stream's deletion takes the entry with it. */
export const isGone = ({ purge }: StreamState, { ms }: PreparedEntry): boolean =>
  purge !== undefined && (purge.fields || ms <= purge.cutoff);
