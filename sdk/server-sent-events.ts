// The events of a stream of server-sent ones, as the server sends them.

import { createParser } from "eventsource-parser";
import { unexpected } from "./error-answer.js";

/** Characters; an entry of FlowG's has at most 16 MiB as JSON. */
const EVENT_MAX_LENGTH = 64 * 1024 * 1024;

export interface ServerSentEvent {
  event: string;
  data: string;
  /** The id from which a stream goes on where it was cut. */
  id: string | undefined;
}

export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  const ready: ServerSentEvent[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: EVENT_MAX_LENGTH,
    onEvent: ({ event = "message", data, id }) => ready.push({ event, data, id }),
    // unknown fields are passed over
    onError: ({ type }) => {
      isTooLong ||= type === "max-buffer-size-exceeded";
    },
  });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
    if (isTooLong) throw unexpected("an event without an end");
  }
}

/**
 * The chunks of an answer's body.
 * @param onBytes told of every sign of life
 */
export async function* chunksOf(
  body: ReadableStream<Uint8Array> | null,
  onBytes: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      yield value;
    }
  } finally {
    // also where the reader of them has left
    await reader.cancel().catch(() => {});
  }
}
