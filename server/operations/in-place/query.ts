// Queries a stream in a backup: its entries in a window of time, newest first, as a server gives them. It also gives entries
// that the stream's retention would have removed since.

import { eachRecord } from "../../formats/snapshot/badger.js";
import { FlowgError } from "../../platform/errors.js";
import { nearName } from "../../platform/messages/near-name.js";
import { segments, under } from "../../records/keys.js";
import { type Filter, matchesFilter, parseFilter } from "../../records/logs/filter.js";
import { decodeValue, type EntryRecord, printable } from "../../records/records.js";
import { mainRanges } from "../../records/selection.js";
import type { BackupInPlace } from "./backup-in-place.js";
import { readPart } from "./read-part.js";

export interface QueryInPlace {
  stream: string;
  /** Milliseconds since 1970: `fromMs ≤ time < toMs`. Without an end where absent. */
  fromMs: number;
  toMs?: number | undefined;
  filter?: string | undefined;
  /** At most this many entries, the newest ones. */
  limit?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** @throws NOT_FOUND for an unknown stream, INPUT_INVALID for a filter, and what reading throws */
export async function queryInPlace(
  backup: BackupInPlace,
  { stream, fromMs, toMs, filter: text, limit = Number.POSITIVE_INFINITY, signal }: QueryInPlace,
): Promise<EntryRecord[]> {
  const filter = text === undefined ? undefined : parseFilter(text);
  const newest = new Newest(limit, filter);
  const ranges = mainRanges({ kind: "stream", name: stream, fromMs: Math.max(0, fromMs), toMs });
  const isEmpty = toMs !== undefined && toMs <= Math.max(0, fromMs);
  if (!isEmpty)
    await readPart(backup, { kind: "logs", ranges, signal, onBlock: (raw) => newest.take(raw) });
  if (newest.seen === 0) await demandStream(backup, stream, signal);
  return newest.entries();
}

/** Keeps the newest of the entries that pass the filter. They come oldest first. */
class Newest {
  seen = 0;
  #entries: EntryRecord[] = [];

  constructor(
    private readonly limit: number,
    private readonly filter: Filter | undefined,
  ) {}

  take(raw: Uint8Array): void {
    this.seen += eachRecord(raw, (_keyStart, _keyEnd, valueStart, valueEnd) => {
      const entry = decodeValue<EntryRecord>(raw.subarray(valueStart, valueEnd));
      if (this.filter && !matchesFilter(this.filter, entry.fields)) return;
      this.#entries.push(entry);
      if (this.#entries.length >= 2 * this.limit) this.#drop();
    });
  }

  /** Newest first. */
  entries(): EntryRecord[] {
    this.#drop();
    return this.#entries.reverse();
  }

  #drop(): void {
    if (this.#entries.length > this.limit) this.#entries = this.#entries.slice(-this.limit);
  }
}

/** Tells a stream without entries in the window from an unknown one. @throws NOT_FOUND */
async function demandStream(
  backup: BackupInPlace,
  stream: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = new Set<string>();
  await readPart(backup, {
    kind: "logs",
    ranges: [under("stream")],
    signal,
    onBlock: (raw) => {
      eachRecord(raw, (start, end) => names.add(segments(raw.subarray(start, end))[1] ?? ""));
    },
  });
  if (names.has(stream)) return;
  const near = nearName(stream, [...names]);
  const question = near === undefined ? "" : `; did you mean "${printable(near)}"?`;
  throw new FlowgError("NOT_FOUND", `the backup has no stream "${printable(stream)}"${question}`, {
    hint: "list its streams, with the same flags: flowg stream list",
  });
}
