// Notes how many requests of a file of deferred entries are stored (see stores/logs/deferred). The note is written with the
// entries, so after a crash none of them is stored twice, and none that was deleted since comes back.

import type { Instant, SideTables } from "../tables.js";

const KEY = Buffer.from("deferred");

export interface DeferredStored {
  /** Tells the file from others. */
  file: string;
  /** The number of requests that are done, from the begin of the file. */
  requests: number;
  /** How many of these could not be stored. A file that has some is kept. */
  refused: number;
}

export function deferredStored({ local }: Pick<Instant, "local">, file: string): DeferredStored {
  const found = local.find(KEY);
  const note = found?.isWhole && (JSON.parse(found.value.toString()) as DeferredStored);
  return note && note.file === file ? note : { file, requests: 0, refused: 0 };
}

/** Only inside the transaction that stores them. */
export function noteDeferredStored(
  { local }: Pick<SideTables, "local">,
  stored: DeferredStored,
): void {
  local.put(KEY, Buffer.from(JSON.stringify(stored)));
}
