// The events of a stream of server-sent ones, as the server sends them.

import { createParser } from "eventsource-parser";
import { unexpected } from "./error-answer.js";

/** Characters; an entry of FlowG's has at most 16 MiB as JSON. */
const EVENT_MAX_LENGTH = 64 * 1024 * 1024;

export interface ServerSentEvent {
  event: string;
  data: string;
}

/** @param onBytes told of every sign of life, comments too */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array> | null,
  onBytes: () => void,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const ready: ServerSentEvent[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: EVENT_MAX_LENGTH,
    onEvent: ({ event = "message", data }) => ready.push({ event, data }),
    // a field that nobody knows is passed over
    onError: ({ type }) => {
      isTooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* ready.splice(0);
      if (isTooLong) throw unexpected("an event without an end");
    }
  } finally {
    // also where the reader of the events has left
    await reader.cancel().catch(() => {});
  }
}
