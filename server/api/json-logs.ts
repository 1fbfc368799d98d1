// A query's answer as JSON, a piece at a time: a window of a million entries never stands in memory as a whole.

import type { EntryRecord } from "../database/records.js";

const PIECE_LENGTH = 64 * 1024;

/** `{"success":true,"records":[…]}` */
export async function* jsonLogs(entries: AsyncIterable<EntryRecord>): AsyncGenerator<Uint8Array> {
  let piece = '{"success":true,"records":[';
  let separator = "";
  for await (const entry of entries) {
    piece += separator + JSON.stringify(entry);
    separator = ",";
    if (piece.length < PIECE_LENGTH) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(`${piece}]}\n`);
}
