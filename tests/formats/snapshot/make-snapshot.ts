// Snapshots made in memory, from records at hand.

import { BlockBuilder } from "../../../server/formats/snapshot/badger.js";
import { newHeader, type SnapshotHeader } from "../../../server/formats/snapshot/header.js";
import {
  type ReadOptions,
  type ReadResult,
  readSnapshot,
} from "../../../server/formats/snapshot/read.js";
import { writeSnapshot } from "../../../server/formats/snapshot/write.js";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import type { RawBlock } from "../../../server/records/raw-block.js";
import {
  entryKey,
  fieldKey,
  roleKey,
  streamKey,
  userKey,
} from "../../../server/records/records.js";

export interface Pair {
  key: Buffer;
  value: Buffer;
}

export const SET_ID = "4f0c7ad0-3b8a-4b0e-9d5f-1f7f2a3c4d5e";

/** A snapshot of `blocks`, each a list of records; they may be made while it is written, and be more than the memory. */
export async function makeSnapshot(
  blocks: Iterable<Pair[]>,
  header: SnapshotHeader = fixedHeader("auth"),
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeSnapshot({ header, blocks: rawBlocks(blocks) })) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

export const fixedHeader = (database: DatabaseKind): SnapshotHeader =>
  newHeader(database, { setId: SET_ID, createdAt: new Date("2026-11-23T00:00:00Z") });

export async function* rawBlocks(blocks: Iterable<Pair[]>): AsyncGenerator<RawBlock> {
  for (const pairs of blocks) {
    const builder = new BlockBuilder();
    for (const { key, value } of pairs) builder.add(key, value);
    yield { bytes: builder.finish(), records: builder.entries };
  }
}

/** Reads bytes as a stream of chunks of `chunk` bytes. */
export function readBytes(
  bytes: Uint8Array,
  options: ReadOptions & { chunk?: number } = {},
): Promise<ReadResult> {
  const { chunk = 64 * 1024, ...rest } = options;
  return readSnapshot(chunksOf(bytes, chunk), rest);
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Three small blocks of the auth database. */
export const AUTH_BLOCKS: Pair[][] = [
  [
    { key: roleKey("admin"), value: json({ scopes: ["read_acls", "write_acls"] }) },
    { key: roleKey("admin:a"), value: json({ scopes: [] }) },
  ],
  [{ key: roleKey("leser ü/€ 🦉"), value: json({ scopes: ["read_streams"] }) }],
  [
    { key: userKey("eve"), value: json({ passwordHash: "$argon2id$none", roles: [] }) },
    { key: userKey("root"), value: json({ passwordHash: "$argon2id$none", roles: ["admin"] }) },
  ],
];

const UUID = "0b2e4c1e-6a67-4ad1-8ad5-9c8a1d2e3f40";

/** The log database in one block, with two streams. */
export const LOG_BLOCKS: Pair[][] = [
  [
    {
      key: entryKey("app", 1_700_000_000_000, UUID),
      value: json({ timestamp: "2023-11-14T22:13:20Z", fields: { level: "info" } }),
    },
    {
      key: entryKey("app", 1_700_000_001_000, UUID),
      value: json({ timestamp: "2023-11-14T22:13:21Z", fields: {} }),
    },
    {
      key: entryKey("app:web", 1_700_000_000_500, UUID),
      value: json({ timestamp: "2023-11-14T22:13:20.5Z", fields: { level: "warn" } }),
    },
    { key: fieldKey("app", "level"), value: Buffer.alloc(0) },
    { key: streamKey("app"), value: json({ ttl: 0, size: 0, indexed_fields: ["level"] }) },
  ],
];
