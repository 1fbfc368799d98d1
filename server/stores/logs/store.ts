// The log store: streams, ingest, queries and background work for the rest of the program. Reads see the last commit. Writes
// resolve once they are on the disk.

import type { NewEntry, PreparedEntry } from "../../records/logs/entry.js";
import type { Database } from "../../storage/database.js";
import { Background } from "./background.js";
import { Ingester } from "./ingest.js";
import { type QueriedEntry, type Query, queryEntries } from "./query.js";
import { StreamBound } from "./stream-bound.js";
import { StreamStore } from "./streams.js";

export interface LogStoreOptions {
  /** Milliseconds since 1970; the clock if absent. */
  now?: (() => number) | undefined;
  /** Called when background work fails. It is tried again. */
  onError?: ((error: unknown) => void) | undefined;
  /** Called when entries are stored that came during a restore. */
  onDeferredStored?: ((entries: number) => void) | undefined;
  /** How many bytes of such entries wait for the end of a restore at most; see MAX_DEFERRED_BYTES. */
  maxDeferredBytes?: number | undefined;
  /** How many streams may be made; no limit if absent. */
  maxStreams?: number | undefined;
}

export interface LogStore {
  readonly streams: StreamStore;
  /** See Ingester. */
  ingest(entries: readonly NewEntry[], receivedMs?: number): Promise<PreparedEntry[]>;
  /** Entries of a stream, newest first. */
  query(stream: string, query: Query): AsyncGenerator<QueriedEntry, void, undefined>;
  /** Begins the work in the background: retention, and what an earlier run left unfinished. */
  start(): Promise<void>;
  /** Does all background work there is, and resolves when it is done. */
  finishWork(): Promise<void>;
  /** Resolves once all entries that were taken are stored, and nothing runs any more. The database stays open. */
  close(): Promise<void>;
}

export function openLogStore(database: Database, options: LogStoreOptions = {}): LogStore {
  const { now = Date.now, onError = () => {}, maxStreams = Number.POSITIVE_INFINITY } = options;
  const background = new Background(database, { now, onError });
  const bound = new StreamBound(maxStreams);
  const ingester = new Ingester(database, {
    now,
    bound,
    onBlocked: () => background.finishWork().catch(onError),
    onStored: (stream, oldestMs) => background.stored(stream, oldestMs),
    onDeferredStored: options.onDeferredStored ?? (() => {}),
    onError,
    maxDeferredBytes: options.maxDeferredBytes,
  });
  return {
    streams: new StreamStore(database, {
      bound,
      beforeDeletion: () => ingester.untilDeferredStored(),
      onChanged: (stream) => background.changed(stream),
    }),
    ingest: (entries, receivedMs) => ingester.ingest(entries, receivedMs),
    query: (stream, query) => queryEntries({ database, stream, now }, query),
    start: async () => {
      await ingester.start();
      background.start();
    },
    finishWork: () => background.finishWork(),
    close: async () => {
      await ingester.close();
      await background.stop();
    },
  };
}
