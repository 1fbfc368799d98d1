// Sends a subscription as server-sent events: what the procedure yields, with its ids, and a comment where nothing comes for a
// while. A procedure that refuses before its first event is answered as any other.

import type { TrackedEnvelope } from "@trpc/server";
import type { Download } from "../api/raw-bodies.js";
import { eventText, HEARTBEAT, HEARTBEAT_MS } from "../api/server-sent-events.js";

type Envelope = TrackedEnvelope<{ event: string; data: unknown }>;

/** @param subscription what a subscription procedure gives */
export const eventsDownload = (subscription: AsyncIterable<Envelope>): Download => ({
  // nginx keeps events back otherwise, until it has a bufferful of them
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
    // the request's signal wakes a waiting listener; nothing waits for it here
    next.catch(() => {});
    void events.return?.()?.catch(() => {});
  }
}

/** Undefined where nothing came for a while. */
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
