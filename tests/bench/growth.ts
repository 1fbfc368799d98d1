// Databases that grow as a server lets them grow: what is written is marked, so that a backup can tell.

import { openDatabase } from "../../server/engine/lmdb/open.js";
import { transactNow } from "../../server/engine/lmdb/transact.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { encodeValue, entryKey, streamKey } from "../../server/records/records.js";
import { type EntriesOptions, entries, INDEXED } from "./entries.js";

const BATCH = 10_000;

export interface Added {
  key: Uint8Array;
  value: Uint8Array;
}

export async function addRecords(
  place: { kind: DatabaseKind; dir: string },
  records: Iterable<Added>,
): Promise<void> {
  await using database = await openDatabase({ ...place, mode: "write" });
  const all = records[Symbol.iterator]();
  for (let next = all.next(); !next.done; ) {
    await transactNow(database, (changes) => {
      for (let n = 0; n < BATCH && !next.done; n++, next = all.next())
        changes.put(next.value.key, next.value.value);
    });
  }
}

export function* entryRecords(count: number, options: EntriesOptions): Generator<Added> {
  for (const { stream, ms, uuid, json } of entries(count, options))
    yield { key: entryKey(stream, ms, uuid), value: Buffer.from(json) };
}

export const streamRecord = (stream: string): Added => ({
  key: streamKey(stream),
  value: encodeValue({ ttl: 0, size: 0, indexed_fields: [INDEXED] }),
});
