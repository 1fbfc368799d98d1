// New entries of a stream as server-sent events.

import type { LogFeed, StoredLog } from "../operations/ingest/log-feed.js";
import { segments } from "../records/keys.js";
import { type Filter, matchesFilter } from "../records/logs/filter.js";
import { isLarge, WrittenEntry } from "../records/logs/written-entry.js";
import { eventParts, eventText, HEARTBEAT, HEARTBEAT_MS } from "./server-sent-events.js";

/**
 * For a slow watcher the server keeps this many entries, or this many bytes of their values. Then it drops entries, and says
 * how many.
 */
const WAITING_MAX = 1_000;
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** About how many bytes are sent at once. */
const CHUNK_BYTES = 256 * 1024;

export interface WatchOptions {
  stream: string;
  filter: Filter | undefined;
  signal: AbortSignal;
}

/** Never ends by itself. */
export async function* watchEvents(
  feed: LogFeed,
  { stream, filter, signal }: WatchOptions,
): AsyncGenerator<Uint8Array> {
  const waiting: StoredLog[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let wake = () => {};
  const unsubscribe = feed.subscribe(stream, (log) => {
    if (filter && !passes(log, filter)) return;
    const { length } = log.value;
    // a larger entry is still kept if nothing else waits
    const hasRoom = waitingBytes === 0 || waitingBytes + length <= WAITING_BYTES_MAX;
    if (hasRoom && waiting.length < WAITING_MAX) {
      waiting.push(log);
      waitingBytes += length;
    } else lost += 1;
    wake();
  });
  /** Takes the next piece to send: some of the waiting entries, and the number of dropped ones. */
  const take = () => {
    const events: Uint8Array[] = [];
    let bytes = 0;
    while (waiting.length > 0 && bytes < CHUNK_BYTES) {
      const log = waiting.shift() as StoredLog;
      waitingBytes -= log.value.length;
      bytes += log.value.length;
      events.push(...event(log));
    }
    if (lost > 0) events.push(Buffer.from(eventText("lost", { entries: lost })));
    lost = 0;
    return Buffer.concat(events);
  };
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    yield Buffer.from(": watching\n\n");
    while (!signal.aborted) {
      if (waiting.length === 0 && lost === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, HEARTBEAT_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const events = take();
      yield events.length === 0 ? Buffer.from(HEARTBEAT) : events;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}

/** Large entries that are being sent, so that the fields of each are looked up once for all watchers. */
const written = new WeakMap<StoredLog, WrittenEntry>();

function passes(log: StoredLog, filter: Filter): boolean {
  if (!isLarge(log.value)) return matchesFilter(filter, log.fields);
  const entry = written.get(log) ?? new WrittenEntry(log.value);
  written.set(log, entry);
  return entry.passes(filter);
}

/** The event of an entry. Its value is JSON that we wrote, which holds no line break. */
function event({ key, value }: StoredLog): Uint8Array[] {
  const [, , ms, uuid] = segments(key);
  return eventParts("log", value, `${ms}-${uuid}`);
}
