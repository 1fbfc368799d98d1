// Finds the records of a page that prove themselves, each by the checksum over its key and value, whatever else on the page is
// damaged.

import {
  CHECKSUM_BYTES,
  readChecksum,
  recordChecksum,
} from "../../../platform/checksum/checksum.js";
import { beginsWith, keyHead } from "../../../records/keys.js";
import { type DatabaseKind, RECORD_KINDS } from "../../../records/kinds.js";
import {
  BIG_DATA,
  BIG_DATA_BYTES,
  HEADER_BYTES,
  LOWER_AT,
  NODE_HEADER_BYTES,
  numberAt,
} from "../tree/layout.js";
import type { Pages } from "../tree/page-file.js";

export interface Proven {
  key: Uint8Array;
  /** Without its checksum. */
  value: Uint8Array;
  checksum: number;
}

/** A node without a sound record. It has the node's key where that looks like one of ours. */
export interface Unproven {
  damagedKey: Uint8Array | undefined;
}

/** A node's facts about a value that stands in pages of its own. */
export interface LargeValue {
  first: number;
  length: number;
  /** The transaction that wrote those pages. */
  wrote: number;
}

export interface Proving {
  isOurs: (key: Uint8Array) => boolean;
  /** Gives the bytes of a large value; undefined if they can't be read. */
  large: (at: LargeValue) => Uint8Array | undefined;
}

/** Whether a key begins as those of records do. */
export function isRecordKey(kind: DatabaseKind): (key: Uint8Array) => boolean {
  const heads = RECORD_KINDS[kind].map((name) => keyHead(name));
  return (key) => heads.some((head) => beginsWith(key, 0, head));
}

/** How many nodes a page says it has, but no more than it has room for. */
export function nodesOf({ halves, bytes }: Pages): number {
  const lower = halves[LOWER_AT] as number;
  return Math.min(lower, bytes.byteLength - HEADER_BYTES) >> 1;
}

/** A node's key, and where its data begins; undefined where it points out of the page. */
export function nodeAt(page: Pages, index: number) {
  const node = page.node(0, index);
  const { byteLength } = page.bytes;
  if ((node & 1) !== 0 || node + NODE_HEADER_BYTES > byteLength) return undefined;
  const start = node + NODE_HEADER_BYTES;
  const data = start + page.keyLength(node);
  return data > byteLength ? undefined : { node, key: page.bytes.subarray(start, data), data };
}

/** The records of a leaf, in the order of its nodes. */
export function* recordsOn(page: Pages, proving: Proving): Generator<Proven | Unproven> {
  const nodes = nodesOf(page);
  for (let index = 0; index < nodes; index++) yield recordAt(page, index, proving);
}

function recordAt(page: Pages, index: number, { isOurs, large }: Proving): Proven | Unproven {
  const found = nodeAt(page, index);
  if (!found || !isOurs(found.key)) return { damagedKey: undefined };
  const { node, key, data } = found;
  const stored = storedAt(page, { node, data, large });
  if (!stored || stored.byteLength < CHECKSUM_BYTES) return { damagedKey: key };
  const end = stored.byteLength - CHECKSUM_BYTES;
  const value = stored.subarray(0, end);
  const checksum = readChecksum(stored, end);
  return recordChecksum(key, value) === checksum ? { key, value, checksum } : { damagedKey: key };
}

function storedAt(
  page: Pages,
  { node, data, large }: { node: number; data: number; large: Proving["large"] },
): Uint8Array | undefined {
  const length = page.dataLength(node);
  const flags = page.flags(node);
  const { byteLength } = page.bytes;
  if (flags === BIG_DATA && data + BIG_DATA_BYTES <= byteLength)
    return large({
      first: numberAt(page.view, data),
      wrote: numberAt(page.view, data + 8),
      length,
    });
  return flags === 0 && data + length <= byteLength
    ? page.bytes.subarray(data, data + length)
    : undefined;
}
