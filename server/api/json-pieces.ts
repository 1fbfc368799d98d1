// Writes long answers as JSON, a piece at a time, so that neither a million entries nor a long list is ever in memory as a
// whole.

import { writeThere } from "../operations/json/large-json.js";
import { WrittenEntry } from "../records/logs/written-entry.js";
import type { QueriedEntry } from "../stores/logs/query.js";
import type { StreamConfig } from "../stores/logs/streams.js";

const PIECE_LENGTH = 64 * 1024;

/** `{"success":true,"records":[…]}` */
export function jsonLogs(entries: AsyncIterable<QueriedEntry>): AsyncGenerator<Uint8Array> {
  const jsonOf = (entry: QueriedEntry) =>
    entry instanceof WrittenEntry ? writeThere(entry.json, "json") : JSON.stringify(entry);
  return pieces(entries, { begin: '"records":[', end: "]", jsonOf });
}

/** `{"success":true,"streams":{…}}` */
export function jsonStreams(
  streams: AsyncIterable<[name: string, config: StreamConfig]>,
): AsyncGenerator<Uint8Array> {
  const member = ([name, config]: [string, StreamConfig]) =>
    `${JSON.stringify(name)}:${JSON.stringify(config)}`;
  return pieces(streams, { begin: '"streams":{', end: "}", jsonOf: member });
}

/** `{"success":true,"NAME":[…]}` */
export const jsonList = (name: string, items: AsyncIterable<object>): AsyncGenerator<Uint8Array> =>
  pieces(items, { begin: `"${name}":[`, end: "]", jsonOf: (item) => JSON.stringify(item) });

async function* pieces<T>(
  items: AsyncIterable<T>,
  {
    begin,
    end,
    jsonOf,
  }: { begin: string; end: string; jsonOf: (item: T) => string | Promise<Uint8Array> },
): AsyncGenerator<Uint8Array> {
  let piece = `{"success":true,${begin}`;
  let separator = "";
  for await (const item of items) {
    const json = jsonOf(item);
    piece += separator;
    separator = ",";
    if (typeof json === "string") piece += json;
    else {
      yield Buffer.from(piece);
      yield await json;
      piece = "";
    }
    if (piece.length < PIECE_LENGTH) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(`${piece}${end}}\n`);
}
