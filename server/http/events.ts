// Sends a subscription as server-sent events: each item of the procedure with its id, and a comment after a silence. If the
// procedure fails before its first event, the client gets an ordinary error.

import type { TrackedEnvelope } from "@trpc/server";
import type { Download } from "../api/raw-bodies.js";
import { eventText, HEARTBEAT, HEARTBEAT_MS } from "../api/server-sent-events.js";

type Envelope = TrackedEnvelope<{ event: string; data: unknown }>;

/** @param subscription the result of a subscription procedure */
export const eventsDownload = (subscription: AsyncIterable<Envelope>): Download => ({
  // otherwise nginx holds events back until its buffer is full
  headers: { "Cache-Control": "no-cache", "X-Accel-Buffering": "no" },
  start: async () => ({ stream: texts(subscription) }),
});

async function* texts(subscription: AsyncIterable<Envelope>): AsyncGenerator<Uint8Array> {
  const events = subscription[Symbol.asyncIterator]();
  let next = events.next();
  try {
    for (;;) {
      const found = await orSilence(next);
      if (found === undefined) yield Buffer.from(HEARTBEAT);
      else if (found.done) return;
      else {
        const [id, { event, data }] = found.value;
        yield Buffer.from(eventText(event, data, id));
        next = events.next();
      }
    }
  } finally {
    // the request's signal ends a waiting listener, so there is no need to wait here
    next.catch(() => {});
    void events.return?.()?.catch(() => {});
  }
}

/** Waits for the next item; undefined after a silence. */
async function orSilence<T>(next: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), HEARTBEAT_MS);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}
