// Answers of any length as JSON, a piece at a time: neither a window of a million entries nor a list of many streams
// ever stands in memory as a whole.

import type { EntryRecord } from "../records/records.js";
import type { StreamConfig } from "../stores/logs/streams.js";

const PIECE_LENGTH = 64 * 1024;

/** `{"success":true,"records":[…]}` */
export function jsonLogs(entries: AsyncIterable<EntryRecord>): AsyncGenerator<Uint8Array> {
  return pieces(entries, { begin: '"records":[', end: "]", textOf: JSON.stringify });
}

/** `{"success":true,"streams":{…}}` */
export function jsonStreams(
  streams: AsyncIterable<[name: string, config: StreamConfig]>,
): AsyncGenerator<Uint8Array> {
  const member = ([name, config]: [string, StreamConfig]) =>
    `${JSON.stringify(name)}:${JSON.stringify(config)}`;
  return pieces(streams, { begin: '"streams":{', end: "}", textOf: member });
}

async function* pieces<T>(
  items: AsyncIterable<T>,
  { begin, end, textOf }: { begin: string; end: string; textOf: (item: T) => string },
): AsyncGenerator<Uint8Array> {
  let piece = `{"success":true,${begin}`;
  let separator = "";
  for await (const item of items) {
    piece += separator + textOf(item);
    separator = ",";
    if (piece.length < PIECE_LENGTH) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(`${piece}${end}}\n`);
}
