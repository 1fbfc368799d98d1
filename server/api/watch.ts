// New entries of a stream as server-sent events.

import type { LogFeed, StoredLog } from "../operations/ingest/log-feed.js";
import { segments } from "../records/keys.js";
import { type Filter, matchesFilter } from "../records/logs/filter.js";
import { eventText, HEARTBEAT, HEARTBEAT_MS } from "./server-sent-events.js";

/** Entries that wait for a slow watcher, and what their texts may take; more are counted and left out. */
const WAITING_MAX = 1_000;
const WAITING_LENGTH_MAX = 8 * 1024 * 1024;
/** About what is sent at once. */
const CHUNK_LENGTH = 256 * 1024;

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
  let waitingLength = 0;
  let lost = 0;
  let wake = () => {};
  const unsubscribe = feed.subscribe(stream, (log) => {
    if (filter && !matchesFilter(filter, log.entry.fields)) return;
    const length = lengthOf(log);
    // one that is larger still goes to a watcher that waits for it
    const hasRoom = waitingLength === 0 || waitingLength + length <= WAITING_LENGTH_MAX;
    if (hasRoom && waiting.length < WAITING_MAX) {
      waiting.push(log);
      waitingLength += length;
    } else lost += 1;
    wake();
  });
  /** Takes the next piece to send: some of the waiting entries, and the number of those left out since. */
  const take = () => {
    let text = "";
    while (waiting.length > 0 && text.length < CHUNK_LENGTH) {
      const log = waiting.shift() as StoredLog;
      waitingLength -= lengthOf(log);
      text += event(log);
    }
    if (lost === 0) return text;
    text += eventText("lost", { entries: lost });
    lost = 0;
    return text;
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
      const text = take();
      yield Buffer.from(text === "" ? HEARTBEAT : text);
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}

/** How many characters its texts have. */
function lengthOf({ entry }: StoredLog): number {
  let length = 0;
  for (const [name, text] of Object.entries(entry.fields)) length += name.length + text.length;
  return length;
}

function event({ key, entry }: StoredLog): string {
  const [, , ms, uuid] = segments(key);
  return eventText("log", entry, `${ms}-${uuid}`);
}
