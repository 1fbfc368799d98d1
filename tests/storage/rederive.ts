// The law of the derived table: it is a pure function of the records, so that a restored database answers
// every query as if its records had been written one by one. Here is that function, over a whole database: what the
// stores and a restore keep up in small steps is compared with it.

import type { Environment } from "../../server/engine/lmdb/environment.js";
import { recordChecksum } from "../../server/platform/checksum/checksum.js";
import { authDerivedKeys } from "../../server/records/auth/token-lookup.js";
import { segments, under } from "../../server/records/keys.js";
import type { DatabaseKind } from "../../server/records/kinds.js";
import { streamEnd } from "../../server/records/logs/entry-key.js";
import {
  encodeTotal,
  type FieldIndex,
  fieldIndexes,
  totalKey,
} from "../../server/records/logs/log-index.js";
import {
  decodeValue,
  type EntryRecord,
  type StreamRecord,
  streamKey,
} from "../../server/records/records.js";
import { PostingChanges, piecesOf } from "../../server/storage/derived/postings.js";

type Tables = Pick<Environment, "records">;
type SummedTables = Pick<Environment, "kind" | "records" | "local">;
type DerivedPair = [key: Buffer, value: Buffer];

const EMPTY = Buffer.alloc(0);

const DERIVE: Record<DatabaseKind, (tables: Tables) => Generator<DerivedPair>> = {
  auth: deriveAuth,
  // answers come from the records themselves
  *config() {},
  logs: deriveLogs,
};

/** Everything the derived table must hold, in no particular order. Reads the records only. */
export function expectedDerived(database: SummedTables): Iterable<DerivedPair> {
  demandSums(database);
  return DERIVE[database.kind](database);
}

/** What is kept of all records must be what they amount to. */
function demandSums(database: SummedTables): void {
  for (const name of ["records", "local"] as const) {
    const sum = { records: 0, checksums: 0 };
    for (const { key, value } of database[name].range()) {
      sum.records++;
      sum.checksums = (sum.checksums + recordChecksum(key, value)) >>> 0;
    }
    const { found } = database[name].sum() ?? {};
    if (found?.records !== sum.records || found.checksums !== sum.checksums)
      throw new Error(`the sum of ${name} is ${JSON.stringify(found)}, not ${JSON.stringify(sum)}`);
  }
}

/** Empties the derived table and fills it anew. Only inside a write transaction, as one part of it. */
export function rederive(database: Pick<Environment, "kind" | "records" | "derived">): void {
  for (const key of [...database.derived.keys()]) database.derived.remove(key);
  for (const [key, value] of DERIVE[database.kind](database)) database.derived.put(key, value);
}

/** Removes all records. Only inside a write transaction, as one part of it. */
export function clearRecords({ records }: Tables): void {
  for (const key of [...records.keys()]) records.remove(key);
}

function* deriveAuth({ records }: Tables): Generator<DerivedPair> {
  for (const { key, value } of records.range(under("token"))) {
    for (const derived of authDerivedKeys(key as Buffer, value)) yield [derived, EMPTY];
  }
}

// All entries of a stream lie together: one stream's indexes and total are at hand at a time.
function* deriveLogs({ records }: Tables): Generator<DerivedPair> {
  let head = EMPTY;
  let stream = "";
  let indexes: FieldIndex[] = [];
  let entries = 0;
  let bytes = 0;
  const postings = new PostingChanges();
  for (const item of records.range(under("entry"))) {
    const key = item.key as Buffer;
    const value = item.value;
    // `entry␛STREAM␛`: its length tells a stream from another whose name goes on
    if (streamEnd(key) + 1 !== head.length || head.compare(key, 0, head.length) !== 0) {
      yield* indexed(postings);
      if (entries > 0) yield [totalKey(stream), encodeTotal({ entries, bytes })];
      entries = 0;
      bytes = 0;
      head = Buffer.from(key.subarray(0, streamEnd(key) + 1));
      stream = segments(head)[1] ?? "";
      const record = records.get(streamKey(stream));
      indexes = record
        ? fieldIndexes(stream, decodeValue<StreamRecord>(record).indexed_fields)
        : [];
    }
    entries += 1;
    bytes += key.byteLength + value.byteLength;
    if (indexes.length === 0) continue;
    postings.note(indexes, key, decodeValue<EntryRecord>(value).fields);
  }
  yield* indexed(postings);
  if (entries > 0) yield [totalKey(stream), encodeTotal({ entries, bytes })];
}

function* indexed(postings: PostingChanges): Generator<DerivedPair> {
  for (const { head, moments } of postings.take()) {
    for (const { key, value } of piecesOf(head, Buffer.concat(moments))) yield [key, value];
  }
}
