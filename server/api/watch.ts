// New entries of a stream as server-sent events (WHATWG HTML, section "Server-sent events").

import { segments } from "../database/keys.js";
import { type Filter, matchesFilter } from "../logs/filter.js";
import type { LogFeed, StoredLog } from "./log-feed.js";

/** A comment now and then keeps proxies from closing the connection, and shows a broken one. */
const HEARTBEAT_MS = 15_000;
/** Entries that wait for a slow watcher; more are counted and left out. */
const WAITING_MAX = 1_000;

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
  let waiting: StoredLog[] = [];
  let lost = 0;
  let wake = () => {};
  const unsubscribe = feed.subscribe(stream, (log) => {
    if (filter && !matchesFilter(filter, log.entry.fields)) return;
    if (waiting.length < WAITING_MAX) waiting.push(log);
    else lost += 1;
    wake();
  });
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
      const logs = waiting;
      const missing = lost;
      waiting = [];
      lost = 0;
      const lines = logs.map(event);
      if (missing > 0) lines.push(`event: lost\ndata: {"entries":${missing}}\n\n`);
      yield Buffer.from(lines.length === 0 ? ": still here\n\n" : lines.join(""));
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}

/** JSON holds no line break, so the data is one line. */
function event({ key, entry }: StoredLog): string {
  const [, , ms, uuid] = segments(key);
  return `id: ${ms}-${uuid}\nevent: log\ndata: ${JSON.stringify(entry)}\n\n`;
}
