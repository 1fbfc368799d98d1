// Reads server-sent events (WHATWG HTML, section "Server-sent events") as far as FlowG sends them.

import { unexpected } from "./error-answer.js";

/** Characters; an entry of FlowG's has at most 16 MiB as JSON. */
const EVENT_MAX_LENGTH = 64 * 1024 * 1024;

const BLANK_LINE = /\r?\n\r?\n/;

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
  // of an event that has not ended; looked through once, however long it gets
  let pieces: string[] = [];
  let length = 0;
  let tail = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      const chunk = decoder.decode(value, { stream: true });
      pieces.push(chunk);
      length += chunk.length;
      const end = tail + chunk;
      tail = end.slice(-3);
      if (!BLANK_LINE.test(end)) {
        if (length > EVENT_MAX_LENGTH) throw unexpected("an event without an end");
        continue;
      }
      const blocks = pieces.join("").split(BLANK_LINE);
      const rest = blocks.pop() ?? "";
      pieces = [rest];
      length = rest.length;
      tail = rest.slice(-3);
      for (const block of blocks) {
        const event = parse(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    // also where the reader of the events has left
    await reader.cancel().catch(() => {});
  }
}

function parse(block: string): ServerSentEvent | undefined {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ""] = /^(\w+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { event, data: data.join("\n") };
}
