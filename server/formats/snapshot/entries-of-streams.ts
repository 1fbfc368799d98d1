// Counts the entries of each stream. Keys come sorted, so a stream's entries follow one another.

import { beginsWith, keyHead } from "../../records/keys.js";
import { ENTRY_TAIL_BYTES, isEntryKey, streamOf } from "../../records/logs/entry-key.js";

export class EntriesOfStreams {
  readonly counts = new Map<string, number>();
  #head: Uint8Array = new Uint8Array(0);
  #name = "";

  /** Counts the key from `start` to `end`, if it is an entry's. */
  count(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start - ENTRY_TAIL_BYTES;
    const isSame = length === this.#head.length && beginsWith(bytes, start, this.#head);
    if (!isSame) {
      const key = bytes.subarray(start, end);
      if (!isEntryKey(key)) return;
      this.#name = streamOf(key);
      this.#head = keyHead("entry", this.#name);
    }
    this.counts.set(this.#name, (this.counts.get(this.#name) ?? 0) + 1);
  }
}
