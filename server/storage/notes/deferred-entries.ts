// Notes how many requests of a file of deferred entries are stored (see stores/logs/deferred). The note is written with the
// entries, so after a crash none of them is stored twice, and none that was deleted since comes back.

import type { Instant, SideTables } from "../tables.js";

const KEY = Buffer.from("deferred");

/** The number of requests that are stored, from the begin of the file. */
export function deferredStored({ local }: Pick<Instant, "local">, file: string): number {
  const found = local.find(KEY);
  if (!found?.isWhole) return 0;
  const note = JSON.parse(found.value.toString()) as { file: string; requests: number };
  return note.file === file ? note.requests : 0;
}

/** Only inside the transaction that stores them. */
export function noteDeferredStored(
  { local }: Pick<SideTables, "local">,
  file: string,
  requests: number,
): void {
  local.put(KEY, Buffer.from(JSON.stringify({ file, requests })));
}
